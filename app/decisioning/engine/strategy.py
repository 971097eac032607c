"""A strategy that is ready to decide."""

from app.decisioning.engine.compiler import compile_strategy
from app.decisioning.engine.model import OffersStep, StrategyModel, TableStep
from app.decisioning.language.types import rescaled
from app.decisioning.money.annuity import RATE_SCALE, TABLES
from app.decisioning.money.offer_rate import RATES
from app.decisioning.notices.policy import NoticePolicy
from app.decisioning.strategy import BureauPolicy
from app.domain.decision import Evidence, Verdict
from app.domain.quantities import Millis


class ReadyStrategy:
    """Implements `app.decisioning.strategy.Strategy`."""

    def __init__(self, model: StrategyModel) -> None:
        self.model = model
        self._decide = compile_strategy(model)
        for rate in _rates(model):
            TABLES.make(rate)
        for step in model.steps:
            if isinstance(step, OffersStep):
                RATES.make(*step.terms)

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

    @property
    def notices(self) -> NoticePolicy | None:
        return self.model.notices

    def decide(self, evidence: Evidence) -> Verdict:
        """The verdict; pure, and total: any evidence has one."""
        return self._decide(evidence)


def _rates(model: StrategyModel) -> set[int]:
    """Every annual rate that the pricing tables hold."""
    return {
        rescaled(value, output.type.scale, RATE_SCALE)
        for step in model.steps
        if isinstance(step, OffersStep)
        for part in step.parts
        if isinstance(part, TableStep)
        for place, output in enumerate(part.table.outputs)
        if output.name == "annual_rate"
        for row in part.table.rows
        if isinstance(value := row.outputs[place], int)
    }
