"""Functions of the language on columns: the same exact integers as language.runtime, many at a time."""

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from app.decisioning.batch.columns import Array, Bounds, Column, Reach, either, exactly
from app.decisioning.batch.frame import Frame
from app.decisioning.language import runtime

_EPOCH_ORDINAL = 719_163                       # 1970-01-01
_FIRST_DAY, _LAST_DAY = 693_596, 748_383       # 1900-01-01, 2050-01-01


def arithmetic(symbol: str, left: Column, right: Column) -> Column:
    compute, reach = _ARITHMETIC[symbol]
    return exactly(compute, reach, left, right)


def _sum_reach(a: Bounds, b: Bounds) -> Reach:
    return _plainly(a[0] + b[0], a[1] + b[1])


def _difference_reach(a: Bounds, b: Bounds) -> Reach:
    return _plainly(a[0] - b[1], a[1] - b[0])


def _product_reach(a: Bounds, b: Bounds) -> Reach:
    ends = [x * y for x in a for y in b]
    return _plainly(min(ends), max(ends))


def _plainly(low: int, high: int) -> Reach:
    return low, high, max(abs(low), abs(high))


_ARITHMETIC: dict[str, tuple[Callable[..., Array], Callable[..., Reach]]] = {
    "+": (np.add, _sum_reach),
    "-": (np.subtract, _difference_reach),
    "*": (np.multiply, _product_reach),
}


