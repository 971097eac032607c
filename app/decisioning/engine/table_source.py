"""Decision tables and scorecards written out as Python source."""

from app.decisioning.engine.model import Characteristic, ScorecardStep
from app.decisioning.engine.writer import Writer, shown
from app.decisioning.language.core import Value
from app.decisioning.language.types import Type, as_float
from app.decisioning.tables.cells import Cell, Interval
from app.decisioning.tables.table import Input, Row, Table
from app.domain.decision import Points, RowMatch


def write_table(writer: Writer, table: Table) -> None:
    """Sets the table's outputs and appends the matching rows to `rows`."""
    values = [write_input(writer, column) for column in table.inputs]
    tests = [_condition(row, table, values) for row in table.rows]
    if table.collects:
        _write_collect(writer, table, tests)
        return
    for place, (row, test) in enumerate(zip(table.rows, tests, strict=True)):
        with writer.block(_head(place, len(tests), test)):
            for output, value in zip(table.outputs, row.outputs, strict=True):
                writer.line(f"{writer.name(output.name)} = {value!r}")
            writer.line(f"rows.append({writer.constant(RowMatch(table.name, row.number))})")


def write_input(writer: Writer, column: Input) -> str:
    """The name that holds the input's value; dates as the day numbers in which cells are held."""
    value = writer.value(column.expression)
    if column.type.kind != "date":
        return value
    local = writer.local()
    missing = f"None if {value} is None else " if column.type.optional else ""
    writer.line(f"{local} = {missing}{value}.toordinal()")
    return local


def _head(place: int, count: int, test: str) -> str:
    """Complete tables need no test for their last row."""
    if place == count - 1:
        return "else:" if count > 1 else "if True:"
    return f"{'elif' if place else 'if'} {test}:"


def _condition(row: Row, table: Table, values: list[str]) -> str:
    tests = [
        test
        for cell, column, value in zip(row.cells, table.inputs, values, strict=True)
        if (test := cell_test(cell, column.type, value))
    ]
    return " and ".join(tests) or "True"


def cell_test(cell: Cell, type_: Type, value: str) -> str:
    """A Python condition; empty when the cell admits everything."""
    test = _interval_tests(cell.intervals, value) if type_.kind in ("number", "date") else _member_test(cell, value)
    if not type_.optional:
        return test
    if cell.missing:
        return "" if not test else f"({value} is None or {test})" if test != "False" else f"{value} is None"
    return f"({value} is not None and {test})" if test else f"{value} is not None"


def _interval_tests(intervals: tuple[Interval, ...], value: str) -> str:
    tests = []
    for low, high in intervals:
        if low is None and high is None:
            return ""
        if low == high:
            tests.append(f"{value} == {low}")
        else:
            tests.append(f"{'' if low is None else f'{low} <= '}{value}{'' if high is None else f' <= {high}'}")
    return "False" if not tests else tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _member_test(cell: Cell, value: str) -> str:
    if not cell.members:
        return "" if cell.complement else "False"
    members = sorted(cell.members)
    if len(members) == 1 and isinstance(members[0], bool):
        return f"{value} is {members[0] != cell.complement}"
    if len(members) == 1:
        return f"{value} {'!=' if cell.complement else '=='} {members[0]!r}"
    return f"{value} {'not in' if cell.complement else 'in'} {tuple(members)!r}"


def _write_collect(writer: Writer, table: Table, tests: list[str]) -> None:
    (output,) = table.outputs
    name = writer.name(output.name)
    start = {"collect sum": "0", "collect count": "0"}.get(table.hit_policy, "None")
    writer.line(f"{name} = {start}")
    for row, test in zip(table.rows, tests, strict=True):
        with writer.block(f"if {test}:"):
            writer.line(f"{name} = {_gathered(table.hit_policy, name, row.outputs[0])}")
            writer.line(f"rows.append({writer.constant(RowMatch(table.name, row.number))})")


def _gathered(policy: str, name: str, value: Value) -> str:
    match policy:
        case "collect sum":
            return f"{name} + {value!r}"
        case "collect count":
            return f"{name} + 1"
        case "collect min":
            return f"{value!r} if {name} is None else min({name}, {value!r})"
        case _:
            return f"{value!r} if {name} is None else max({name}, {value!r})"


def write_scorecard(writer: Writer, step: ScorecardStep) -> tuple[list[str], list[str]]:
    """Sets the score; gives the locals that hold each characteristic's points, and those with the `Points` to tell.

    Where a characteristic has few possible values, one look-up gives both.
    """
    points, told = [], []
    for characteristic in step.characteristics:
        (column,) = characteristic.table.inputs
        own, tell = writer.local(), writer.local()
        if column.type.kind == "boolean" or column.type.values is not None:
            lookup = {
                value: _told(characteristic.name, row, value, step.scale)
                for value in _possible(column.type)
                for row in [next(r for r in characteristic.table.rows if r.cells[0].admits(value))]
            }
            writer.line(f"{own}, {tell} = {writer.constant(lookup)}[{writer.expression(column.expression)}]")
        else:
            _write_characteristic(writer, characteristic, (own, tell), step.scale)
        points.append(own)
        told.append(tell)
    writer.line(f"{writer.name(step.score)} = {' + '.join([str(step.initial), *points])}")
    return points, told


def _possible(type_: Type) -> list[str | bool | None]:
    values = (True, False) if type_.kind == "boolean" else sorted(type_.values or ())
    return [*values, None] if type_.optional else [*values]


def _told(name: str, row: Row, value: str | bool | None, scale: int) -> tuple[Value, Points]:
    return row.outputs[0], Points(name, value, row.cells[0].text, float(as_float(row.outputs[0], scale)))  # type: ignore[arg-type]


def _write_characteristic(
    writer: Writer, characteristic: Characteristic, names: tuple[str, str], scale: int
) -> None:
    table = characteristic.table
    own, tell = names
    (column,) = table.inputs
    raw = writer.value(column.expression)
    value = raw if column.type.kind != "date" else write_input(writer, column)
    for place, row in enumerate(table.rows):
        with writer.block(_head(place, len(table.rows), cell_test(row.cells[0], column.type, value) or "True")):
            points = float(as_float(row.outputs[0], scale))  # type: ignore[arg-type]
            told = f"{characteristic.name!r}, {shown(raw, column.type)}, {row.cells[0].text!r}, {points!r}"
            writer.line(f"{own} = {row.outputs[0]!r}")
            writer.line(f"{tell} = Points({told})")
