"""The rows of a complete table as a tree of questions: an input that tells rows apart is asked once, not once a row."""

from dataclasses import dataclass
from itertools import combinations

from app.decisioning.language.types import Type
from app.decisioning.tables.cells import Cell
from app.decisioning.tables.table import Row


@dataclass(frozen=True, slots=True)
class Chain:
    """Rows tried one after another, on the inputs not yet asked; the last one needs no test."""

    rows: tuple[Row, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One input, and what follows for each of its cells; the last cell needs no test."""

    place: int
    arms: tuple[tuple[Cell, "Tree"], ...]


Tree = Chain | Branch


def tree(rows: tuple[Row, ...], places: tuple[int, ...], types: tuple[Type, ...]) -> Tree:
    """By the inputs at these places. Only of rows that leave no gap: then no arm leaves one either."""
    return _grown(rows, places, types)


def _grown(rows: tuple[Row, ...], places: tuple[int, ...], types: tuple[Type, ...]) -> Tree:
    if len(rows) < 2:
        return Chain(rows, places)
    for place in places:
        arms: dict[Cell, list[Row]] = {}
        for row in rows:
            arms.setdefault(row.cells[place], []).append(row)
        if len(arms) > 1 and all(_apart(a, b, types[place]) for a, b in combinations(arms, 2)):
            rest = tuple(other for other in places if other != place)
            return Branch(place, tuple((cell, _grown(tuple(own), rest, types)) for cell, own in arms.items()))
    return Chain(rows, places)


def _apart(a: Cell, b: Cell, type_: Type) -> bool:
    """No value is in both cells."""
    if a.relations or b.relations or (a.missing and b.missing):
        return False
    if type_.kind in ("number", "date"):
        return all(
            (high is not None and other_low is not None and high < other_low)
            or (other_high is not None and low is not None and other_high < low)
            for low, high in a.intervals
            for other_low, other_high in b.intervals
        )
    if a.complement and b.complement:
        return False
    if a.complement or b.complement:
        inner, outer = (b, a) if a.complement else (a, b)
        return inner.members <= outer.members
    return not a.members & b.members
