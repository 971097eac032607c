"""Gaps, overlaps and rows never reached: found exactly, each with an input that shows it.

Every column is cut at its cells' ends into atoms, sets of values that no cell tells apart; for each atom a bit mask
says which rows admit it. A gap is a choice of one atom a column whose masks have no row in common; the search walks
column by column and never twice with the same rows left.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.decisioning.language.types import Type, as_float
from app.decisioning.tables.cells import Cell
from app.decisioning.tables.table import Row, Table

Witness = tuple[str, ...]                      # a value a column, as a person would write it


@dataclass(frozen=True, slots=True)
class Atom:
    witness: str
    rows: int                                  # bit i: the i-th row admits it


def find_gap(table: Table) -> Witness | None:
    """An input that no row admits, or None when the table is complete."""
    return _uncovered(_columns(table), (1 << len(table.rows)) - 1)


def find_overlaps(table: Table) -> Iterator[tuple[Row, Row, Witness]]:
    """Pairs of rows that admit a common input."""
    columns = _columns(table)
    for j, second in enumerate(table.rows):
        for i, first in enumerate(table.rows[:j]):
            both = 1 << i | 1 << j
            shared = [next((a.witness for a in column if a.rows & both == both), None) for column in columns]
            if None not in shared:
                yield first, second, tuple(w for w in shared if w is not None)


def find_unreachable(table: Table) -> Iterator[Row]:
    """Rows that can never decide: rows tried before them take all that they admit, or it lies outside the domain."""
    columns = _columns(table)
    for i, row in enumerate(table.rows):
        own = [[atom for atom in column if atom.rows >> i & 1] for column in columns]
        if not all(own) or _uncovered(own, (1 << i) - 1) is None:
            yield row


def describe(table: Table, witness: Witness) -> str:
    return ", ".join(f"{column.label} = {value}" for column, value in zip(table.inputs, witness, strict=True))


def _columns(table: Table) -> list[list[Atom]]:
    return [
        list(_atoms(column.type, [row.cells[place] for row in table.rows]))
        for place, column in enumerate(table.inputs)
    ]


def _uncovered(columns: list[list[Atom]], rows: int) -> Witness | None:
    proved: set[tuple[int, int]] = set()

    def search(place: int, left: int) -> Witness | None:
        if not left:
            return tuple(column[0].witness for column in columns[place:])
        if place == len(columns) or (place, left) in proved:
            return None
        for atom in columns[place]:
            rest = search(place + 1, left & atom.rows)
            if rest is not None:
                return (atom.witness, *rest)
        proved.add((place, left))
        return None

    return search(0, rows)


def _atoms(type_: Type, cells: list[Cell]) -> Iterator[Atom]:
    """Atoms that the same rows admit are one; the first value stands for all."""
    seen: set[int] = set()
    for witness, probe in _probes(type_, cells):
        mask = sum(1 << i for i, cell in enumerate(cells) if cell.admits(probe))
        if mask not in seen:
            seen.add(mask)
            yield Atom(witness, mask)


def _probes(type_: Type, cells: list[Cell]) -> Iterator[tuple[str, int | str | bool | None]]:
    """One value of every atom."""
    if type_.kind == "boolean":
        yield from (("true", True), ("false", False))
    elif type_.kind == "text":
        named = {str(m) for cell in cells for m in cell.members}
        values = sorted(named | {_unlike(named)}) if type_.values is None else sorted(type_.values)
        yield from ((value, value) for value in values)
    else:
        yield from ((_shown(units, type_), units) for units in _starts(type_, cells))
    if type_.optional:
        yield "missing", None


def _unlike(named: set[str]) -> str:
    """A text that no cell names: it stands for all others."""
    return next(text for text in (f"OTHER{'_' * i}" for i in range(len(named) + 1)) if text not in named)


def _starts(type_: Type, cells: list[Cell]) -> list[int]:
    """The least value of every atom; for an unbounded one, a value below all ends."""
    cuts = {low for cell in cells for low, _ in cell.intervals if low is not None}
    cuts |= {high + 1 for cell in cells for _, high in cell.intervals if high is not None}
    lowest = min(cuts, default=0) - 1 if type_.low is None else type_.low
    cuts.add(lowest)
    return sorted(cut for cut in cuts if cut >= lowest and (type_.high is None or cut <= type_.high))


def _shown(units: int, type_: Type) -> str:
    if type_.kind == "date":
        return date.fromordinal(min(max(units, 1), date.max.toordinal())).isoformat()
    return str(as_float(units, type_.scale))
