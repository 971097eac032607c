"""What each part of a strategy reads and sets: to draw the flow, to find what nothing reads, to follow a fact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
from app.decisioning.engine.vocabulary import ITEM_FACTS, OFFER_NAMES
from app.decisioning.language.core import Core, names_in
from app.decisioning.tables.table import Table


@dataclass(frozen=True, slots=True)
class Use:
    """One part of one step. It `decides` where what it reads bears on points, rows, rules, filters or the ranking, and
    only prepares a value otherwise."""

    step: str
    part: str
    reads: frozenset[str]
    sets: tuple[str, ...]
    decides: bool


def uses(model: StrategyModel) -> tuple[Use, ...]:
    """Every part, in the order of the flow."""
    return tuple(use for step in model.steps for use in uses_of(step))


def uses_of(step: Step | OfferPart) -> Iterator[Use]:  # noqa: PLR0912 - one branch a kind of step
    match step:
        case ReportStep():
            for aggregate in step.aggregates:
                read = _names([aggregate.item, aggregate.where]) - set(ITEM_FACTS[aggregate.over])
                yield Use(step.name, aggregate.name, read, (aggregate.name,), decides=False)
            yield from (Use(step.name, pick.name, frozenset(), (pick.name,), decides=False) for pick in step.picks)
        case ValuesStep():
            for named in step.values:
                yield Use(step.name, named.name, _names([named.expression]), (named.name,), decides=False)
        case ScorecardStep():
            for card in step.characteristics:
                read = frozenset().union(*(use.reads for use in _of_table(step.name, card.table)))
                yield Use(step.name, card.name, read, (step.score,), decides=True)
            yield from _of_table(step.name, step.bands)
        case TableStep():
            yield from _of_table(step.name, step.table)
        case RulesStep():
            for rule in step.rules:
                yield Use(step.name, rule.reason.code, _names([rule.condition]), (step.output,), decides=True)
        case FilterStep():
            for rule in step.rules:
                yield Use(step.name, rule.reason.code, _names([rule.condition]), (), decides=True)
        case OffersStep():
            for part in step.parts:
                yield from uses_of(part)
            for key in step.rank:
                yield Use(step.name, f"rank by {key.text}", _names([key.expression]), (), decides=True)
            yield Use(step.name, "offers", frozenset([*OFFER_NAMES, step.advance]), ("offer_left",), decides=False)
        case OutcomeStep():
            yield from _of_table(step.name, step.table)


def _of_table(step: str, table: Table) -> Iterator[Use]:
    outputs = tuple(output.name for output in table.outputs)
    for place, column in enumerate(table.inputs):
        related = [relation.right for row in table.rows for relation in row.cells[place].relations]
        yield Use(step, column.label, _names([column.expression, *related]), outputs, decides=True)
    given = [given for row in table.every_row for given in row.outputs if isinstance(given, Core)]
    if given:
        yield Use(step, "outputs", _names(given), outputs, decides=True)


def _names(trees: Iterable[Core | None]) -> frozenset[str]:
    return frozenset(name for tree in trees if tree is not None for name in names_in(tree))