def _half_up(units: Array, unit: Array) -> Array:
    found: Array = np.where(units >= 0, (2 * units + unit) // (2 * unit), -((unit - 2 * units) // (2 * unit)))
    return found


def _half_even(units: Array, unit: Array) -> Array:
    whole: Array = units // unit
    rest = units % unit
    whole += (2 * rest > unit) | ((2 * rest == unit) & (whole % 2 == 1))
    return whole


def _ceiling(units: Array, unit: Array) -> Array:
    found: Array = -(-units // unit)
    return found


def _round_down(units: Array, step: Array) -> Array:
    found: Array = units // step * step        # far quicker than `%`, which has no vector instructions
    return found


def _quotient_reach(units: Bounds, unit: Bounds) -> Reach:
    """Of any rounding to whole multiples; the halves are found with doubled operands."""
    low, high = min(units[0], 0), max(units[1], 0)
    return low, high, 2 * (max(-low, high) + max(unit))


def _round_down_reach(units: Bounds, step: Bounds) -> Reach:
    low = min(units[0], 0) - max(step)
    return low, max(units[1], 0), -low + max(units[1], 0)


ROUNDINGS: dict[str, Callable[[Array, Array], Array]] = {
    "half_up": _half_up, "half_even": _half_even, "floor": np.floor_divide, "ceiling": _ceiling,
}


def _present_step(column: Column) -> Column:
    """A divisor that is above zero in every row."""
    return Column(column.where_missing(1), column.missing, min(column.low, 1), max(column.high, 1))


def rounded(name: str, frame: Frame, units: Column, unit: Column) -> Column:
    return exactly(ROUNDINGS[frame.rounding if name == "round_money" else name], _quotient_reach, units, unit)


def _rounded_down(_: Frame, units: Column, step: Column) -> Column:
    return exactly(_round_down, _round_down_reach, units, _present_step(step))


def _ratio(_: Frame, numerator: Column, denominator: Column, unit: Column) -> Column:
    zero = denominator.where_missing(1) == 0
    none = bool(zero.any())
    divisor = np.where(zero, 1, denominator.where_missing(1))
    sign = np.where(divisor < 0, -1, 1)
    most = max(abs(denominator.low), abs(denominator.high), 1)
    found = exactly(
        lambda n, d, s, u: _half_up(n * s * u, d * s), _ratio_reach,
        numerator, Column(divisor, denominator.missing, -most, most), Column(sign, None, -1, 1), unit,
    )
    return Column(found.values, either(found.missing, zero if none else None), found.low, found.high)


def _ratio_reach(numerator: Bounds, denominator: Bounds, _: Bounds, unit: Bounds) -> Reach:
    most = max(map(abs, numerator)) * max(unit)
    return -most, most, 2 * (most + max(map(abs, denominator)))


def _extreme(choose: Callable[[Array, Array], Array], bound: Callable[..., int]) -> Callable[..., Column]:
    def extreme(_: Frame, *operands: Column) -> Column:
        low, high = bound(o.low for o in operands), bound(o.high for o in operands)
        return Column(
            reduce(choose, (o.values for o in operands)), either(*(o.missing for o in operands)), low, high
        )

    return extreme


def _absolute(_: Frame, operand: Column) -> Column:
    return Column(np.abs(operand.values), operand.missing, 0, max(abs(operand.low), abs(operand.high)))


def _calendar(column: Column) -> Array:
    """32 times the months since 1970-01, plus the day of the month: what is short of 32 is no whole month."""
    days = column.where_missing(_EPOCH_ORDINAL)
    if column.low >= _FIRST_DAY and column.high <= _LAST_DAY:
        found: Array = _lifetimes().take(days - _FIRST_DAY)
        return found
    return _places_in_months(days)


@lru_cache(maxsize=1)
def _lifetimes() -> Array:
    """The days that most dates lie between, looked up: to work them out takes numpy its time."""
    return _places_in_months(np.arange(_FIRST_DAY, _LAST_DAY + 1))


def _places_in_months(ordinals: Array) -> Array:
    days = (ordinals - _EPOCH_ORDINAL).astype("M8[D]")
    months = days.astype("M8[M]")
    found: Array = 32 * months.astype(np.int64) + (days - months.astype("M8[D]")).astype(np.int64)
    return found


def _months(first: Array, last: Array) -> Array:
    found: Array = (last - first) >> 5
    return found


def _years(first: Array, last: Array) -> Array:
    return np.floor_divide(_months(first, last), 12)


def _between(count: Callable[..., Array]) -> Callable[..., Column]:
    """Whole units from start to end; counted from the earlier to the later, negative when the end comes first."""

    def between(_: Frame, start: Column, end: Column) -> Column:
        first, last = _calendar(start), _calendar(end)
        units = count(first, last)
        if start.high > end.low:
            units = np.where(end.values < start.values, -count(last, first), units)
        return Column(units, either(start.missing, end.missing), -_MOST_MONTHS, _MOST_MONTHS)

    return between


_MOST_MONTHS = 12 * 10_000


def _days_between(_: Frame, start: Column, end: Column) -> Column:
    return arithmetic("-", end, start)


def _by_pair(frame: Frame, function: Callable[[Any, Any], Any], first: Column, second: Column) -> Column:
    """A function of two texts or lists of texts, called once for every pair that occurs."""
    values = frame.pool.values_by_code
    pairs, places = np.unique(first.values * len(values) + second.values, return_inverse=True)
    found = [function(values[pair // len(values)], values[pair % len(values)]) for pair in pairs.tolist()]
    none = np.array([value is None for value in found], bool)
    whole = np.array([0 if value is None else value for value in found], None if found else np.int64)
    missing = either(first.missing, second.missing, none[places] if none.any() else None)
    return Column(whole[places], missing, int(whole.min(initial=0)), int(whole.max(initial=0)))


def contains(frame: Frame, item: Column, members: Column) -> Column:
    if len(members.values) != 1:
        return _by_pair(frame, lambda text, texts: text in texts, item, members)
    codes = [frame.pool[text] for text in frame.pool.values_by_code[int(members.values[0])]]
    return Column(reduce(np.logical_or, (item.values == code for code in codes), np.zeros(1, bool)))


def _position(frame: Frame, item: Column, items: Column) -> Column:
    return _by_pair(frame, runtime.position, item, items)


COLUMNAR: dict[str, Callable[..., Column]] = {
    "min": _extreme(np.minimum, min),
    "max": _extreme(np.maximum, max),
    "abs": _absolute,
    "round_down": _rounded_down,
    "ratio": _ratio,
    "years_between": _between(_years),
    "months_between": _between(_months),
    "days_between": _days_between,
    "position": _position,
}
