"""Decision tables as diagrams: which rows decide where, and what they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

from app.decisioning.language.core import Core
from app.decisioning.proof.applications import better
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.expressions import Expressions, constant
from app.decisioning.proof.linear import Linear, number
from app.decisioning.proof.world import AnyText, World
from app.decisioning.tables.cells import Cell
from app.decisioning.tables.table import LISTS, Given, Row, Table

Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FollowedTable:
    """`decides` has the numbers of the rows that decide as results. `conditions`: by row and column, where its cell
    admits. The table is asked only where `asked` holds."""

    table: Table
    asked: Node
    decides: Node
    conditions: tuple[tuple[Node, ...], ...]
    outputs: dict[str, Node]


def follow_table(names: Expressions, table: Table, asked: Node) -> FollowedTable:
    world = names.world
    columns = [names.node(column.expression) for column in table.inputs]
    known: dict[tuple[int, Cell], Node] = {}

    def admitted(place: int, cell: Cell) -> Node:
        found = known.get((place, cell))
        if found is None:
            found = known[place, cell] = _admitted(names, columns[place], cell)
        return found

    conditions = tuple(
        tuple(admitted(place, cell) for place, cell in enumerate(row.cells)) for row in table.rows
    )
    hits = [world.diagrams.both(*own) for own in conditions]
    decides = _gathering(world, table, hits) if table.collects else _deciding(world, table, hits)
    outputs = {
        output.name: world.diagrams.substitute(decides, partial(_output, names, table, place))
        for place, output in enumerate(table.outputs)
    }
    return FollowedTable(table, asked, decides, conditions, outputs)


def _admitted(names: Expressions, column: Node, cell: Cell) -> Node:
    diagrams = names.world.diagrams
    inside = diagrams.substitute(column, partial(_admits, names.world, cell))
    return diagrams.both(inside, *(names.node(relation) for relation in cell.relations))


def _admits(world: World, cell: Cell, value: Any) -> Node:
    diagrams = world.diagrams
    if isinstance(value, Linear):
        return diagrams.either(*(world.within(value, low, high) for low, high in cell.intervals))
    if isinstance(value, AnyText):
        among = diagrams.either(*(world.is_text(value, str(member)) for member in sorted(map(str, cell.members))))
        return diagrams.negated(among) if cell.complement else among
    return diagrams.result(cell.admits(value))


def _deciding(world: World, table: Table, hits: Sequence[Node]) -> Node:
    """The first row that matches; no row at all where a table has a hole."""
    diagrams = world.diagrams
    found = diagrams.result(() if table.default is None else (table.default.number,))
    for row, hit in zip(reversed(table.rows), reversed(hits), strict=True):
        found = diagrams.choose(hit, {diagrams.true: diagrams.result((row.number,)), diagrams.false: found})
    return found


def _gathering(world: World, table: Table, hits: Sequence[Node]) -> Node:
    """Every row that matches, in the order of the rows."""
    diagrams = world.diagrams
    found = diagrams.result(())
    for row, hit in zip(table.rows, hits, strict=True):
        found = diagrams.apply(partial(_added, row.number), found, hit)
    if table.default is not None:
        default = table.default.number
        found = diagrams.apply(lambda numbers: numbers or (default,), found)
    return found


def _added(number_: int, numbers: Numbers, hit: bool) -> Numbers:
    return (*numbers, number_) if hit else numbers


def _output(names: Expressions, table: Table, place: int, numbers: Numbers) -> Node:
    """What these rows give together for one output."""
    diagrams = names.world.diagrams
    by_number: dict[int, Row] = {row.number: row for row in table.every_row}
    given = [_given(names, by_number[n].outputs[place]) for n in numbers]
    if not table.collects:
        return given[0] if given else diagrams.result(None)
    if table.hit_policy in LISTS:
        return diagrams.apply(lambda *values: values, *given) if given else diagrams.result(())
    return gathered(names.world, table.hit_policy.removeprefix("collect "), given)


def gathered(world: World, policy: str, given: Sequence[Node]) -> Node:
    """`sum`, `count`, `min` or `max` of values that are there; of none: zero, or missing."""
    diagrams = world.diagrams
    if policy == "count":
        return diagrams.result(number(len(given)))
    if policy == "sum":
        return reduce(partial(diagrams.apply, _sum), given, diagrams.result(number(0)))
    return reduce(partial(extreme, world, policy), given) if given else diagrams.result(None)


def extreme(world: World, policy: str, left: Node, right: Node) -> Node:
    pair = world.diagrams.apply(lambda a, b: (a, b), left, right)
    return world.diagrams.substitute(pair, lambda p: better(world, policy, p[0], p[1]))


def _sum(left: Linear, right: Linear) -> Linear:
    return left + right


def _given(names: Expressions, given: Given) -> Node:
    return names.node(given) if isinstance(given, Core) else names.world.diagrams.result(constant(given))
