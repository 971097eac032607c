"""The rates of loans priced by table: where they must round to those of the nominal rate itself, nothing is solved.

A loan A is repaid by the rounded level instalment p of its nominal monthly rate i, and at last by what is then due,
rounded. Nothing else moves its real rate away from i. With f(r) = A G(r) - p S(r) - last (G and S as in money.annuity:
what is due at the end, less what is paid), f is below zero at rates below the real one and above zero beyond it, and
f(i) is what rounding the last instalment did. So the real rate lies within i - m .. i + m as soon as

    A |B| > HALF (|S(i +- m) - S(i)| + 1),    B = G(i +- m) - G(i) - (S(i +- m) - S(i)) * instalment of a unit,

which is a least amount for each term. m is chosen so that every rate of i - m .. i + m is told as the same hundredth of
a percent, and NEAREST away from being told as another, so that money.offer_rate says the same to the last digit.
"""

from math import inf
from typing import NamedTuple

from app.decisioning.money.annuity import LONGEST_TERM, RATE_SCALE
from app.decisioning.money.offer_rate import compounded

LARGEST = 10**9                                # minor units; beyond it the tables' last digits would count
MOST_KEPT = 64                                 # rates, of some 25 kB each
HALF = 0.51                                    # of a minor unit; more than a half, as factors have but twelve decimals
NEAREST = 2e-10                                # of a monthly rate: twice what money.offer_rate promises

_YEAR = 12 * 10**RATE_SCALE

Disclosed = tuple[int, int] | tuple[None, None]


class Quotes(NamedTuple):
    """Of one annual rate: `disclosed` are apr and effective rate, in 1/100 of a percent, of all loans of at least
    `least` minor units and at most LARGEST, by term of 0..LONGEST_TERM months."""

    least: tuple[int, ...]
    disclosed: Disclosed


_NEVER = LARGEST + 1
_NONE = Quotes((_NEVER,) * (LONGEST_TERM + 1), (None, None))


class QuoteTables(dict[int, Quotes]):
    """By annual rate, as annuity.TABLES.

    Holds for loans whose instalment and last instalment are annuity's, rounded to the nearest minor unit, and of which
    nothing is kept back. Only the first MOST_KEPT rates have a table; loans at others have theirs solved.
    """

    def __missing__(self, rate: int) -> Quotes:
        if len(self) == MOST_KEPT:
            return _NONE
        table = self[rate] = quotes_of(rate)
        return table


def quotes_of(rate: int) -> Quotes:
    """For every term, at an annual rate in units of 10**-RATE_SCALE."""
    month = rate / _YEAR
    margin = _margin(month)
    if margin == 0.0:
        return _NONE
    below, at, above = 1.0 + (month - margin), 1.0 + month, 1.0 + (month + margin)
    less, growth, more = below, at, above      # G
    less_sum = total = more_sum = 0.0          # S
    by_term = [_NEVER]
    for term in range(1, LONGEST_TERM + 1):
        if term > 1:
            less_sum, total, more_sum = less_sum + less, total + growth, more_sum + more
            less, growth, more = less * below, growth * at, more * above
        instalment = growth / (1.0 + total)
        least = max(
            HALF * (total + 1.0) / instalment,                 # the last instalment is not below zero
            _least(growth - less, total - less_sum, instalment),
            _least(more - growth, more_sum - total, instalment),
        )
        by_term.append(int(1.01 * least) + 1 if least < LARGEST else _NEVER)
    return Quotes(tuple(by_term), _told(month))


def _least(growth: float, total: float, instalment: float) -> float:
    """The amount from which rounding cannot do what this change of G and S does."""
    due = growth - total * instalment
    return HALF * (total + 1.0) / due if due > 0.0 else inf


def _margin(month: float) -> float:
    """How far from the monthly rate nothing else is told; 0 where that is no distance worth the name."""
    margin = min(0.5 / 120_000.0, month)
    while margin > 1e-8:
        if _told(month - margin - NEAREST) == _told(month) == _told(month + margin + NEAREST):
            return margin
        margin *= 0.9
    return 0.0


def _told(month: float) -> tuple[int, int]:
    """As offer_rate.rates rounds them."""
    return int(month * 120_000.0 + 0.5), int(compounded(month) * 10_000.0 + 0.5)


QUOTES = QuoteTables()
