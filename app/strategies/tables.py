"""Reading decision tables, and refusing those that are not complete and free of conflict."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast, get_args

from app.decisioning.language import checker
from app.decisioning.language.core import Comparison, Constant, Core, Reference
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import Type
from app.decisioning.language.values import at_scale, suggestion
from app.decisioning.proof.findings import LOADING
from app.decisioning.proof.tables import QUICK_WORK, examine
from app.decisioning.tables.cells import Cell, CellError, parse_cell
from app.decisioning.tables.table import LISTS, Given, HitPolicy, Input, Output, Row, Table
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, TablePlace, column_type, expression, numeral
from app.strategies.yaml_tree import Node, Place, Scalar

Declared = list[tuple[str, Type]]


def read_table(body: Fields, name: str, scope: Scope) -> Table:
    """`hit_policy`, `inputs` (heading: expression), `outputs` (name: type), `rows`: all cells in order; and `default`:
    the outputs when no row matches."""
    policy = cast(HitPolicy, fields.choice(body.take("hit_policy"), "hit_policy", get_args(HitPolicy)))
    columns = fields.entries(body.take("inputs"), "inputs")
    inputs = tuple(
        Input(key.text, expression(value, scope, f"column {key.text}"), fields.sentence(value, key.text))
        for key, value in columns
    )
    declared = []
    for key, value in fields.entries(body.take("outputs"), "outputs"):
        declared.append((fields.name(key, "output"), column_type(value, f"output {key.text}")))
        scope.places.names.setdefault(key.text, key.place)
    rows = fields.items(body.take("rows"), "rows")
    table = build_table(name, policy, inputs, declared, rows, body.place, scope, body.get("default"))
    row_places, column_places = (tuple(node.place for node in nodes) for nodes in (rows, (key for key, _ in columns)))
    prove(table, TablePlace(body.place, row_places, column_places), scope)
    return table


def build_table(  # noqa: PLR0917 - a table is these things
    name: str, policy: HitPolicy, inputs: tuple[Input, ...], declared: Declared, rows: tuple[Node, ...], place: Place,
    scope: Scope, default: Node | None = None,
) -> Table:
    """The table as written, nothing proved; rows come best first where the order of the first output's values decides.
    """
    if policy.startswith("collect") and policy not in LISTS and (len(declared) != 1 or declared[0][1].kind != "number"):
        raise place.error(f"{policy} needs exactly one output, a number")
    cells, written = [], []
    for number, row in enumerate(rows, 1):
        columns = fields.items(row, f"row {number}")
        if len(columns) != len(inputs) + len(declared):
            raise row.place.error(
                f"row {number} has {len(columns)} cells; {len(inputs) + len(declared)} are needed: "
                f"{', '.join([i.label for i in inputs] + [f'{d[0]} (output)' for d in declared])}"
            )
        cells.append(tuple(read_cell(node, number, i, scope) for node, i in zip(columns, inputs, strict=False)))
        written.append(columns[len(inputs):])
    if default is not None:
        written.append(_default(default, declared))
    scopes = [knowing(own, inputs, scope) for own in cells]
    if default is not None:
        scopes.append(scope)
    columns_ = [
        output_column([row[i] for row in written], output, type_, scopes) for i, (output, type_) in enumerate(declared)
    ]
    outputs = tuple(Output(output, type_) for (output, _), (type_, _) in zip(declared, columns_, strict=True))
    if default is not None:
        cells.append(())
    built = [
        Row(number, own, tuple(found[number - 1] for _, found in columns_), tuple(_written(row)))
        for number, (own, row) in enumerate(zip(cells, written, strict=True), 1)
    ]
    last = None if default is None else built.pop()
    if policy in LISTS and any(o.type.optional or o.type.kind not in ("text", "number") for o in outputs):
        raise place.error(f"{policy} gathers texts or numbers that are never missing")
    if policy in ("priority", "output order"):
        built = _best_first(built, policy, declared, place)
    return Table(name, policy, inputs, outputs, tuple(built), last)


def _default(node: Node, declared: Declared) -> tuple[Node, ...]:
    found = fields.items(node, "default")
    if len(found) != len(declared):
        raise node.place.error(f"default: {len(declared)} outputs are needed: {', '.join(d[0] for d in declared)}")
    return found


def _written(row: tuple[Node, ...]) -> Iterator[str]:
    return (fields.sentence(node, "an output") for node in row)


def read_cell(node: Node, row: int, column: Input, scope: Scope) -> Cell:
    """A cell; where it compares the column with an expression, over the names in scope."""
    what = f"row {row}, column {column.label}"
    written = fields.text(node, what)

    def relate(sign: str, other: str) -> Comparison:
        try:
            return checker.relation(sign, column.expression, other, scope.types)
        except ExpressionError as error:
            raise CellError(f"{other!r} in {written!r}: {error}") from None

    return fields.placed_in(node.place, what, lambda: parse_cell(written, column.type, relate))


def knowing(cells: tuple[Cell, ...], inputs: tuple[Input, ...], scope: Scope) -> Scope:
    """What a row's outputs may rely on: inputs that its cells have found to be there."""
    inner = scope.inner()
    for cell, column in zip(cells, inputs, strict=True):
        if isinstance(column.expression, Reference) and not cell.missing:
            inner.types[column.expression.name] = column.type.present()
    return inner


