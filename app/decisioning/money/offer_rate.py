"""The rates of a priced offer, at a cost that a decision does not feel.

An offer is a level loan: an advance (what is received, fees deducted), term-1 equal monthly payments and a last one
that absorbs their rounding. Its rate is that of the real, rounded payments, not the nominal one.

What such a loan costs in all, x = total paid / advance - 1, and its term settle its monthly rate if all payments are
equal; and for each term that rate over x is so smooth a function of x that a polynomial of degree 11 gives it to
3e-11, for x up to 1 and again up to 3 (RATES has them, made once a term). One Newton step then moves what the last
payment differs by to where it is paid; a longer step is bent by the second derivative. Loans that cost more, or whose
last payment differs by more, are solved outright. Only + - * / occur: no power, no exponential. Offers repeat, so the
rates of the loans met last are remembered.

Promised: within 1e-10 of the root, so that the rate, once rounded to 1/100 of a percent, is the true root's rounding
unless that lies within 0.0000002 percent of a half. Regulation Z tolerates 0.125 percentage points (12 CFR 1026.22(a)).
"""

from functools import lru_cache

from app.decisioning.money.level import level_rate
from app.decisioning.money.rounding import LARGEST_AMOUNT
from app.errors import RateError

APR_UNITS = 10_000                             # rates here are integers in 1/100 of a percent: 969 is 9.69 % a year
LONGEST_TERM = 600                             # months
HIGHEST_MONTHLY = 10.0                         # 12,000 % a year: beyond it, none is given
HIGHEST_APR = 1_200_000                        # hundredths of a percent, of that monthly rate
HIGHEST_EFFECTIVE_RATE = (11**12 - 1) * APR_UNITS
MOST_REMEMBERED = 1 << 14                      # loans, some 6 MB
NEAR, FAR = 1.0, 3.0                           # the two intervals of x: 0..1 and 1..3
SHORT_STEP, LONG_STEP = 1e-5, 7e-4             # of Newton's step times the term: enough alone; enough once bent

FAINT = 1e-9                                   # an x below which it does not matter when the last payment is made

# Where each polynomial is fitted, on -1..1: the roots of the Chebyshev polynomial of degree 12, to six digits.
_POINTS = (0.991445, 0.923880, 0.793353, 0.608761, 0.382683, 0.130526)
_NODES = (*_POINTS, *(-point for point in reversed(_POINTS)))

Coefficients = tuple[float, ...]               # of u**11 down to u**0, with u in -1..1 across the interval


class RatePolynomials(dict[int, tuple[Coefficients, Coefficients]]):
    """By term: monthly rate / x on 0..1 with u = 2x - 1, and on 1..3 with u = x - 2."""

    def make(self, shortest: int, longest: int) -> None:
        """Have the terms of a strategy before they are needed."""
        for term in range(shortest, longest + 1):
            self[term]

    def __missing__(self, term: int) -> tuple[Coefficients, Coefficients]:
        pair = self[term] = (_fit(term, 0.5, 0.5), _fit(term, 2.0, 1.0))
        return pair


RATES = RatePolynomials()


def _fit(term: int, centre: float, half: float) -> Coefficients:
    """Newton's divided differences at the nodes, multiplied out."""
    charges = [centre + half * node for node in _NODES]
    values = [level_rate(term / (1.0 + charge), 1.0, 1.0, term) / charge for charge in charges]
    for order in range(1, len(_NODES)):
        for k in range(len(_NODES) - 1, order - 1, -1):
            values[k] = (values[k] - values[k - 1]) / (_NODES[k] - _NODES[k - order])
    ascending = [values[-1]]
    for k in range(len(_NODES) - 2, -1, -1):
        shifted = [0.0, *ascending]
        ascending = [s - _NODES[k] * a for s, a in zip(shifted, [*ascending, 0.0], strict=True)]
        ascending[0] += values[k]
    return tuple(reversed(ascending))


def monthly_rate(advance: int, payment: int, last: int, term: int) -> float | None:
    """The rate of one month, at or above zero; amounts in minor units. None where there is no such loan or rate:

    an advance of nothing, negative payments, payments that come to less than the advance, a term outside
    1..LONGEST_TERM, a total beyond LARGEST_AMOUNT or a rate beyond HIGHEST_MONTHLY.
    """
    total = payment * (term - 1) + last
    if not (0 < advance <= total <= LARGEST_AMOUNT and payment >= 0 and last >= 0 and 1 <= term <= LONGEST_TERM):
        return None
    x = total / advance - 1.0
    if x <= NEAR:
        u = x + x - 1.0
        c = RATES[term][0]
    elif x <= FAR:
        u = x - 2.0
        c = RATES[term][1]
    else:
        return solved(advance, payment, last, term)
    c11, c10, c9, c8, c7, c6, c5, c4, c3, c2, c1, c0 = c
    near = ((((((c11 * u + c10) * u + c9) * u + c8) * u + c7) * u + c6) * u + c5) * u + c4
    rate = x * ((((near * u + c3) * u + c2) * u + c1) * u + c0)
    extra = last - payment
    if extra == 0 or x < FAINT:
        return rate
    worth = term / (1.0 + x)                   # of 1 a month
    final = 1.0 - rate * worth                 # of 1 in the last month
    sink = term * final / (1.0 + rate)         # how fast `final` falls as the rate rises
    slope = payment * (sink - worth) - extra * sink * rate
    step = extra * (worth / term - final) * rate / slope
    turn = step * term
    if -SHORT_STEP < turn < SHORT_STEP:
        return rate + step
    if -LONG_STEP < turn < LONG_STEP:
        curve = sink * (term + 1) / (1.0 + rate)
        bend = extra * curve - payment * (curve + 2.0 * (sink - worth) / rate) / rate
        return rate + step - 0.5 * step * step * bend * rate / slope
    return solved(advance, payment, last, term)


def solved(advance: int, payment: int, last: int, term: int) -> float | None:
    """The rate of one month by Newton's method alone; None beyond HIGHEST_MONTHLY and where none is found."""
    try:
        rate = level_rate(float(advance), float(payment), float(last), term)
    except RateError:
        return None
    return rate if rate <= HIGHEST_MONTHLY else None


@lru_cache(maxsize=MOST_REMEMBERED)
def rates(advance: int, payment: int, last: int, term: int) -> tuple[int, int] | tuple[None, None]:
    """`apr` and `effective_rate` of the same loan."""
    rate = monthly_rate(advance, payment, last, term)
    if rate is None:
        return None, None
    return int(rate * 120_000.0 + 0.5), int(compounded(rate) * 10_000.0 + 0.5)


def apr(advance: int, payment: int, last: int, term: int) -> int | None:
    """Regulation Z: twelve times the monthly rate (appendix J (b)(1)), in 1/100 of a percent, halves up.

    `advance` is the amount financed: what is received, less fees paid out of it. None as for monthly_rate.
    """
    return rates(advance, payment, last, term)[0]


def effective_rate(advance: int, payment: int, last: int, term: int) -> int | None:
    """European Union: the same loan compounded over twelve equal months (Directive 2008/48/EC, annex I, remark c), in
    1/100 of a percent, halves up. None as for monthly_rate."""
    return rates(advance, payment, last, term)[1]


def compounded(rate: float) -> float:
    """(1 + rate) ** 12 - 1, by multiplication."""
    quarter = (1.0 + rate) * (1.0 + rate) * (1.0 + rate)
    half = quarter * quarter
    return half * half - 1.0
