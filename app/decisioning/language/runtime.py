"""What expressions compute with: exact integer functions shared by both evaluators."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from app.domain.quantities import Millis

Rounding = Literal["half_up", "half_even"]

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MOST_DAYS = 4_096
DAY_MS = 86_400_000


def half_up(units: int, unit: int) -> int:
    """Nearest whole multiple; halves go away from zero."""
    return (2 * units + unit) // (2 * unit) if units >= 0 else -((unit - 2 * units) // (2 * unit))


def half_even(units: int, unit: int) -> int:
    """Nearest whole multiple; halves go to the even one."""
    whole, rest = divmod(units, unit)
    return whole + (2 * rest > unit or (2 * rest == unit and whole % 2 == 1))


ROUNDING: dict[str, Callable[[int, int], int]] = {"half_up": half_up, "half_even": half_even}


def floor(units: int, unit: int) -> int:
    return units // unit


def ceiling(units: int, unit: int) -> int:
    return -(-units // unit)


def round_down(units: int, step: int) -> int:
    """The largest multiple of step that is not above; step is positive."""
    return units - units % step


def ratio(numerator: int, denominator: int, unit: int) -> int | None:
    """numerator / denominator in units of 1/unit, halves away from zero; missing when the denominator is zero."""
    if denominator == 0:
        return None
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return half_up(numerator * unit, denominator)


def months_between(start: date, end: date) -> int:
    """Whole calendar months from start to end: a month is over on the same day of the next one.

    When that day does not exist (from the 31st), it is over on the first day after. Negative when end comes first.
    """
    if end < start:
        return -months_between(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def years_between(start: date, end: date) -> int:
    """Whole years from start to end, as ages are counted; born on 29 February turns on 1 March in common years."""
    if end < start:
        return -years_between(end, start)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def days_between(start: date, end: date) -> int:
    return (end - start).days


def add_days(day: date, days: int) -> date:
    """So many days later, or earlier; never beyond the calendar's first and last day."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last when it is shorter; never beyond the calendar's ends."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day of another year; 28 February for the 29th in common years."""
    return add_months(day, 12 * years)


def first(items: tuple[Any, ...]) -> Any:
    """Missing when the list is empty."""
    return items[0] if items else None


def least(items: tuple[int, ...]) -> int | None:
    return min(items, default=None)


def greatest(items: tuple[int, ...]) -> int | None:
    return max(items, default=None)


def position(item: str, items: tuple[str, ...]) -> int | None:
    """0 for the first; missing when it is not listed."""
    return items.index(item) if item in items else None


class _Days(dict[int, date]):
    """Calendar days by their number since 1970-01-01; decisions come in the order of time, so few are met."""

    def __missing__(self, number: int) -> date:
        if len(self) == _MOST_DAYS:
            self.clear()
        day = self[number] = date.fromordinal(min(max(_EPOCH_ORDINAL + number, 1), date.max.toordinal()))
        return day


DAYS = _Days()


def utc_date(instant: Millis) -> date:
    """The calendar day in UTC; instants beyond the calendar's ends take its first or last day."""
    return DAYS[instant // DAY_MS]
