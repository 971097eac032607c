"""Tables that stand alone in a file, with the results expected of them: for published tables of other sources."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.decisioning.engine.table_source import write_table
from app.decisioning.engine.writer import Writer
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.source import RUNTIME
from app.decisioning.language.types import Type, rescaled, scaled
from app.decisioning.tables.table import Table, matching, result
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, column_type
from app.strategies.tables import read_table
from app.strategies.yaml_tree import Node, Sequence, parse_yaml

MAYBE = " may be missing"


class Golden:
    """`names` with their types, a `table`, and `expect`: values of the names in order, then the result."""

    def __init__(self, text: str, name: str) -> None:
        body = Fields(parse_yaml(text, name), "the file")
        scope = Scope(("EUR",))
        self.types: dict[str, Type] = {}
        for key, node in fields.entries(body.take("names"), "names"):
            self.types[key.text] = type_of(node)
            scope.define(key.text, self.types[key.text], key.place)
        self.table: Table = read_table(Fields(body.take("table"), "the table"), name.removesuffix(".yaml"), scope)
        expected = body.get("expect")
        self.expected = [] if expected is None else [self._line(node) for node in fields.items(expected, "expect")]
        body.done()

    def _line(self, node: Node) -> tuple[dict[str, Any], Any]:
        *values, wanted = [fields.text(item, "a value") for item in fields.items(node, "a line")]
        (output,) = self.table.result_types
        given = {name: value_of(text, type_) for (name, type_), text in zip(self.types.items(), values, strict=True)}
        return given, value_of(wanted, output.type)

    def interpreted(self, values: dict[str, Any]) -> tuple[Any, list[int]]:
        """The single output, and the numbers of the rows that gave it."""
        rows = matching(self.table, [evaluate(column.expression, values) for column in self.table.inputs], values)
        return result(self.table, rows, values)[0], [row.number for row in rows]

    def compiled(self) -> Callable[[dict[str, Any]], tuple[Any, list[int]]]:
        return compiled_table(self.table, list(self.types))


def compiled_table(table: Table, names: list[str]) -> Callable[[dict[str, Any]], tuple[Any, list[int]]]:
    """The table as generated Python: values of the names to the first output and the rows."""
    writer = Writer({**RUNTIME})
    write_table(writer, table)
    arguments = ", ".join(writer.name(name) for name in names)
    output = writer.name(table.outputs[0].name)
    source = "\n".join(
        [f"def table({arguments}):", *writer.lines, f"    return {output}, [r.row for r in {writer.rows}]"]
    )
    exec(source, writer.namespace)
    function = writer.namespace["table"]
    return lambda values: function(*(values[name] for name in names))


def golden(path: Path) -> Golden:
    return Golden(path.read_text(), path.name)


def type_of(node: Node) -> Type:
    """A declared type; rates have six decimals, as nothing else says how many."""
    type_ = _declared(node)
    return replace(type_, scale=6) if type_.unit == "rate" else type_


def _declared(node: Node) -> Type:
    if isinstance(node, Sequence) or MAYBE not in node.text:
        return column_type(node, "type")
    return column_type(type(node)(node.text.removesuffix(MAYBE), node.place), "type").maybe()


def value_of(text: str, type_: Type) -> Any:
    if text == "missing":
        return None
    if type_.kind == "boolean":
        return text == "true"
    if type_.kind == "number":
        units, scale = scaled(text) or (0, 0)
        return rescaled(units, scale, type_.scale)
    return text
