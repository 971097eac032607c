"""A strategy that is ready to decide."""

from app.decisioning.engine.compiler import Decide, compile_strategy
from app.decisioning.engine.model import OffersStep, StrategyModel, TableStep
from app.decisioning.language.types import rescaled
from app.decisioning.money.annuity import RATE_SCALE, TABLES
from app.decisioning.money.nominal import QUOTES
from app.decisioning.money.offer_rate import RATES
from app.decisioning.strategy import Ready
from app.domain.case import Pin


class ReadyStrategy:
    """Implements `app.decisioning.strategy.Strategy`."""

    def __init__(self, model: StrategyModel) -> None:
        """Everything that a decision asks for stands ready: the lane does so thousands of times a second."""
        self.model = model
        self.name = model.name
        self.version = model.version
        self.content_hash = model.content_hash
        self.pin = Pin(model.name, model.version, model.content_hash)
        self.products = model.products
        self.effective_from = model.effective_from
        self.bureaus = model.bureaus
        self.deadline_ms = model.deadline_ms
        self.offer_validity_ms = model.offer_validity_ms
        self.notices = model.notices
        self.decide = compile_strategy(model)
        self._deciding: dict[Ready, Decide] = {}
        for rate in _rates(model):
            TABLES.make(rate)
            QUOTES[rate]
        for step in model.steps:
            if isinstance(step, OffersStep):
                RATES.make(*step.terms)

    def deciding(self, ready: Ready) -> Decide:
        """Compiled once for each `ready`: every lane of a process asks for the same."""
        if ready not in self._deciding:
            self._deciding[ready] = compile_strategy(self.model, ready)
        return self._deciding[ready]


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
