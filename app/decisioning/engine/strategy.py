"""A strategy that is ready to decide."""

from app.decisioning.engine.compiler import compile_strategy
from app.decisioning.engine.model import StrategyModel
from app.decisioning.strategy import BureauPolicy
from app.domain.decision import Evidence, Verdict
from app.domain.quantities import Millis


class ReadyStrategy:
    """Implements `app.decisioning.strategy.Strategy`."""

    def __init__(self, model: StrategyModel) -> None:
        self.model = model
        self._decide = compile_strategy(model)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def version(self) -> int:
        return self.model.version

    @property
    def content_hash(self) -> str:
        return self.model.content_hash

    @property
    def products(self) -> frozenset[str]:
        return self.model.products

    @property
    def effective_from(self) -> Millis:
        return self.model.effective_from

    @property
    def bureaus(self) -> tuple[BureauPolicy, ...]:
        return self.model.bureaus

    @property
    def deadline_ms(self) -> int:
        return self.model.deadline_ms

    @property
    def offer_validity_ms(self) -> int:
        return self.model.offer_validity_ms

    def decide(self, evidence: Evidence) -> Verdict:
        """The verdict; pure, and total: any evidence has one."""
        return self._decide(evidence)
