"""Columns that cannot have just any values together, as `income` and `income > expenses`: they read the same names.

Names themselves are taken to be independent of each other, each with any value of its type; how the steps before bind
them is another question (see flow.py).
"""

from collections import Counter
from collections.abc import Iterable

from app.decisioning.language.core import Reference, names_in
from app.decisioning.language.types import Type
from app.decisioning.proof.axes import Axis, Piece
from app.decisioning.proof.cover import Box, pieces_of, with_axis
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.expressions import Expressions
from app.decisioning.proof.linear import Linear
from app.decisioning.proof.ways import find_way
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
        columns = [table.inputs[place] for place in places]
        names = {name: self._world.fact(name, type_) for name, type_ in _types(columns).items()}
        expressions = Expressions(self._world, names)
        self._columns = {place: expressions.node(table.inputs[place].expression) for place in places}

    def impossible(self, point: Box) -> Box | None:
        """A box around the point, all out of the question; None when the point can be, or when that stays open."""
        if self._can_be(point):
            return None
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
        diagrams = self._world.diagrams
        tests = [
            self._among(self._columns[place], self._axes[place], box[place])
            for place in self._places
            if box[place] != self._axes[place].everything
        ]
        return find_way(self._world, diagrams.both(*tests), [diagrams.true]) is not False

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
