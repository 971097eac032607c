"""Rates of many offers at once, bit for bit those of `offer_rate` and `level`.

Every operation is the scalar's own, in the same order, on float64 columns; rows that the scalar would solve outright
are solved here by the same Newton steps, each row stopping where the scalar stops.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.decisioning.money.level import LONGEST
from app.decisioning.money.offer_rate import (
    FAINT,
    FAR,
    HIGHEST_MONTHLY,
    LONG_STEP,
    LONGEST_TERM,
    NEAR,
    RATES,
    SHORT_STEP,
    solved,
)
from app.decisioning.money.rounding import LARGEST_AMOUNT
from app.decisioning.money.solving import HIGHEST_UNIT_RATE, MOST_STEPS, TOLERANCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
Places = NDArray[np.intp]

_FEW = 16
NO_RATE = -1                                   # where the scalar gives None
_BITS = tuple(1 << k for k in reversed(range(LONGEST.bit_length())))


class LevelLoans(NamedTuple):
    """A column each, of equal length: amounts in minor units, terms in months."""

    advance: Ints
    payment: Ints
    last: Ints
    term: Ints

    def rows(self, chosen: Truths | Places) -> "LevelLoans":
        return LevelLoans(*(column[chosen] for column in self))


def monthly_rates(loans: LevelLoans) -> Floats:
    """offer_rate.monthly_rate of every row; NaN where that is None."""
    rates = np.full(len(loans.term), np.nan)
    known = _possible(loans)
    some = loans if known.all() else loans.rows(known)
    total = some.payment * (some.term - 1) + some.last
    x = total / some.advance - 1.0
    with np.errstate(over="ignore"):           # far beyond the polynomials' reach, where their result is not used
        estimated, sure = _by_polynomial(some, x)
    hard = ~sure
    if hard.any():
        estimated[hard] = _solved(some.rows(hard))
    rates[known] = estimated
    return rates


def rates(loans: LevelLoans) -> tuple[Ints, Ints]:
    """offer_rate.rates of every row, in 1/100 of a percent; NO_RATE where there is none."""
    rate = monthly_rates(loans)
    quarter = (1.0 + rate) * (1.0 + rate) * (1.0 + rate)
    half = quarter * quarter
    return _hundredths(rate * 120_000.0), _hundredths((half * half - 1.0) * 10_000.0)


def _hundredths(rates: Floats) -> Ints:
    return np.where(np.isnan(rates), NO_RATE, rates + 0.5).astype(np.int64)


def _possible(loans: LevelLoans) -> Truths:
    """The rows with a total within range; compared as floats first, where nothing overflows."""
    advance, payment, last, term = loans
    fits: Truths = (term >= 1) & (term <= LONGEST_TERM) & (advance > 0) & (payment >= 0) & (last >= 0)
    fits &= (payment <= LARGEST_AMOUNT) & (last <= LARGEST_AMOUNT)
    total = np.where(fits, payment, 0) * (np.where(fits, term, 1) - 1) + np.where(fits, last, 0)
    fits &= (advance <= total) & (total <= LARGEST_AMOUNT)
    return fits


def _by_polynomial(loans: LevelLoans, x: Floats) -> tuple[Floats, Truths]:
    """The rate by the term's polynomials and one Newton step, and whether the scalar would stand by it."""
    payment, last, term = loans[1:]
    near = x <= NEAR
    u = np.where(near, x + x - 1.0, x - 2.0)
    chosen = _COEFFICIENTS.of(term)[:, 2 * term + ~near]
    value = chosen[0]
    for coefficient in chosen[1:]:
        value *= u
        value += coefficient
    rate = x * value
    extra = last - payment
    even = (extra == 0) | (x < FAINT)
    worth = term / (1.0 + x)
    final = 1.0 - rate * worth
    sink = term * final / (1.0 + rate)
    slope = payment * (sink - worth) - extra * sink * rate
    step = np.divide(extra * (worth / term - final) * rate, slope, out=np.zeros_like(rate), where=~even)
    far = np.abs(step * term)
    curve = sink * (term + 1) / (1.0 + rate)
    half_bend = np.divide(2.0 * (sink - worth), rate, out=np.zeros_like(rate), where=~even)
    bend = extra * curve - np.divide(payment * (curve + half_bend), rate, out=np.zeros_like(rate), where=~even)
    bent = np.divide(0.5 * step * step * bend * rate, slope, out=np.zeros_like(rate), where=~even)
    stepped = np.where(far < SHORT_STEP, rate + step, rate + step - bent)
    return np.where(even, rate, stepped), (x <= FAR) & (even | (far < LONG_STEP))


