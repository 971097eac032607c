"""What a strategy holds and nothing reads: not wrong, but somebody believes that it counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.decisioning.engine.dataflow import uses
from app.decisioning.engine.model import OffersStep, OutcomeStep, ScorecardStep, StrategyModel, TableStep, ValuesStep

# Read by the engine itself: what verdicts and offers tell.
_TOLD = frozenset(
    ["segment", "bureau_score", "outcome", "because", "amount", "term", "annual_rate", "instalment", "last_instalment",
     "maximum_payment", "offer_left"]
)


@dataclass(frozen=True, slots=True)
class Unused:
    name: str
    message: str


def unused(model: StrategyModel) -> list[Unused]:
    """Each parameter, value, output or column of propositions that nothing reads. Inputs of tables that change nothing
    are found by their proof."""
    read = _TOLD.union(*(use.reads for use in uses(model)))
    found = [(p.name, "parameter") for p in model.parameters]
    for step in model.steps:
        if isinstance(step, OffersStep):
            found += [(column, "column of the propositions") for column in step.columns]
            for part in step.parts:
                found += _of_step(part)
        else:
            found += _of_step(step)
    return [
        Unused(name, f"{what} {name} is never read: use it or delete it") for name, what in found if name not in read
    ]


def _of_step(step: object) -> Iterator[tuple[str, str]]:
    match step:
        case ValuesStep():
            yield from ((value.name, "value") for value in step.values)
        case TableStep() | OutcomeStep():
            yield from ((output.name, "output") for output in step.table.outputs)
        case ScorecardStep():
            yield from ((output.name, "band") for output in step.bands.outputs)
