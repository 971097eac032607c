"""Level loans in floats: n payments one period apart, the last of which may differ.

With v = 1 / (1 + i):  a = v + v**2 + ... + v**n  is what n payments of 1 are worth, w = v**n what the last of them is,
and  k = v + 2 v**2 + ... + n v**n  how fast the worth falls. All three are built by doubling the number of payments,
which takes no power function and, unlike (1 - v**n) / i, loses nothing when i is near zero.
"""

from math import expm1, log1p
from typing import NamedTuple

from app.decisioning.money.solving import solve
from app.errors import LoanError, RateError

LONGEST = 1023                                 # payments: ten doublings, as the column form takes


class Worth(NamedTuple):
    last: float                                # w, of 1 paid at the end
    all: float                                 # a, of 1 paid each period
    weighted: float                            # k


def worth(discount: float, count: int) -> Worth:
    """For v = discount (0 < v <= 1) and count payments, 1..LONGEST."""
    last, all_, weighted, reached = 1.0, 0.0, 0.0, 0
    for bit in bin(count)[2:]:
        weighted = weighted + last * (weighted + reached * all_)
        all_ = all_ + last * all_
        last = last * last
        reached += reached
        if bit == "1":
            reached += 1
            last = last * discount
            all_ = all_ + last
            weighted = weighted + reached * last
    return Worth(last, all_, weighted)


def payment(advance: float, rate: float, count: int) -> float:
    """The level payment that repays `advance` in `count` periods at `rate` a period: advance * i / (1 - (1 + i)**-n).

    A reference, by the textbook's formula, for the exact instalments of app.decisioning.money.annuity: it takes the
    platform's exponential, so no decision may rest on it. LoanError for a rate below zero or a count outside
    1..LONGEST.
    """
    if rate < 0.0:
        raise LoanError(f"a rate of {rate} a period is below zero: there is no such loan here")
    counted(count)
    return advance / count if rate == 0.0 else advance * rate / -expm1(-count * log1p(rate))


def level_rate(advance: float, payment_: float, last: float, count: int) -> float:
    """The rate for one period at which count-1 payments and a last one are worth the advance.

    Exact to about 1e-13. RateError when the payments do not come to the advance (the rate would be negative).
    """
    if advance <= 0.0 or payment_ < 0.0 or last < 0.0:
        raise LoanError(f"an advance of {advance} repaid by {payment_} and at last {last} is no loan")
    counted(count)
    extra = last - payment_
    if payment_ * count + extra < advance:
        raise RateError(
            f"{count} payments of {payment_}, the last {last}, come to less than the {advance} advanced: "
            "the rate would be below zero"
        )

    def ratio(rate: float) -> tuple[float, float]:
        discount = 1.0 / (1.0 + rate)
        final, all_, weighted = worth(discount, count)
        return (
            (payment_ * all_ + extra * final) / advance,
            discount * (payment_ * weighted + extra * (count * final)) / advance,
        )

    return solve(ratio)


def counted(count: int) -> int:
    """The same number of payments, known to lie in 1..LONGEST."""
    if not 1 <= count <= LONGEST:
        raise LoanError(f"a loan has 1..{LONGEST} payments, not {count}")
    return count
