"""Decision tables written out as Python source: nested comparisons, literals, and rows that exist before they match."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from app.decisioning.engine.table_tree import Branch, Chain, Tree, tree
from app.decisioning.engine.writer import Writer
from app.decisioning.language.core import Constant, Core
from app.decisioning.language.types import BOOLEAN, Type
from app.decisioning.tables.cells import Cell, Interval
from app.decisioning.tables.table import LISTS, Given, Input, Row, Table
from app.domain.decision import RowMatch

AfterRow = Callable[[Row], Iterable[str]]


def write_table(writer: Writer, table: Table, after: AfterRow = lambda _: ()) -> None:
    """Sets the table's outputs and notes the rows that matched. `after` gives lines that follow a row that decided."""
    table, places = _without_known_inputs(writer, table)
    values = [write_input(writer, column) if i in places else "" for i, column in enumerate(table.inputs)]
    if table.collects:
        tests = [_condition(writer, row, table, values, places) for row in table.rows]
        _write_collecting(writer, table, tests)
        return
    match = writer.matched()
    found = Chain(table.every_row, places) if table.default else tree(table.rows, places, _types(table))

    def write(row: Row) -> None:
        for column, given in zip(table.outputs, row.outputs, strict=True):
            writer.line(f"{writer.name(column.name)} = {output(writer, given)}")
        writer.line(f"{match} = {_noted(writer, table, row)}")
        for line in after(row):
            writer.line(line)

    _write_tree(writer, table, values, found, write)
    writer.note(match)


def _without_known_inputs(writer: Writer, table: Table) -> tuple[Table, tuple[int, ...]]:
    """Only the rows that what is known already admits, and the places of the inputs that remain to be asked."""
    known = {place: value for place, column in enumerate(table.inputs) if (value := writer.known(column.expression))}
    kept = {
        place: value for place, value in known.items() if not any(row.cells[place].relations for row in table.rows)
    }
    rows = tuple(row for row in table.rows if all(row.cells[place].admits(own.value) for place, own in kept.items()))
    return replace(table, rows=rows), tuple(place for place in range(len(table.inputs)) if place not in kept)


def _types(table: Table) -> tuple[Type, ...]:
    return tuple(column.type for column in table.inputs)


def _write_tree(writer: Writer, table: Table, values: list[str], found: Tree, write: Callable[[Row], None]) -> None:
    if isinstance(found, Branch):
        type_, value = table.inputs[found.place].type, values[found.place]
        for place, (cell, arm) in enumerate(found.arms):
            with writer.block(head(place, len(found.arms), cell_test(writer, cell, type_, value) or "True")):
                _write_tree(writer, table, values, arm, write)
        return
    for place, row in enumerate(found.rows):
        if len(found.rows) == 1:
            write(row)
            return
        test = _condition(writer, row, table, values, found.places) if row.cells else "True"
        with writer.block(head(place, len(found.rows), test)):
            write(row)


def write_input(writer: Writer, column: Input) -> str:
    """The name that holds the input's value; dates as the day numbers in which cells are held."""
    value = writer.value(column.expression)
    if column.type.kind != "date":
        return value
    local = writer.local()
    missing = f"None if {value} is None else " if column.type.optional else ""
    writer.line(f"{local} = {missing}{value}.toordinal()")
    return local


def _noted(writer: Writer, table: Table, row: Row) -> str:
    return writer.told(RowMatch(table.name, row.number))


def output(writer: Writer, given: Given) -> str:
    return writer.expression(given if isinstance(given, Core) else Constant(given, BOOLEAN))


def head(place: int, count: int, test: str) -> str:
    """Complete tables need no test for their last row."""
    if place == count - 1:
        return "else:" if count > 1 else "if True:"
    return f"{'elif' if place else 'if'} {test}:"


def _condition(writer: Writer, row: Row, table: Table, values: list[str], places: tuple[int, ...]) -> str:
    tests = [
        test
        for place in places
        if (test := cell_test(writer, row.cells[place], table.inputs[place].type, values[place]))
    ]
    return " and ".join(tests) or "True"


def cell_test(writer: Writer, cell: Cell, type_: Type, value: str) -> str:
    """A Python condition; empty when the cell admits everything."""
    test = _interval_tests(cell.intervals, value) if type_.kind in ("number", "date") else _member_test(cell, value)
    test = " and ".join([*([test] if test else []), *(writer.expression(relation) for relation in cell.relations)])
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


def _write_collecting(writer: Writer, table: Table, tests: list[str]) -> None:
    """Every row that matches adds to what its outputs have gathered so far."""
    names = [writer.name(output.name) for output in table.outputs]
    match = writer.matched()
    lists = table.hit_policy in LISTS
    start = "[]" if lists else "0" if table.hit_policy in ("collect sum", "collect count") else "None"
    for name in names:
        writer.line(f"{name} = {start}")
    writer.line(f"{match} = []")
    for row, test in zip(table.rows, tests, strict=True):
        with writer.block(f"if {test}:"):
            _gather(writer, table, row, match)
    if table.default is not None:
        with writer.block(f"if not {match}:"):
            _gather(writer, table, table.default, match)
    if lists:
        for name in names:
            writer.line(f"{name} = tuple({name})")
    writer.note(f"*{match}")


def _gather(writer: Writer, table: Table, row: Row, match: str) -> None:
    for column, given in zip(table.outputs, row.outputs, strict=True):
        name, value = writer.name(column.name), output(writer, given)
        match table.hit_policy:
            case "collect sum":
                writer.line(f"{name} += {value}")
            case "collect count":
                writer.line(f"{name} += 1")
            case "collect min" | "collect max":
                best = table.hit_policy.removeprefix("collect ")
                writer.line(f"{name} = {value} if {name} is None else {best}({name}, {value})")
            case _:
                writer.line(f"{name}.append({value})")
    writer.line(f"{match}.append({_noted(writer, table, row)})")
