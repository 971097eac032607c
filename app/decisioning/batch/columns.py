"""Columns of a strategy's values: exact integers, missing ones marked, never wrapped around.

Numbers are int64 as long as their bounds prove that every result fits; where they do not, the column holds Python's own
integers (dtype object): slower, and as exact as the row evaluators. Dates are day ordinals, texts and lists codes of a
pool, truths bool.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.decisioning.language.types import Type

Array = NDArray[Any]
Truths = NDArray[np.bool_]
Places = NDArray[np.intp]

Bounds = tuple[int, int]
Reach = tuple[int, int, int]                   # low and high of a result; how far from 0 any step towards it goes

_MOST = 2**63 - 1
_POOLED = ("text", "texts", "numbers")


class Pool(dict[Any, int]):
    """A code for every text and every list that a batch meets, in order of appearance; 0 is the empty text.

    `made` keeps what was made of these codes: it holds for this batch alone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.values_by_code: list[Any] = []
        self.made: dict[Any, Any] = {}
        self[""]

    def __missing__(self, value: Any) -> int:
        code = self[value] = len(self.values_by_code)
        self.values_by_code.append(value)
        return code


@dataclass(frozen=True, slots=True)
class Column:
    """One value a row, or a single one that stands for every row.

    `missing` marks the rows without a value; what `values` holds there means nothing. All `values` lie in low..high.
    """

    values: Array
    missing: Truths | None = None
    low: int = 0
    high: int = 0

    def take(self, rows: Places) -> "Column":
        if len(self.values) == 1:
            return self
        missing = self.missing
        if missing is not None and len(missing) > 1:
            missing = missing.take(rows)
            if not missing.any():
                missing = None
        return Column(self.values.take(rows), missing, self.low, self.high)

    def full(self, size: int) -> Array:
        return self.values if len(self.values) == size else np.broadcast_to(self.values, (size,))

    def missing_rows(self, size: int) -> Truths:
        return np.broadcast_to(np.zeros(1, bool) if self.missing is None else self.missing, (size,))

    def where_missing(self, value: int) -> Array:
        """The values, with a meaningful one where there is none."""
        return self.values if self.missing is None else np.where(self.missing, value, self.values)


def constant(value: Any, pool: Pool) -> Column:
    """A single value that stands for every row."""
    key = constant, type(value), value
    found: Column | None = pool.made.get(key)
    if found is None:
        found = pool.made[key] = _constant(value, pool)
    return found


def _constant(value: Any, pool: Pool) -> Column:
    if value is None:
        return Column(np.zeros(1, np.int64), np.ones(1, bool))
    if isinstance(value, bool):
        return Column(np.array([value]))
    units = stored(value, pool)
    return integers(np.array([units], np.int64 if abs(units) <= _MOST else object), None, units, units)


def stored(value: Any, pool: Pool) -> int:
    """A present value as columns hold it."""
    if isinstance(value, str | tuple):
        return pool[value]
    return value.toordinal() if isinstance(value, date) else int(value)


def column_of(values: Sequence[Any], type_: Type, pool: Pool) -> Column:
    """Plain values, None where missing, as a column."""
    missing = None
    if type_.optional and None in values:
        missing = np.array([value is None for value in values])
        spare = next((value for value in values if value is not None), None)
        if spare is None:
            return constant(None, pool)
        values = [spare if value is None else value for value in values]
    if type_.kind == "boolean":
        return Column(np.array(values, bool), missing)
    return _narrowed(_numbers(values, type_, pool), missing)


def _numbers(values: Sequence[Any], type_: Type, pool: Pool) -> Array:
    units: Iterable[int] = values
    if type_.kind in _POOLED:
        units = map(pool.__getitem__, values)
    elif type_.kind == "date":
        units = map(date.toordinal, values)
    try:
        return np.fromiter(units, np.int64, len(values))
    except OverflowError:
        return np.array(values, object)


def _narrowed(values: Array, missing: Truths | None) -> Column:
    """With the bounds that the values have; a single value where all are the same."""
    low, high = bounds(values)
    if low == high and missing is None and len(values):
        values = values[:1]
    return Column(values, missing, low, high)


def bounds(values: Array) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if len(values) else (0, 0)


def integers(values: Array, missing: Truths | None, low: int, high: int) -> Column:
    """Numbers known to lie in low..high: as int64 wherever that holds them."""
    if values.dtype == object and fits(low, high):
        values = values.astype(np.int64)
    return Column(values, missing, low, high)


def fits(low: int, high: int) -> bool:
    return low >= -_MOST and high <= _MOST


def exactly(compute: Callable[..., Array], reach: Callable[..., Reach], *operands: Column) -> Column:
    """`compute` of the operands' values: in int64 where no step of it can leave that, else in Python's integers.

    `reach` says from the (low, high) of each operand how far the result and the steps towards it can go.
    """
    missing = either(*[operand.missing for operand in operands])
    low, high, furthest = reach(*[(o.low, o.high) for o in operands])
    if furthest > _MOST:                       # by what is promised of the operands; by what they are, perhaps not
        low, high, furthest = reach(*[bounds(o.values) for o in operands])
    if furthest <= _MOST:
        return integers(compute(*[o.values for o in operands]), missing, low, high)
    found = compute(*[o.values.astype(object) for o in operands])
    return integers(found, missing, *bounds(found))


def either(*masks: Truths | None) -> Truths | None:
    """Missing where any operand is."""
    found: Truths | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found | mask
    return found


def plain(column: Column, type_: Type, size: int, pool: Pool) -> list[Any]:
    """The values as the row evaluators hold them."""
    values: list[Any] = column.full(size).tolist()
    if type_.kind in _POOLED:
        values = [pool.values_by_code[code] for code in values]
    elif type_.kind == "date":
        values = [date.fromordinal(max(day, 1)) for day in values]
    if column.missing is None:
        return values
    return [
        None if missing else value
        for value, missing in zip(values, column.missing_rows(size).tolist(), strict=True)
    ]


def merged(size: int, parts: Sequence[tuple[Places, Column]]) -> Column:
    """One column of columns that each hold some rows."""
    if len(parts) == 1 and len(parts[0][0]) == size:
        return parts[0][1]
    low, high = min((c.low for _, c in parts), default=0), max((c.high for _, c in parts), default=0)
    values = np.zeros(size, parts[0][1].values.dtype if parts else np.int64)
    if any(column.values.dtype == object for _, column in parts):
        values = values.astype(object)
    missing = np.zeros(size, bool) if any(column.missing is not None for _, column in parts) else None
    for rows, column in parts:
        values[rows] = column.values
        if missing is not None and column.missing is not None:
            missing[rows] = column.missing
    return Column(values, missing, low, high)
