"""Annuity factors: what a loan of one unit costs a month, from tables made of integers.

For a monthly rate i and n months, with g = 1 + i:  growth G = g**n,  S = g + g**2 + ... + g**(n-1).
Then the level instalment of a unit is G / (1 + S), the loan that a unit of instalment repays is (1 + S) / G, and
what is still due at month n after n-1 instalments p of a loan A is A*G - p*S. No power is taken anywhere: G and S are
built month by month as exact fractions of integers, so every machine has the same tables to the last digit.
"""

from math import gcd
from typing import NamedTuple

RATE_SCALE = 6                                 # an annual rate of 5.9 % is 59_000
FACTOR_SCALE = 12
LONGEST_TERM = 600                             # months
HIGHEST_RATE = 10 * 10**RATE_SCALE             # 1,000 % a year

_UNIT = 10**FACTOR_SCALE
_YEAR = 12 * 10**RATE_SCALE
_MOST_KEPT = 256


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
        table.append(
            Factors(
                instalment=_nearest(growth * _UNIT, unit + total),
                amount=_nearest((unit + total) * _UNIT, growth),
                growth=_nearest(growth * _UNIT, unit),
                sum=_nearest(total * _UNIT, unit),
            )
        )
    return tuple(table)


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class FactorTables(dict[int, tuple[Factors, ...]]):
    """Tables by annual rate, made when a strategy is loaded for the rates that its tables hold.

    A rate that no table holds, because an expression works it out, has its table made when it is met, and kept while
    there are not too many: slower, and the same to the last digit.
    """

    def make(self, rate: int) -> None:
        """Have the table before it is needed."""
        self[rate] = self[rate]

    def __missing__(self, rate: int) -> tuple[Factors, ...]:
        table = factors_of(rate)
        if len(self) < _MOST_KEPT:
            self[rate] = table
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
    factors = TABLES[rate][term]
    return amount_ * factors.growth - instalment_ * factors.sum
