"""The annual percentage rate of Regulation Z, by the actuarial method of appendix J to 12 CFR part 1026.

From dates alone: the term, the unit-period and the odd days are determined as paragraphs (b)(2) to (b)(5) say, and
the general equation is solved. Whoever already knows unit-periods and fractions solves `equation.unit_rate` and
multiplies by the unit-periods in a year, (b)(1). Left to the caller: the minor irregularities that 1026.17(c)(4) allows
to be ignored.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from app.decisioning.money.equation import Flow, unit_rate
from app.decisioning.money.intervals import (
    SEMIMONTH,
    YEAR,
    UnitPeriod,
    due_days,
    months_back,
    semimonths,
    unit_period,
)
from app.decisioning.money.rounding import positive
from app.errors import LoanError

Dated = tuple[date, int]                       # when, and the amount in minor units


class Apr(NamedTuple):
    unit_rate: float                           # for one unit-period
    per_year: Fraction                         # unit-periods in a year
    unit: UnitPeriod | None                    # None: the term itself, of a single payment within a year

    @property
    def rate(self) -> float:
        """A year, as a decimal: 0.0969 is 9.69 %."""
        return self.unit_rate * self.per_year.numerator / self.per_year.denominator

    @property
    def hundredths(self) -> int:
        """In 1/100 of a percent, halves up: 969 is 9.69 %."""
        return int(self.rate * 10_000.0 + 0.5)


def apr(
    advances: Sequence[Dated],
    payments: Sequence[Dated],
    *,
    begins: date | None = None,
    unit: UnitPeriod | None = None,
) -> Apr:
    """`begins`: when the finance charge begins to be earned, if not on the first date of all; what was advanced before
    counts from then, (b)(2). `unit`: the unit-period, if it is known.

    LoanError for dates or amounts that are no loan, RateError where the rate would be negative or none is found.
    """
    if not advances or not payments:
        raise LoanError("a loan has at least one advance and one payment")
    for day, amount in (*advances, *payments):
        positive(amount, f"the amount of {day}")
    start = min(day for day, _ in (*advances, *payments)) if begins is None else begins
    advances = [(max(day, start), amount) for day, amount in advances]
    if min(day for day, _ in payments) < start:
        raise LoanError(f"a payment is due before the finance charge begins to be earned, on {start}")
    if unit is None and len(advances) == 1 and len(payments) == 1 and advances[0][0] == start:
        return _single(advances[0], payments[0])
    given, paid = (_chain(start, flows) for flows in (advances, payments))
    if len(given) == len(paid) == 1:
        raise LoanError("everything moves on one day: no time passes, so there is no rate")
    unit = unit_period(chain for chain in (given, paid) if len(chain) > 1) if unit is None else unit
    rate = unit_rate(_flows(start, advances, given, unit), _flows(start, payments, paid, unit))
    return Apr(rate, unit.per_year, unit)


def is_accurate(disclosed: int, actual: int, *, irregular: bool = False) -> bool:
    """Within 1/8 of 1 percentage point of the actual rate, 1/4 for an irregular transaction: 12 CFR 1026.22(a)(2), (3).
    Both rates in 1/100 of a percent."""
    return abs(disclosed - actual) * 2 <= (50 if irregular else 25)


def _single(advance: Dated, payment: Dated) -> Apr:
    """One advance, one payment: (b)(4)(ii), (b)(5)(v) to (vii)."""
    (start, given), (end, paid) = advance, payment
    months, odd = months_back(start, end, end.day)
    if end == start:
        raise LoanError(f"the loan of {start} is repaid on the same day: no time passes, so there is no rate")
    if months >= 12:
        whole, fraction = YEAR.between(start, end, end.day)
        return Apr(unit_rate([Flow(given, 0)], [Flow(paid, whole, float(fraction))]), Fraction(1), YEAR)
    per_year = Fraction(12, months) if odd == 0 else Fraction(365, (end - start).days)
    return Apr(unit_rate([Flow(given, 0)], [Flow(paid, 1)]), per_year, None)


def _chain(start: date, flows: Sequence[Dated]) -> list[date]:
    return sorted({start, *(day for day, _ in flows)})


def _flows(start: date, flows: Sequence[Dated], chain: Sequence[date], unit: UnitPeriod) -> list[Flow]:
    """Each amount at its time. From one semimonthly date to the next is one unit-period, however many days it has."""
    due = due_days([day for day, _ in flows])
    halves = semimonths(chain) if unit == SEMIMONTH else set()
    times: dict[date, tuple[int, Fraction]] = {}
    before = start
    for day in chain:
        if day in halves and before in times:
            whole, fraction = times[before]
            times[day] = whole + 1, fraction
        elif day in due:
            times[day] = unit.between(start, day, due[day])
        before = day
    return [Flow(amount, times[day][0], float(times[day][1])) for day, amount in flows]
