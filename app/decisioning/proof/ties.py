"""Columns that cannot have just any values together, as `income` and `income > expenses`: they read the same names.

Names themselves are taken to be independent of each other, each with any value of its type; how the steps before bind
them is another question (see flow.py).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from app.decisioning.language.core import Reference, names_in
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.runtime import half_up
from app.decisioning.language.types import Type
from app.decisioning.proof.axes import Axis, Piece, Plain, bounds
from app.decisioning.proof.cover import Box, pieces_of, with_axis
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.expressions import Expressions
from app.decisioning.proof.linear import Linear
from app.decisioning.proof.ways import Fact, Way, find_way
from app.decisioning.proof.world import AnyText, World
from app.decisioning.tables.table import Input, Table


def tied_columns(table: Table) -> list[int]:
    """Places of the columns that read a name which another reads too, or that are true or false by what they read."""
    reads = [set(names_in(column.expression)) for column in table.inputs]
    readers = Counter(name for names in reads for name in names)
    return [
        place
        for place, column in enumerate(table.inputs)
        if any(readers[name] > 1 for name in reads[place])
        or (column.type.kind not in ("number", "date") and not isinstance(column.expression, Reference))
    ]


class Ties:
    """Knows which points of a table's axes no values of the names bring about."""

    def __init__(self, table: Table, places: list[int], axes: tuple[Axis, ...]) -> None:
        self._axes = axes
        self._places = places
        self._world = World()
        self._inputs = table.inputs
        columns = [table.inputs[place] for place in places]
        names = {name: self._world.fact(name, type_) for name, type_ in _types(columns).items()}
        expressions = Expressions(self._world, names)
        self._columns = {place: expressions.node(table.inputs[place].expression) for place in places}

    def can_be(self, point: Box) -> bool | None:
        """None where that stays open."""
        way = self._way(point)
        if way is None or way is False:
            return way
        return self._is_at(point, way)

    def impossible(self, point: Box) -> Box:
        """A box around a point that cannot be, all of it out of the question."""
        box = point
        for place in range(len(box)):
            wider = with_axis(box, place, self._axes[place].everything)
            if place not in self._places or not self._can_be(wider):
                box = wider
        for place in self._places:
            for piece in pieces_of(self._axes[place].everything & ~box[place]):
                wider = with_axis(box, place, box[place] | piece)
                if not self._can_be(with_axis(box, place, piece)):
                    box = wider
        return box

    def _can_be(self, box: Box) -> bool:
        return self._way(box) is not False

    def _way(self, box: Box) -> Way | Literal[False] | None:
        diagrams = self._world.diagrams
        tests = [
            self._among(self._columns[place], self._axes[place], box[place])
            for place in self._places
            if box[place] != self._axes[place].everything
        ]
        return find_way(self._world, diagrams.both(*tests), [diagrams.true])

    def _is_at(self, point: Box, way: Way) -> bool | None:
        """Whether the names' values really bring the columns there: not all functions are followed exactly."""
        facts = {name: _anything(type_) for name, type_ in self._world.facts.items()} | way.facts(self._world)
        names = {name: _as_value(fact, self._world.facts[name]) for name, fact in facts.items()}
        for place in self._places:
            axis = self._axes[place]
            value = evaluate(self._inputs[place].expression, {**names, "round_money": half_up})
            piece = axis.pieces[point[place].bit_length() - 1]
            if not _inside(value.toordinal() if isinstance(value, date) else value, piece, axis):
                return None
        return True

    def _among(self, node: Node, axis: Axis, mask: int) -> Node:
        """Whether a column's value lies in one of these pieces."""
        pieces = [piece for k, piece in enumerate(axis.pieces) if mask >> k & 1]
        return self._world.diagrams.substitute(node, lambda value: among(self._world, value, pieces, axis))


def among(world: World, value: object, pieces: Iterable[Piece], axis: Axis) -> Node:
    """Whether a result of a diagram lies in one of these pieces of an axis."""
    found = []
    for piece in pieces:
        if isinstance(value, Linear) and isinstance(piece, tuple):
            found.append(world.within(value, *piece))
        elif isinstance(value, AnyText) and isinstance(piece, str):
            found.append(_is_text(world, value, piece, axis))
        else:
            found.append(world.diagrams.result(value == piece and type(value) is type(piece)))
    return world.diagrams.either(*found)


def _inside(value: Plain, piece: Piece, axis: Axis) -> bool:
    """Whether a column's value is what a piece of its axis holds."""
    if isinstance(piece, tuple):
        low, high = piece
        return isinstance(value, int) and (low is None or low <= value) and (high is None or value <= high)
    others = [p for p in axis.pieces if isinstance(p, str)]
    if axis.type.kind == "text" and axis.type.values is None and piece == others[-1]:
        return isinstance(value, str) and value not in others[:-1]
    return value == piece and type(value) is type(piece)


def _anything(type_: Type) -> Fact:
    """Some value of a name that does not matter."""
    if type_.optional:
        return None
    if type_.kind in ("number", "date"):
        low, high = bounds(type_)
        return max(low or 0, 0) if high is None else min(max(low or 0, 0), high)
    if type_.kind == "boolean":
        return False
    return min(type_.values) if type_.values else "OTHER"


def _as_value(fact: Fact, type_: Type) -> Any:
    if type_.kind in ("texts", "numbers"):
        return ()
    return date.fromordinal(max(fact, 1)) if type_.kind == "date" and isinstance(fact, int) else fact


def _is_text(world: World, value: AnyText, piece: str, axis: Axis) -> Node:
    """The last piece of an axis of open texts stands for all that the others do not name."""
    named = [p for p in axis.pieces if isinstance(p, str)]
    if axis.type.values is not None or piece != named[-1]:
        return world.is_text(value, piece)
    return world.diagrams.negated(world.diagrams.either(*(world.is_text(value, text) for text in named[:-1])))


def _types(columns: Iterable[Input]) -> dict[str, Type]:
    """The names that the columns read, with their types; one that may be missing anywhere may be missing."""
    found: dict[str, Type] = {}
    for column in columns:
        for name, type_ in _references(column.expression):
            found[name] = type_ if name not in found or type_.optional else found[name]
    return found


def _references(tree: object) -> Iterable[tuple[str, Type]]:
    if isinstance(tree, Reference):
        yield tree.name, tree.type
    for slot in getattr(type(tree), "__slots__", ()):
        part = getattr(tree, slot)
        for child in part if isinstance(part, tuple) else (part,):
            if slot != "type" and hasattr(child, "type"):
                yield from _references(child)
