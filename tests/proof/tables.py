"""Random decision tables from a seed, small enough that every input that matters can be tried."""

from dataclasses import replace
from datetime import date
from itertools import product
from random import Random
from typing import Any

from app.decisioning.language.core import Comparison, Reference
from app.decisioning.language.types import BOOLEAN, DATE, TEXT, Type, decimal, integer, one_of
from app.decisioning.tables.cells import Cell, anything, parse_cell
from app.decisioning.tables.table import Input, Output, Row, Table

FIRST = date(2024, 2, 27)

COLUMNS: dict[str, tuple[Type, list[Any]]] = {
    "count": (integer(0, 5).maybe(), [*range(6), None]),
    "rate": (decimal(1, -2, 3), [*range(-2, 4)]),
    "colour": (one_of("RED", "YELLOW", "GREEN"), ["RED", "YELLOW", "GREEN"]),
    "maybe colour": (one_of("RED", "GREEN").maybe(), ["RED", "GREEN", None]),
    "truth": (BOOLEAN.maybe(), [True, False, None]),
    "word": (TEXT, ["A", "B", "another"]),
    "day": (DATE, [date.fromordinal(FIRST.toordinal() + n) for n in range(-1, 5)]),
    "unbounded": (integer(), [*range(-1, 5)]),
    "limit": (integer(0, 5), [*range(6)]),
}
COMPARED = {"count": "limit", "limit": "floor"}                # cells of the one may compare it with the other
FLOOR = (integer(0, 5), [*range(6)])                           # no column of its own

Point = dict[str, Any]


def table(rng: Random) -> tuple[Table, list[Point]]:
    """A table of up to four columns and nine rows, and every input of its domain that some cell could tell apart."""
    names = rng.sample(sorted(COLUMNS), rng.randint(1, 4))
    policy = rng.choice(["unique", "any", "first", "priority", "collect sum"])
    rows = [
        Row(number, tuple(cell(rng, name) for name in names), (rng.randint(0, 2),))
        for number in range(1, rng.randint(1, 9) + 1)
    ]
    inputs = tuple(Input(name, Reference(name.replace(" ", "_"), COLUMNS[name][0])) for name in names)
    built = Table("random", policy, inputs, (Output("points", integer(0, 2)),), tuple(rows))
    read = {own.right.name for row in rows for cell_ in row.cells for own in cell_.relations}
    domains = {name: COLUMNS.get(name, FLOOR)[1] for name in [*names, *sorted(read - {*names})]}
    return built, [dict(zip(domains, values, strict=True)) for values in product(*domains.values())]


def cell(rng: Random, name: str) -> Cell:
    type_, values = COLUMNS[name]
    if name in COMPARED and rng.random() < 0.25:
        sign = rng.choice(["<", "<=", "==", "!=", ">", ">="])
        relation = Comparison(sign, Reference(name, type_), Reference(COMPARED[name], FLOOR[0]))
        return replace(anything(type_, f"{sign} {COMPARED[name]}", missing=False), relations=(relation,))
    return parse_cell(_text(rng, type_, [v for v in values if v is not None]), type_)


def _text(rng: Random, type_: Type, values: list[Any]) -> str:
    if rng.random() < 0.25:
        return "any"
    if type_.optional and rng.random() < 0.15:
        return "missing"
    if type_.kind == "boolean":
        return rng.choice(["true", "false", "not(true)"])
    if type_.kind == "text":
        chosen = ", ".join(rng.sample(values[:-1] if type_.values is None else values, rng.randint(1, len(values) - 1)))
        return rng.choice([chosen, f"not({chosen})"])
    low, high = sorted(rng.choices(values if type_.low is not None else values[1:-1], k=2))
    written = [value.isoformat() if isinstance(value, date) else str(value / 10**type_.scale) for value in (low, high)]
    if not type_.scale:
        written = [text.removesuffix(".0") for text in written]
    first, last = written
    bounded = rng.choice([f"[{first}..{last}]", f"< {first}", f"<= {first}", f"> {first}", f">= {last}", first])
    return rng.choice([bounded, bounded, f"not({bounded})"])
