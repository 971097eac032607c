"""Comparisons between inputs made columns of their own, so that proofs about tables need know nothing of them.

Whatever a row says of a column and another expression rests on how the two compare: below, equal or above. That is one
more input with those values, worked out from both.
"""

from dataclasses import replace

from app.decisioning.language.core import Choice, Comparison, Constant, Core, Missing, Reference
from app.decisioning.language.types import one_of
from app.decisioning.tables.cells import Cell, anything
from app.decisioning.tables.table import Input, Row, Table

_SIDE = one_of("below", "equal", "above")
_SIGNS = {"below": "<", "equal": "=", "above": ">"}
_AGAINST = " against "
_WAYS: dict[str, frozenset[str | bool]] = {
    "<": frozenset(["below"]), "<=": frozenset(["below", "equal"]), "==": frozenset(["equal"]),
    ">": frozenset(["above"]), ">=": frozenset(["above", "equal"]), "!=": frozenset(["below", "above"]),
}


def comparisons_as_columns(table: Table) -> Table:
    """The same table without relations in its cells."""
    compared: dict[tuple[int, Core], Input] = {}
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            for relation in cell.relations:
                label = f"{table.inputs[place].label}{_AGAINST}{_other(relation, cell)}"
                compared.setdefault((place, relation.right), Input(label, _side(relation)))
    if not compared:
        return table
    inputs = tuple(compared.values())
    rows = tuple(_without_relations(row, list(compared), inputs) for row in table.rows)
    return replace(table, inputs=(*table.inputs, *inputs), rows=rows)


def comparison_said(column: Input, value: object) -> str | None:
    """`income < expenses`, of a column that `comparisons_as_columns` made; None of any other."""
    if column.type != _SIDE or _AGAINST not in column.label:
        return None
    return column.label.replace(_AGAINST, f" {_SIGNS[str(value)]} ", 1)


def _side(relation: Comparison) -> Core:
    """Of a column that is missing nothing is compared: it counts as equal, and its own cells say that it is missing."""
    below, equal, above = (Constant(side, _SIDE) for side in ("below", "equal", "above"))
    otherwise = Choice(replace(relation, operator="=="), equal, above, _SIDE)
    compared = Choice(replace(relation, operator="<"), below, otherwise, _SIDE)
    return Choice(Missing(relation.left), equal, compared, _SIDE) if relation.left.type.optional else compared


def _without_relations(row: Row, compared: list[tuple[int, Core]], inputs: tuple[Input, ...]) -> Row:
    ways = [_ways(row.cells[place], right, column) for (place, right), column in zip(compared, inputs, strict=True)]
    return replace(row, cells=(*(replace(cell, relations=()) for cell in row.cells), *ways))


def _ways(cell: Cell, right: Core, column: Input) -> Cell:
    found = [_WAYS[relation.operator] for relation in cell.relations if relation.right == right]
    if not found:
        return anything(column.type)
    return Cell(cell.text, members=frozenset.intersection(*found))


def _other(relation: Comparison, cell: Cell) -> str:
    """What the column is compared with, as a person would say it."""
    return relation.right.name if isinstance(relation.right, Reference) else cell.text
