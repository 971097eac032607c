"""Intervals of time as appendix J to Regulation Z measures them, (b)(3) to (b)(5)."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from app.errors import LoanError

Unit = Literal["day", "week", "semimonth", "month", "year"]

_DAYS: dict[Unit, int] = {"day": 1, "week": 7, "semimonth": 15, "month": 30, "year": 365}
_A_YEAR: dict[Unit, int] = {"day": 365, "week": 52, "semimonth": 24, "month": 12, "year": 1}


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """A standard interval of time: `count` days, weeks or months, a semimonth or a year."""

    unit: Unit
    count: int = 1

    @property
    def days(self) -> int:
        """As odd days are counted: months have 30, (b)(5)(iii)."""
        return _DAYS[self.unit] * self.count

    @property
    def per_year(self) -> Fraction:
        """(b)(5)(ii) to (v)."""
        return Fraction(_A_YEAR[self.unit], self.count)

    def between(self, start: date, end: date, due_day: int) -> tuple[int, Fraction]:
        """Full unit-periods from start to end, and the remaining fraction of one, (b)(5)."""
        if self.unit in ("day", "week"):
            whole, odd = divmod((end - start).days, self.days)
            return whole, Fraction(odd, self.days)
        months, odd = months_back(start, end, due_day)
        if self.unit == "month" and self.count == 1:
            return months, Fraction(odd, 30)
        if self.unit == "year":
            return months // 12, self._part_of_year(start, end, months, odd, due_day)
        whole, odd = divmod(30 * months + odd, self.days)
        return whole, Fraction(odd, self.days)

    @staticmethod
    def _part_of_year(start: date, end: date, months: int, odd: int, due_day: int) -> Fraction:
        if odd == 0:
            return Fraction(months % 12, 12)
        return Fraction((months_earlier(end, 12 * (months // 12), due_day) - start).days, 365)


MONTH = UnitPeriod("month")
YEAR = UnitPeriod("year")
SEMIMONTH = UnitPeriod("semimonth")
_STANDARD = (
    *(UnitPeriod("month", n) for n in range(1, 12)),
    YEAR,
    SEMIMONTH,
    *(UnitPeriod("week", n) for n in range(1, 53)),
    UnitPeriod("day"),
)


def months_earlier(day: date, months: int, due_day: int) -> date:
    """The date `months` before, on due_day or on its month's last day if that is earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(due_day, monthrange(year, month + 1)[1]))


def months_back(start: date, end: date, due_day: int) -> tuple[int, int]:
    """Full months measured back from the later date, and the days that remain from the earlier one, (b)(5)(ii)."""
    if end < start:
        raise LoanError(f"{end} comes before the term of the loan begins, {start}")
    months = (end.year - start.year) * 12 + end.month - start.month
    anchor = months_earlier(end, months, due_day)
    if anchor < start:
        months -= 1
        anchor = months_earlier(end, months, due_day) if months >= 0 else end
        months = max(months, 0)
    return months, (anchor - start).days


def due_days(dates: Sequence[date]) -> dict[date, int]:
    """The day of the month on which each date of a series is due, (b)(3)(iv): 31 for a series due on every last day;
    29 or 30 also for a February that has no such day."""
    ends = {day: day.day == monthrange(day.year, day.month)[1] for day in dates}
    if len(ends) > 1 and all(ends.values()):
        return dict.fromkeys(dates, 31)
    latest = max(day.day for day in dates)
    return {day: latest if ends[day] and latest > day.day else day.day for day in dates}


def semimonths(dates: Sequence[date]) -> set[date]:
    """The later ends of those periods that are semimonths: two in a row that together make one month."""
    due = due_days(dates)
    found: set[date] = set()
    for first, second, third in zip(dates, dates[1:], dates[2:], strict=False):
        near_half = all(12 <= (b - a).days <= 19 for a, b in ((first, second), (second, third)))
        if near_half and months_back(first, third, due[third]) == (1, 0):
            found |= {second, third}
    return found


def unit_period(series: Iterable[Sequence[date]]) -> UnitPeriod:
    """The unit-period of a transaction, (b)(4)(i): the common period that occurs most often, the smaller of two that
    occur equally often; without any, the standard interval nearest to the average of all periods, the lower of two
    equally near. Each series is the dates of the advances or of the payments, in order, from the term's beginning."""
    common: Counter[UnitPeriod] = Counter()
    lengths: list[int] = []
    for dates in series:
        due, halves = due_days(dates), semimonths(dates)
        for start, end in pairwise(dates):
            lengths.append((end - start).days)
            common.update([SEMIMONTH] if end in halves else [])
            common.update(_standard(start, end, due[end]))
    repeated = [(-count, period.days, period) for period, count in common.items() if count > 1]
    if repeated:
        return min(repeated, key=lambda entry: entry[:2])[2]
    average = Fraction(sum(lengths), len(lengths))
    return min(_STANDARD, key=lambda period: (abs(period.days - average), period.days))


def _standard(start: date, end: date, due_day: int) -> list[UnitPeriod]:
    """What intervals, up to a year, this period is: 28 days may be a month too."""
    days = (end - start).days
    months, odd = months_back(start, end, due_day)
    found = [UnitPeriod("week", days // 7)] if days % 7 == 0 and days <= 364 else []
    if odd == 0 and 1 <= months <= 12:
        found.append(YEAR if months == 12 else UnitPeriod("month", months))
    return found if found or days > 365 else [UnitPeriod("day", days)]
