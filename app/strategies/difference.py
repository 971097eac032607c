"""Two versions of a strategy, and what is different about them, in words.

What is compared is the strategy as loaded, so comments, layout and the order of keys make no difference. Rows of a
table are paired by what they test: a row that tests the same and gives something else has changed; any other is new
or gone.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from app.decisioning.engine.model import (
    Aggregate,
    Characteristic,
    FilterStep,
    Named,
    OfferPart,
    OffersStep,
    OutcomeStep,
    ReportStep,
    Rule,
    RulesStep,
    ScorecardStep,
    Step,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.tables.table import Row, Table
from app.strategies.differing import (
    amount,
    cell,
    changed,
    duration,
    essence,
    named,
    order,
    pairs,
    ruled,
    settings,
    types_used,
    written,
)


def differences(old: StrategyModel, new: StrategyModel) -> list[str]:
    """One sentence a difference, in the order of the flow; none when the two decide alike."""
    return [
        *_around(old, new),
        *_parameters(old, new),
        *_steps("step", old.steps, new.steps),
        *settings("notices", old.notices, new.notices),
    ]


def _around(old: StrategyModel, new: StrategyModel) -> Iterator[str]:
    yield from changed("products", old.products, new.products)
    yield from changed("currencies", dict(old.currencies), dict(new.currencies))
    yield from changed("jurisdiction", old.jurisdiction, new.jurisdiction)
    yield from pairs(
        "exemption of",
        {f"{e.characteristic} in {e.step}": e for e in old.exemptions},
        {f"{e.characteristic} in {e.step}": e for e in new.exemptions},
        lambda name, was, now: changed(f"exemption of {name}", now.reference, was.reference),
    )
    yield from changed("deadline", duration(old.deadline_ms), duration(new.deadline_ms))
    yield from changed("offer validity", duration(old.offer_validity_ms), duration(new.offer_validity_ms))
    yield from pairs(
        "bureau", {b.name: b for b in old.bureaus}, {b.name: b for b in new.bureaus},
        lambda name, was, now: settings(f"bureau {name}", was, now),
    )
    if [b.name for b in old.bureaus] != [b.name for b in new.bureaus] and {*old.bureaus} == {*new.bureaus}:
        yield f"bureaus are preferred in the order {', '.join(b.name for b in new.bureaus)}"
    for (required, lack), treatment in new.treatments.items():
        kind = "required" if required else "optional"
        yield from settings(f"evidence: {lack} of a {kind} bureau", old.treatments[required, lack], treatment)
    yield from settings("evidence: another currency", old.other_currency, new.other_currency)


def _parameters(old: StrategyModel, new: StrategyModel) -> Iterator[str]:
    def parameter(name: str, was: Any, now: Any) -> Iterator[str]:
        for currency in {**was.values, **now.values}:
            before, after = (
                amount(p.values.get(currency), p.type, currency if p.type.money else None) for p in (was, now)
            )
            if before != after:
                yield f"parameter {name}: {after} instead of {before}"
                if not now.type.money:
                    break
        if was.later != now.later:
            yield f"parameter {name}: other values from later instants on"

    yield from pairs("parameter", {p.name: p for p in old.parameters}, {p.name: p for p in new.parameters}, parameter)


def _steps(what: str, old: Sequence[Step | OfferPart], new: Sequence[Step | OfferPart]) -> Iterator[str]:
    before, after = {s.name: s for s in old}, {s.name: s for s in new}
    yield from pairs(what, before, after, _step)
    shared = [[name for name in side if name in before and name in after] for side in (before, after)]
    if shared[0] != shared[1]:
        yield f"the {what}s come in the order {', '.join(after)}"


def _step(name: str, old: Any, new: Any) -> Iterator[str]:
    if type(old) is not type(new):
        yield f"step {name} is of another kind"
        return
    match new:
        case ValuesStep():
            yield from pairs(f"{name}: value", named(old.values), named(new.values), _value)
        case RulesStep() | FilterStep():
            yield from pairs(f"{name}: rule", ruled(old.rules), ruled(new.rules), _rule)
            yield from order(f"{name}: rules", ruled(old.rules), ruled(new.rules))
        case TableStep():
            yield from _table(old.table, new.table)
        case OutcomeStep():
            yield from _table(old.table, new.table)
            yield from pairs(f"{name}: reason", dict(old.reasons), dict(new.reasons), _text)
            yield from changed(f"{name}: offers are told with", old.offers_with, new.offers_with)
        case ScorecardStep():
            yield from _scorecard(old, new)
        case ReportStep():
            yield from pairs(f"{name}: aggregate", named(old.aggregates), named(new.aggregates), _value)
            yield from pairs(f"{name}: pick", named(old.picks), named(new.picks), settings)
        case OffersStep():
            yield from _offers(old, new)


def _value(name: str, old: Named | Aggregate, new: Named | Aggregate) -> Iterator[str]:
    if essence(old) != essence(new):
        yield f"{name} is {written(new)} instead of {written(old)}"


def _rule(code: str, old: Rule, new: Rule) -> Iterator[str]:
    if essence(old.condition) != essence(new.condition):
        yield f"rule {code} holds when {written(new)} instead of {written(old)}"
    yield from _text(code, old.reason, new.reason)


def _text(code: str, old: Any, new: Any) -> Iterator[str]:
    if old.text != new.text:
        yield f"reason {code} says {new.text!r} instead of {old.text!r}"


def _scorecard(old: ScorecardStep, new: ScorecardStep) -> Iterator[str]:
    name = new.name
    yield from changed(f"{name}: initial score", _points(old.initial, old), _points(new.initial, new))
    yield from changed(f"{name}: combined by", old.combine, new.combine)
    yield from changed(f"{name}: reasons told at most", old.reason_limit, new.reason_limit)
    yield from changed(f"{name}: reasons by points", old.reason_method, new.reason_method)

    def characteristic(own: str, was: Characteristic, now: Characteristic) -> Iterator[str]:
        if essence(was.table.inputs) != essence(now.table.inputs):
            yield f"{name}: characteristic {own} measures something else"
        yield from pairs(
            f"{name}: attribute of {own}",
            {row.cells[0].text: row for row in was.table.rows},
            {row.cells[0].text: row for row in now.table.rows},
            lambda text, b, a: changed(
                f"{name}: points of {own}, {text}", _points(b.outputs[0], old), _points(a.outputs[0], new)
            ),
        )
        yield from changed(
            f"{name}: reference of {own}", _points(was.reference, old), _points(now.reference, new)
        )
        yield from _text(now.reason.code, was.reason, now.reason)

    yield from pairs(
        f"{name}: characteristic",
        {c.name: c for c in old.characteristics}, {c.name: c for c in new.characteristics}, characteristic,
    )
    yield from _table(old.bands, new.bands)


def _points(units: Any, step: ScorecardStep) -> object:
    return units / 10**step.scale if isinstance(units, int) and step.scale else units


def _table(old: Table, new: Table) -> Iterator[str]:
    name = f"table {new.name}"
    yield from changed(f"{name}: hit policy", old.hit_policy, new.hit_policy)
    columns = [[i.label for i in t.inputs] + [o.name for o in t.outputs] for t in (old, new)]
    if columns[0] != columns[1]:
        yield f"{name}: columns {', '.join(columns[1])} instead of {', '.join(columns[0])}"
    elif essence([i.expression for i in old.inputs]) != essence([i.expression for i in new.inputs]):
        yield f"{name}: a column tests something else"
    before, after = ({tuple(c.text for c in row.cells): row for row in t.rows} for t in (old, new))
    gone = {row.number: row for key, row in before.items() if key not in after}
    for key, row in after.items():
        if key in before:
            if _told(old, before[key]) != _told(new, row):
                yield f"{name}: row {row.number} gives {_told(new, row)} instead of {_told(old, before[key])}"
        elif row.number in gone and _told(old, gone[row.number]) == _told(new, row):
            yield f"{name}: row {row.number} tests {_moved(new, gone.pop(row.number), row)}"
        else:
            yield f"{name}: row {row.number} is new: {_row(new, row)}"
    for row in gone.values():
        yield f"{name}: row {row.number} is gone: {_row(old, row)}"
    if new.hit_policy not in {"unique", "any"}:
        yield from order(f"{name}: rows", before, after)


def _row(table: Table, row: Row) -> str:
    tests = ", ".join(f"{i.label} {c.text}" for i, c in zip(table.inputs, row.cells, strict=True))
    return f"{tests}: {_told(table, row)}"


def _moved(table: Table, old: Row, new: Row) -> str:
    """The cells that differ between two rows that give the same."""
    return ", ".join(
        f"{column.label} {now.text} instead of {was.text}"
        for column, was, now in zip(table.inputs, old.cells, new.cells, strict=True)
        if was.text != now.text
    )


def _told(table: Table, row: Row) -> str:
    return ", ".join(f"{o.name} {amount(v, o.type)}" for o, v in zip(table.outputs, row.outputs, strict=True))


def _offers(old: OffersStep, new: OffersStep) -> Iterator[str]:
    name = new.name
    types = types_used(new)

    def proposition(own: str, was: Any, now: Any) -> Iterator[str]:
        for currency, cells in now.columns.items():
            before = dict(zip(old.columns, was.columns.get(currency, ()), strict=False))
            for column, value in zip(new.columns, cells, strict=True):
                if column in before and before[column] != value:
                    said = [cell(v, types.get(column), currency) for v in (value, before[column])]
                    yield f"{own}: {column} {said[0]} instead of {said[1]}"

    yield from pairs(
        f"{name}: proposition", {p.name: p for p in old.propositions}, {p.name: p for p in new.propositions},
        proposition,
    )
    yield from _steps(f"{name}: step", old.parts, new.parts)
    if essence(old.rank) != essence(new.rank):
        yield f"{name}: offers are ranked otherwise"
