"""The general equation of appendix J to Regulation Z, paragraph (b)(8).

An amount that moves t full unit-periods and a fraction f of one after the term's beginning is worth, at the beginning,
amount / ((1 + f i) (1 + i)**t): simple interest for the fraction, compound interest for the rest. The unit-period rate
i is the one at which all advances are worth as much as all payments.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from app.decisioning.money.solving import solve
from app.errors import LoanError, RateError


class Flow(NamedTuple):
    """An advance or a payment, in any unit of money (alike for all), and when: t whole unit-periods and a fraction."""

    amount: float
    whole: int
    fraction: float = 0.0


def unit_rate(advances: Sequence[Flow], payments: Sequence[Flow]) -> float:
    """The rate for one unit-period, to about 1e-13.

    Where money is advanced after a payment the equation may have several roots: the lowest one is sought, upwards from
    zero. RateError when the payments come to less than the advances (the rate would be negative) or no rate is found;
    LoanError for flows that are no loan.
    """
    given, paid = _in_order(advances, "advances"), _in_order(payments, "payments")
    first = min(given[0].whole, paid[0].whole)
    given, paid = _since(first, given), _since(first, paid)
    if sum(flow.amount for flow in paid) < sum(flow.amount for flow in given):
        raise RateError("the payments come to less than what is advanced: the rate would be below zero")

    def ratio(rate: float) -> tuple[float, float]:
        advanced, advances_fall = present_worth(given, rate)
        repaid, payments_fall = present_worth(paid, rate)
        if advanced == 0.0:                    # all of it so far ahead that it counts for nothing at this rate
            return inf, 0.0
        return repaid / advanced, (payments_fall - repaid / advanced * advances_fall) / advanced

    return solve(ratio, cautious=given[-1][1:] > paid[0][1:])


def present_worth(flows: Sequence[Flow], rate: float) -> tuple[float, float]:
    """What flows in order of time are worth at the term's beginning, and how fast that falls as the rate rises."""
    discount = 1.0 / (1.0 + rate)
    factor, reached = 1.0, 0
    total, fall = 0.0, 0.0
    for amount, whole, fraction in flows:
        factor = factor * power(discount, whole - reached)
        reached = whole
        odd = 1.0 + fraction * rate
        worth = amount * factor / odd
        total = total + worth
        fall = fall + worth * (whole * discount + fraction / odd)
    return total, fall


def power(base: float, exponent: int) -> float:
    """base ** exponent by squaring, for exponents of 0 and more: the same bits on every machine."""
    result = 1.0
    for bit in bin(exponent)[2:]:
        result = result * result
        if bit == "1":
            result = result * base
    return result


def _since(first: int, flows: Sequence[Flow]) -> list[Flow]:
    """Counted from the first unit-period in which anything moves: the same equation, multiplied by (1 + i)**first."""
    return [Flow(amount, whole - first, fraction) for amount, whole, fraction in flows]


def _in_order(flows: Sequence[Flow], what: str) -> list[Flow]:
    if not any(flow.amount > 0.0 for flow in flows):
        raise LoanError(f"there are no {what}: a loan has at least one")
    for flow in flows:
        if flow.amount < 0.0 or flow.whole < 0 or flow.fraction < 0.0:
            raise LoanError(f"{flow} among the {what}: neither amounts nor times can be negative")
    return sorted((flow for flow in flows if flow.amount > 0.0), key=lambda flow: flow[1:])
