"""Reading decision tables, and refusing those that are not complete and free of conflict."""

from dataclasses import replace
from typing import cast, get_args

from app.decisioning.language.core import Value
from app.decisioning.language.types import BOOLEAN, Type, rescaled
from app.decisioning.language.values import suggestion
from app.decisioning.tables import proof
from app.decisioning.tables.cells import Cell, parse_cell
from app.decisioning.tables.table import HitPolicy, Input, Output, Row, Table
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, column_type, expression, numeral
from app.strategies.yaml_tree import Node, Place

Declared = list[tuple[str, Type]]


def read_table(body: Fields, name: str, scope: Scope) -> Table:
    """`hit_policy`, `inputs` (heading: expression), `outputs` (name: type) and `rows`: all cells in order."""
    policy = fields.choice(body.take("hit_policy"), "hit_policy", get_args(HitPolicy))
    inputs = tuple(
        Input(key.text, expression(value, scope, f"column {key.text}"))
        for key, value in fields.entries(body.take("inputs"), "inputs")
    )
    declared = [
        (fields.name(key, "output"), column_type(value, f"output {key.text}"))
        for key, value in fields.entries(body.take("outputs"), "outputs")
    ]
    rows = fields.items(body.take("rows"), "rows")
    table = build_table(name, cast(HitPolicy, policy), inputs, declared, rows, body.place)
    prove(table, [row.place for row in rows], body.place)
    return table


def build_table(  # noqa: PLR0917 - a table is these six things
    name: str, policy: HitPolicy, inputs: tuple[Input, ...], declared: Declared, rows: tuple[Node, ...], place: Place
) -> Table:
    """The table as written, nothing proved; `priority` rows come sorted by the order of the first output's values."""
    if policy.startswith("collect") and (len(declared) != 1 or declared[0][1].kind != "number"):
        raise place.error(f"{policy} needs exactly one output, a number")
    cells, values = [], []
    for number, row in enumerate(rows, 1):
        columns = fields.items(row, f"row {number}")
        if len(columns) != len(inputs) + len(declared):
            raise row.place.error(
                f"row {number} has {len(columns)} cells; {len(inputs) + len(declared)} are needed: "
                f"{', '.join([i.label for i in inputs] + [f'{d[0]} (output)' for d in declared])}"
            )
        cells.append([read_cell(node, number, i) for node, i in zip(columns, inputs, strict=False)])
        values.append(columns[len(inputs):])
    outputs, transposed = [], []
    for place_, (output, type_) in enumerate(declared):
        seen, found = _output_column([v[place_] for v in values], output, type_)
        outputs.append(Output(output, seen))
        transposed.append(found)
    built = [
        Row(number, tuple(own), tuple(column[number - 1] for column in transposed))
        for number, own in enumerate(cells, 1)
    ]
    if policy == "priority":
        built = _by_priority(built, declared, place)
    return Table(name, policy, inputs, tuple(outputs), tuple(built))


def read_cell(node: Node, row: int, column: Input) -> Cell:
    written = fields.text(node, f"row {row}, column {column.label}")
    return fields.placed_in(node.place, f"row {row}, column {column.label}", lambda: parse_cell(written, column.type))


def _output_column(nodes: list[Node], name: str, type_: Type) -> tuple[Type, list[Value]]:
    """The column's values, numbers at one scale, and what its type turns out to be."""
    optional = False
    found: list[tuple[Value, int]] = []
    for row, node in enumerate(nodes, 1):
        what = f"row {row}, output {name}"
        written = fields.text(node, what)
        if written == "missing":
            optional = True
            found.append((None, 0))
        elif type_.kind == "number":
            if type_.money:
                raise node.place.error(f"{what}: amounts of money are parameters; give a number")
            found.append(numeral(node, what))
        elif type_ == BOOLEAN:
            found.append((fields.truth(node, what), 0))
        else:
            if type_.values is not None and written not in type_.values:
                raise node.place.error(f"{what}: {written!r} is not possible{suggestion(written, type_.values)}")
            found.append((written, 0))
    if type_.kind != "number":
        return replace(type_, optional=optional), [value for value, _ in found]
    scale = max(own for _, own in found)
    units = [rescaled(value, own, scale) if isinstance(value, int) else None for value, own in found]
    present = [u for u in units if u is not None]
    low, high = (min(present), max(present)) if present else (0, 0)
    return replace(type_, scale=scale, optional=optional, low=low, high=high), list(units)


def _by_priority(rows: list[Row], declared: Declared, place: Place) -> list[Row]:
    order = declared[0][1].order
    if order is None:
        raise place.error("priority needs a first output with a list of values, the most important first")
    return sorted(rows, key=lambda row: order.index(str(row.outputs[0])))


def prove(table: Table, lines: list[Place], place: Place) -> None:
    """Refuse gaps, forbidden overlaps and rows that can never decide."""
    name = f"table {table.name}"
    if table.hit_policy in ("unique", "any"):
        for first, second, witness in proof.find_overlaps(table):
            if table.hit_policy == "unique" or first.outputs != second.outputs:
                raise lines[second.number - 1].error(
                    f"{name}: rows {first.number} and {second.number} both match "
                    f"{proof.describe(table, witness)}: narrow one of them"
                    + ("" if table.hit_policy == "unique" else ", or give both the same outputs")
                )
    if table.collects:
        return
    for row in proof.find_unreachable(table):
        raise lines[row.number - 1].error(
            f"{name}: row {row.number} is never reached: rows before it take all that it matches; move or delete it"
        )
    gap = proof.find_gap(table)
    if gap is not None:
        raise place.error(f"{name}: no row matches {proof.describe(table, gap)}: add a row for it")