class _Coefficients:
    """RATES as an array: of the 2n-th column the polynomial of term n near, of the next one far; u**11 on top."""

    def __init__(self) -> None:
        self._table = np.zeros((12, 2 * (LONGEST_TERM + 1)))
        self._made = np.zeros(LONGEST_TERM + 1, bool)

    def of(self, terms: Ints) -> Floats:
        """With the columns of these terms filled in."""
        if not self._made[terms].all():
            for term in np.unique(terms[~self._made[terms]]).tolist():
                self._table[:, 2 * term], self._table[:, 2 * term + 1] = RATES[term]
                self._made[term] = True
        return self._table


_COEFFICIENTS = _Coefficients()


def _solved(loans: LevelLoans) -> Floats:
    if len(loans.term) <= _FEW:                # a whole column's steps cost more than these few
        alone = [solved(*loan) for loan in zip(*(column.tolist() for column in loans), strict=True)]
        return np.array([np.nan if rate is None else rate for rate in alone])
    rates = level_rates(loans)
    return np.where(rates <= HIGHEST_MONTHLY, rates, np.nan)


def level_rates(loans: LevelLoans) -> Floats:
    """level.level_rate of every row, for loans whose payments come to the advance; NaN where none is found."""
    advance, payment = loans.advance.astype(float), loans.payment.astype(float)
    extra, term = loans.last.astype(float) - payment, loans.term
    found = np.full(len(term), np.nan)
    rate, low, high = np.zeros(len(term)), np.zeros(len(term)), np.full(len(term), np.inf)
    before, open_ = high.copy(), np.arange(len(term))
    for _ in range(MOST_STEPS):
        if not len(open_):
            break
        a, p, e, n, i = advance[open_], payment[open_], extra[open_], term[open_], rate[open_]
        discount = 1.0 / (1.0 + i)
        final, all_, weighted = _worth(discount, n)
        worth = (p * all_ + e * final) / a
        fall = discount * (p * weighted + e * (n * final)) / a
        above = worth > 1.0
        low[open_] = np.where(above, i, low[open_])
        high[open_] = np.where(above, high[open_], i)
        down, up = low[open_], high[open_]
        with np.errstate(divide="ignore", invalid="ignore"):
            following = np.where(fall > 0.0, i + (worth - 1.0) * worth / fall, np.inf)
            halfway = np.where(up < np.inf, 0.5 * (down + up), down + down + 0.01)
        slow = (np.abs(following - i) > 0.5 * before[open_]) & (up < np.inf)
        astray = slow | ~((down <= following) & (following <= up)) | np.isinf(following)
        following = np.where(astray, halfway, following)
        before[open_] = np.abs(following - i)
        done = before[open_] <= TOLERANCE * (1.0 + i)
        found[open_[done]] = following[done]
        rate[open_] = following
        open_ = open_[~done & (following <= HIGHEST_UNIT_RATE)]
    return found


def _worth(discount: Floats, count: Ints) -> tuple[Floats, Floats, Floats]:
    """level.worth: leading zero bits, which the scalar skips, change nothing."""
    last, all_, weighted = np.ones_like(discount), np.zeros_like(discount), np.zeros_like(discount)
    reached = np.zeros_like(count)
    for bit in _BITS:
        weighted = weighted + last * (weighted + reached * all_)
        all_ = all_ + last * all_
        last = last * last
        reached = reached + reached
        odd = (count & bit) != 0
        reached = reached + odd
        last = np.where(odd, last * discount, last)
        all_ = np.where(odd, all_ + last, all_)
        weighted = np.where(odd, weighted + reached * last, weighted)
    return last, all_, weighted
