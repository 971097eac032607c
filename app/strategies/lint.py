"""What a strategy holds and nothing reads: not wrong, but somebody believes that it counts."""

from collections.abc import Iterator

from app.decisioning.engine.dataflow import uses
from app.decisioning.engine.model import OffersStep, OutcomeStep, ScorecardStep, StrategyModel, TableStep, ValuesStep
from app.decisioning.engine.vocabulary import OFFER_NAMES
from app.decisioning.tables.table import Table

# Read by the engine itself: what verdicts and offers tell.
_TOLD = frozenset(["segment", "bureau_score", "outcome", "because", "offer_left", *OFFER_NAMES])


def unused(model: StrategyModel) -> list[str]:
    """One sentence for each parameter, value, output or column of propositions that nothing reads, and each table's
    input that every row lets pass."""
    read = _TOLD.union(*(use.reads for use in uses(model)))
    found = [f"parameter {p.name} is never read" for p in model.parameters if p.name not in read]
    for step in model.steps:
        if isinstance(step, OffersStep):
            found += [f"propositions: column {c} is never read" for c in step.columns if c not in read]
            for part in step.parts:
                found += _of_step(part, read)
        else:
            found += _of_step(step, read)
    return found


def _of_step(step: object, read: frozenset[str]) -> Iterator[str]:
    match step:
        case ValuesStep():
            yield from (f"step {step.name}: {v.name} is never read" for v in step.values if v.name not in read)
        case TableStep() | OutcomeStep():
            outputs = (o.name for o in step.table.outputs if o.name not in read)
            yield from (f"step {step.name}: output {name} is never read" for name in outputs)
            yield from _idle(step.table)
        case ScorecardStep():
            (band,) = step.bands.outputs
            if band.name not in read and step.score not in read - {step.score}:
                yield f"step {step.name}: nothing reads {band.name}, so the score decides nothing"


def _idle(table: Table) -> Iterator[str]:
    """Inputs whose every cell lets everything pass."""
    for place, column in enumerate(table.inputs):
        if all(row.cells[place].text in ("any", "-") for row in table.rows):
            yield f"step {table.name}: input {column.label} makes no difference: every row says any"
