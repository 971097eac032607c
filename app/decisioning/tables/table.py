"""A decision table and its plain evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.decisioning.language.core import Core, Value
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.types import TEXTS, Type
from app.decisioning.tables.cells import Cell

HitPolicy = Literal[
    "unique", "first", "any", "priority", "output order", "rule order",
    "collect list", "collect sum", "collect count", "collect min", "collect max",
]
LISTS: frozenset[str] = frozenset(["output order", "rule order", "collect list"])

Given = Value | Core                           # a plain value, or an expression that is worked out when its row decides


@dataclass(frozen=True, slots=True)
class Input:
    label: str                                 # as the column is headed
    expression: Core
    text: str = ""                             # the expression as written

    @property
    def type(self) -> Type:
        return self.expression.type


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Row:
    number: int                                # 1-based, as written
    cells: tuple[Cell, ...]
    outputs: tuple[Given, ...]                 # numbers in units of the output's scale
    texts: tuple[str, ...] = ()                # the outputs as written


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` stand in the order in which they are tried: as written, but best first under `priority` and
    `output order`. `default` is the row without conditions that decides when no other matches."""

    name: str
    hit_policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    default: Row | None = None

    @property
    def collects(self) -> bool:
        """Every matching row counts, and there may be none."""
        return self.hit_policy.startswith("collect") or self.hit_policy in LISTS

    @property
    def every_row(self) -> tuple[Row, ...]:
        return self.rows if self.default is None else (*self.rows, self.default)

    @property
    def result_types(self) -> tuple[Output, ...]:
        """What evaluation gives, which is not what the rows hold when the table collects."""
        if not self.collects:
            return self.outputs
        if self.hit_policy in LISTS:
            return tuple(Output(output.name, _listed(output.type)) for output in self.outputs)
        (output,) = self.outputs
        return (Output(output.name, self._collected(output.type)),)

    def _collected(self, own: Type) -> Type:
        match self.hit_policy:
            case "collect count":
                return Type("number", low=0, high=len(self.every_row))
            case "collect sum":
                lows, highs = zip(*(_bounds(row.outputs[0]) for row in self.every_row), strict=True)
                low = None if None in lows else sum(min(0, bound) for bound in lows)
                return replace(own, low=low, high=None if None in highs else sum(max(0, bound) for bound in highs))
            case _:
                return replace(own, optional=self.default is None)


def _bounds(given: Given) -> tuple[int | None, int | None]:
    """The least and the greatest number that an output can be."""
    if isinstance(given, Core):
        return given.type.low, given.type.high
    return (given, given) if isinstance(given, int) else (None, None)


def _listed(type_: Type) -> Type:
    return replace(TEXTS, values=type_.values) if type_.kind == "text" else replace(type_, kind="numbers")


def matching(table: Table, values: Sequence[Any], names: Mapping[str, Any] | None = None) -> list[Row]:
    """Rows that decide on these input values: every one that matches when the table collects, else the first.

    `names` holds what relations between inputs read. The default row, when there is one, decides where no other does.
    """
    known = names or {}
    rows = [
        row for row in table.rows if all(_admits(c, v, known) for c, v in zip(row.cells, values, strict=True))
    ]
    if not rows and table.default is not None:
        return [table.default]
    return rows if table.collects else rows[:1]


def _admits(cell: Cell, value: Any, names: Mapping[str, Any]) -> bool:
    if not cell.admits(value):
        return False
    return value is None or all(evaluate(relation, names) for relation in cell.relations)


def result(table: Table, rows: Sequence[Row], names: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
    """The outputs that the matching rows give; `names` holds what their expressions read."""
    found = [tuple(worked_out(given, names or {}) for given in row.outputs) for row in rows]
    if not table.collects:
        (outputs,) = found                     # the table was proved complete when it was loaded
        return outputs
    if table.hit_policy in LISTS:
        return tuple(tuple(outputs[place] for outputs in found) for place in range(len(table.outputs)))
    values: list[Any] = [outputs[0] for outputs in found]
    match table.hit_policy:
        case "collect count":
            return (len(rows),)
        case "collect sum":
            return (sum(values),)
        case "collect min":
            return (min(values, default=None),)
        case _:
            return (max(values, default=None),)


def worked_out(given: Given, names: Mapping[str, Any]) -> Any:
    return evaluate(given, names) if isinstance(given, Core) else given