def output_column(nodes: list[Node], name: str, type_: Type, scopes: list[Scope]) -> tuple[Type, list[Given]]:
    """The column's values, numbers at one scale, and what its type turns out to be. After `=` stands an expression over
    its row's scope."""
    found = [
        _output(node, f"row {row}, output {name}", type_, scope)
        for row, (node, scope) in enumerate(zip(nodes, scopes, strict=True), 1)
    ]
    optional = any(core.type.optional for core in found)
    if type_.kind != "number":
        return replace(type_, optional=optional), [_given(core) for core in found]
    present = [core for core in found if not (isinstance(core, Constant) and core.value is None)]
    scale = max((core.type.scale for core in present), default=0)
    for core, node in zip(found, nodes, strict=True):
        if core in present and core.type.optional and core.type.scale < scale:
            raise node.place.error(f"output {name}: other rows have more decimals than what may be missing here")
    finer = [core if core not in present else at_scale(core, scale) for core in found]
    bounds = [core.type for core in finer if not (isinstance(core, Constant) and core.value is None)]
    lows, highs = [b.low for b in bounds], [b.high for b in bounds]
    low = None if None in lows else min((x for x in lows if x is not None), default=0)
    high = None if None in highs else max((x for x in highs if x is not None), default=0)
    return replace(type_, scale=scale, optional=optional, low=low, high=high), [_given(core) for core in finer]


def _given(core: Core) -> Given:
    return core.value if isinstance(core, Constant) else core


def _output(node: Node, what: str, type_: Type, scope: Scope) -> Core:
    written = fields.text(node, what)
    if written.startswith("="):
        return _expression(node, written[1:].strip(), what, type_, scope)
    if written == "missing":
        return Constant(None, type_.maybe())
    if type_.kind == "number":
        if type_.money:
            raise node.place.error(f"{what}: an amount of money is a parameter: write `= its_name`")
        units, scale = numeral(node, what)
        return Constant(units, replace(type_, scale=scale, low=units, high=units))
    if type_.kind == "boolean":
        return Constant(fields.truth(node, what), type_)
    if type_.kind == "date":
        day = fields.day_or_none(node, what)
        if day is None:
            raise node.place.error(f"{what}: {written!r} is not a date (2026-01-31)")
        return Constant(day, type_)
    if type_.kind != "text":
        raise node.place.error(f"{what}: a {type_} comes from an expression: write `= ...`")
    if type_.values is not None and written not in type_.values:
        raise node.place.error(f"{what}: {written!r} is not possible{suggestion(written, type_.values)}")
    return Constant(written, type_)


def _expression(node: Node, written: str, what: str, type_: Type, scope: Scope) -> Core:
    core = expression(replace(node, text=written) if isinstance(node, Scalar) else node, scope, what)
    found = core.type
    if found.kind != type_.kind or found.money != type_.money or (found.unit or type_.unit) != type_.unit:
        raise node.place.error(f"{what}: {type_} is declared, this is {found}")
    if type_.values is not None and (found.values is None or not found.values <= type_.values):
        raise node.place.error(f"{what}: {type_} is declared, this may be something else ({found})")
    return core


def _best_first(rows: list[Row], policy: str, declared: Declared, place: Place) -> list[Row]:
    order = declared[0][1].order
    if order is None or any(isinstance(row.outputs[0], Core) for row in rows):
        raise place.error(f"{policy} needs a first output with a list of values, the most important first")
    return sorted(rows, key=lambda row: order.index(str(row.outputs[0])))


def prove(table: Table, place: TablePlace, scope: Scope) -> None:
    """Refuse gaps, forbidden overlaps and rows that can never decide, as far as a quick proof finds them."""
    scope.places.tables[table.name] = place
    for finding in examine(table, QUICK_WORK):
        if finding.kind in LOADING:
            raise place.of(finding.row).error(finding.message)
