"""The annual percentage rate of charge of the European Union: an effective rate, compounded yearly.

Directive 2008/48/EC, annex I, and alike Directive 2014/17/EU, annex I, and Directive (EU) 2023/2225, annex III: the
rate X at which all drawdowns are worth as much as all repayments and charges, each divided by (1 + X)**years since the
first drawdown. Fractions of years take the platform's power function, so this is for disclosure and checking; the rate
of a priced offer comes from `offer_rate.effective_rate`, which does without.
"""

import math
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from app.decisioning.money.intervals import months_back, months_earlier
from app.decisioning.money.solving import solve
from app.errors import LoanError, RateError


class Basis(Enum):
    """How the time between two dates becomes years."""

    DAYS_365 = "days / 365"                    # annex III.A of Directive 87/102/EEC as amended by 98/7/EC
    DAYS_365_25 = "days / 365.25"              # its annex III.B
    MONTHS = "whole months, then days"         # annex I, remark c, of 2008/48/EC; 2014/17/EU and 2023/2225: see `years`
    WEEKS = "whole weeks, then days"
    YEARS = "whole years, then days"


class Timed(NamedTuple):
    """A drawdown, repayment or charge, in any unit of money (alike for all), years after the first drawdown."""

    amount: float
    years: float


def years(start: date, end: date, basis: Basis) -> float:
    """A year is 52 weeks or 12 equal months (each 30.41666 days, 365/12), or 365 days.

    Whole periods are counted backwards from the later date; the days that remain are divided by the 365 or 366 days of
    the year that ends with them (2014/17/EU, annex I, remark c; 2023/2225, annex III, remark c).
    """
    days = (end - start).days
    if days < 0:
        raise LoanError(f"{end} comes before the first drawdown, {start}")
    if basis is Basis.DAYS_365:
        return days / 365.0
    if basis is Basis.DAYS_365_25:
        return days / 365.25
    if basis is Basis.WEEKS:
        whole, odd = divmod(days, 7)
        return whole / 52.0 + _odd_days(odd, start)
    months, odd = months_back(start, end, _due_day(start, end))
    if basis is Basis.YEARS:
        whole = months // 12
        odd = (months_earlier(end, 12 * whole, _due_day(start, end)) - start).days
        return whole + _odd_days(odd, start)
    return months / 12.0 + _odd_days(odd, start)


def _due_day(start: date, end: date) -> int:
    """From one month's last day to another's are whole months."""
    both_last = all(day.day == monthrange(day.year, day.month)[1] for day in (start, end))
    return 31 if both_last else end.day


def _odd_days(days: int, start: date) -> float:
    if days == 0:
        return 0.0
    last = start + timedelta(days)
    year_before = months_earlier(last, 12, last.day)
    return days / (last - year_before).days


def effective_rate(drawdowns: Sequence[Timed], repayments: Sequence[Timed]) -> float:
    """X as a decimal: 0.1296 is 12.96 %. RateError where it would be negative or none is found.

    A drawdown after a repayment may give several roots: the lowest is sought, upwards from zero.
    """
    for flow in (*drawdowns, *repayments):
        if flow.amount < 0.0 or flow.years < 0.0:
            raise LoanError(f"{flow}: neither amounts nor times can be negative")
    if not any(flow.amount > 0.0 for flow in drawdowns):
        raise LoanError("nothing is drawn down: there is no loan")
    if sum(flow.amount for flow in repayments) < sum(flow.amount for flow in drawdowns):
        raise RateError("the repayments come to less than what is drawn down: the rate would be below zero")

    def ratio(rate: float) -> tuple[float, float]:
        drawn, drawn_fall = _present(drawdowns, rate)
        repaid, repaid_fall = _present(repayments, rate)
        return repaid / drawn, (repaid_fall - repaid / drawn * drawn_fall) / drawn

    first_repayment = min((flow.years for flow in repayments), default=0.0)
    return solve(ratio, cautious=max(flow.years for flow in drawdowns) > first_repayment)


def _present(flows: Sequence[Timed], rate: float) -> tuple[float, float]:
    worths = [flow.amount * math.pow(1.0 + rate, -flow.years) for flow in flows]
    fall = sum(worth * flow.years for worth, flow in zip(worths, flows, strict=True))
    return sum(worths), fall / (1.0 + rate)


def dated_effective_rate(
    drawdowns: Sequence[tuple[date, float]], repayments: Sequence[tuple[date, float]], basis: Basis
) -> float:
    """The same from dates; the first drawdown begins the time, whatever the basis."""
    if not drawdowns:
        raise LoanError("nothing is drawn down: there is no loan")
    start = min(day for day, _ in drawdowns)
    return effective_rate(
        [Timed(amount, years(start, day, basis)) for day, amount in drawdowns],
        [Timed(amount, years(start, day, basis)) for day, amount in repayments],
    )


def rounded(rate: float, decimals: int = 2) -> float:
    """In percent, halves up (annex I, remark d, asks for at least one decimal): 0.12957 is 12.96."""
    scale: int = 10**decimals
    return int(rate * 100.0 * scale + 0.5) / scale
