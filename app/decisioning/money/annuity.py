"""Annuity factors: what a loan of one unit costs a month, from tables made of integers.

For a monthly rate i and n months, with g = 1 + i:  growth G = g**n,  S = g + g**2 + ... + g**(n-1).
Then the level instalment of a unit is G / (1 + S), the loan that a unit of instalment repays is (1 + S) / G, and
what is still due at month n after n-1 instalments p of a loan A is A*G - p*S. No power is taken anywhere: G and S are
built month by month as exact fractions of integers, so every machine has the same tables to the last digit.
"""

from collections import deque
from math import gcd
from typing import NamedTuple

RATE_SCALE = 6                                 # an annual rate of 5.9 % is 59_000
FACTOR_SCALE = 12
LONGEST_TERM = 600                             # months
HIGHEST_RATE = 10 * 10**RATE_SCALE             # 1,000 % a year

_UNIT = 10**FACTOR_SCALE
_YEAR = 12 * 10**RATE_SCALE
MOST_KEPT = 256                                # rates that no strategy's table holds


class Factors(NamedTuple):
    """Each in units of 10**-FACTOR_SCALE, rounded to nearest."""

    instalment: int                            # of a loan of 1
    amount: int                                # repaid by instalments of 1
    growth: int                                # G
    sum: int                                   # S


def factors_of(rate: int, longest: int = LONGEST_TERM) -> tuple[Factors, ...]:
    """Factors for terms of 0..longest months at an annual rate (units of 10**-RATE_SCALE, twelfths a month).

    The entry for 0 months is never due and is there so that the term is the index.
    """
    whole = gcd(rate, _YEAR)
    month, grown = _YEAR // whole, (_YEAR + rate) // whole     # g is grown / month
    table = [Factors(0, 0, _UNIT, 0)]
    unit, growth, total = 1, 1, 0              # G is growth / unit, S is total / unit, all exact
    for term in range(1, longest + 1):
        total = (total + growth) * month if term > 1 else 0
        growth *= grown
        unit *= month
        table.append(_rounded(growth, total, unit))
    return tuple(table)


def factors(rate: int, term: int) -> Factors:
    """The same of one term, by the sum of a geometric series."""
    whole = gcd(rate, _YEAR)
    month, grown = _YEAR // whole, (_YEAR + rate) // whole
    growth, unit = grown**term, month**term
    total = (growth - grown * month ** (term - 1)) * month // (grown - month) if rate else term - 1
    return _rounded(growth, total, unit)


def _rounded(growth: int, total: int, unit: int) -> Factors:
    return Factors(
        instalment=_nearest(growth * _UNIT, unit + total),
        amount=_nearest((unit + total) * _UNIT, growth),
        growth=_nearest(growth * _UNIT, unit),
        sum=_nearest(total * _UNIT, unit),
    )


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class _Terms(dict[int, Factors]):
    """The terms of one rate that have been asked for."""

    def __init__(self, rate: int) -> None:
        super().__init__()
        self._rate = rate

    def __missing__(self, term: int) -> Factors:
        found = self[term] = factors(self._rate, term)
        return found


class FactorTables(dict[int, tuple[Factors, ...] | _Terms]):
    """Factors by annual rate, then by term.

    The rates that a strategy's tables hold have all their terms made when it is loaded. Of a rate that an expression
    works out, only the terms that are asked for are made, and only the MOST_KEPT rates met last are kept; the figures
    are the same to the last digit.
    """

    def __init__(self) -> None:
        super().__init__()
        self._met: deque[int] = deque()

    def make(self, rate: int) -> None:
        """Have the whole table before it is needed, and for good."""
        if not isinstance(self.get(rate), tuple):
            if rate in self:
                self._met.remove(rate)
            self[rate] = factors_of(rate)

    def whole(self, rate: int) -> tuple[Factors, ...]:
        """Every term's; kept only where the whole table is."""
        table = self.get(rate)
        return table if isinstance(table, tuple) else factors_of(rate)

    def clear(self) -> None:
        super().clear()
        self._met.clear()

    def __missing__(self, rate: int) -> _Terms:
        if len(self._met) == MOST_KEPT:
            del self[self._met.popleft()]
        self._met.append(rate)
        table = self[rate] = _Terms(rate)
        return table


TABLES = FactorTables()


def instalment(amount: int, rate: int, term: int) -> int:
    """Level monthly instalment in units of 10**-12 of the amount's unit."""
    return amount * TABLES[rate][term].instalment


def amount(instalment_: int, rate: int, term: int) -> int:
    """The loan that such instalments repay, in units of 10**-12 of the instalment's unit."""
    return instalment_ * TABLES[rate][term].amount


def last_instalment(amount_: int, instalment_: int, rate: int, term: int) -> int:
    """What remains for the last month, so that the schedule ends at exactly zero; units of 10**-12.

    Interest accrues unrounded on the balance; only payments are rounded.
    """
    own = TABLES[rate][term]
    return amount_ * own.growth - instalment_ * own.sum
