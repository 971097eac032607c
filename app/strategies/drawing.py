"""The flow as something to draw: each step with what it reads from before it and what it sets for those after."""

from dataclasses import dataclass

from app.decisioning.engine.dataflow import uses_of
from app.decisioning.engine.model import (
    FilterStep,
    OfferPart,
    OffersStep,
    OutcomeStep,
    ReportStep,
    RulesStep,
    ScorecardStep,
    Step,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.engine.vocabulary import PROPOSITION_GIVEN

_KINDS: dict[type, str] = {
    ReportStep: "report", ValuesStep: "values", ScorecardStep: "scorecard", TableStep: "decision table",
    RulesStep: "eligibility rules", OffersStep: "offers", FilterStep: "filter", OutcomeStep: "outcome",
}


@dataclass(frozen=True, slots=True)
class StepDrawing:
    name: str
    kind: str
    reads: tuple[str, ...]
    sets: tuple[str, ...]
    parts: tuple["StepDrawing", ...] = ()


def drawn(model: StrategyModel) -> tuple[StepDrawing, ...]:
    """The steps in flow order; those of the offers inside them."""
    figures = frozenset(parameter.name for parameter in model.parameters)
    return tuple(_drawn(step, figures) for step in model.steps)


def kind_of(step: Step | OfferPart) -> str:
    """What a person calls such a step; tables with their hit policy."""
    kind = _KINDS[type(step)]
    return f"{kind}, {step.table.hit_policy}" if isinstance(step, TableStep | OutcomeStep) else kind


def _drawn(step: Step | OfferPart, figures: frozenset[str]) -> StepDrawing:
    parts = tuple(_drawn(part, figures) for part in step.parts) if isinstance(step, OffersStep) else ()
    found = list(uses_of(step))
    inside = {name for part in parts for name in part.sets}
    sets = dict.fromkeys(name for use in found for name in use.sets if name not in inside)
    own = {name for use in found for name in use.sets}
    if isinstance(step, OffersStep):
        own |= {*step.columns, *PROPOSITION_GIVEN}
    reads = dict.fromkeys(name for use in found for name in sorted(use.reads) if name not in own | figures)
    return StepDrawing(step.name, kind_of(step), tuple(reads), tuple(sets), parts)
