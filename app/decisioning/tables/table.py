"""A decision table and its plain evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.decisioning.language.core import Core, Value
from app.decisioning.language.types import Type
from app.decisioning.tables.cells import Cell

HitPolicy = Literal["unique", "first", "any", "priority", "collect sum", "collect count", "collect min", "collect max"]


@dataclass(frozen=True, slots=True)
class Input:
    label: str                                 # as the column is headed
    expression: Core

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
    outputs: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` stand in the order in which they are tried: as written, but best first under `priority`."""

    name: str
    hit_policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]

    @property
    def collects(self) -> bool:
        return self.hit_policy.startswith("collect")

    @property
    def result_types(self) -> tuple[Output, ...]:
        """What evaluation gives, which under `collect` is not what the rows hold."""
        if not self.collects:
            return self.outputs
        (output,) = self.outputs
        values = [row.outputs[0] for row in self.rows if isinstance(row.outputs[0], int)]
        match self.hit_policy:
            case "collect count":
                type_ = Type("number", low=0, high=len(self.rows))
            case "collect sum":
                type_ = Type(
                    "number",
                    scale=output.type.scale,
                    low=sum(v for v in values if v < 0),
                    high=sum(v for v in values if v > 0),
                )
            case _:
                type_ = Type(
                    "number", scale=output.type.scale, optional=True, low=min(values), high=max(values)
                )
        return (Output(output.name, type_),)


def matching(table: Table, values: Sequence[Any]) -> list[Row]:
    """Rows that decide on these input values: every one that matches when the table collects, else the first."""
    rows = [row for row in table.rows if all(c.admits(v) for c, v in zip(row.cells, values, strict=True))]
    return rows if table.collects else rows[:1]


def result(table: Table, rows: Sequence[Row]) -> tuple[Any, ...]:
    """The outputs that the matching rows give."""
    if not table.collects:
        (row,) = rows                          # the table was proved complete when it was loaded
        return row.outputs
    values: list[Any] = [row.outputs[0] for row in rows]
    match table.hit_policy:
        case "collect count":
            return (len(values),)
        case "collect sum":
            return (sum(values),)
        case "collect min":
            return (min(values, default=None),)
        case _:
            return (max(values, default=None),)
