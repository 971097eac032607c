"""Instalments and loans of many offers at once, to the last minor unit those of app.decisioning.annuity.

A product of an amount and a factor takes more than 64 bits. Where the rounded quotient alone is wanted, the product is
taken apart into limbs. Where it is a small difference of two large products, as the last instalment is, the difference
is known modulo 2**64 from wrapping integers and to within far less than that from floats: together, exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.decisioning import annuity
from app.decisioning.money.errors import AmountError, LoanError
from app.decisioning.money.rounding import LARGEST_AMOUNT, Rounding

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_UNIT = 10**annuity.FACTOR_SCALE
_LIMB = 10**6                                  # the square root of _UNIT
_WRAP = 2**64
_WRAP_WHOLE, _WRAP_REST = divmod(_WRAP, _UNIT)
_LARGEST_FACTOR = 9 * 10**15                   # so that no limb overflows with amounts up to LARGEST_AMOUNT
_SUREST = 2.0**110                             # of a product in floats: its error, 2**-50 of it, is below 2**62


@dataclass(frozen=True, slots=True)
class Priced:
    """Annual rates in units of 10**-6 and terms in months, a row an offer, with the factors that they have."""

    instalment: Ints
    amount: Ints
    growth: Floats
    growth_wrapped: Ints
    sum: Floats
    sum_wrapped: Ints

    @classmethod
    def at(cls, rates: Ints, terms: Ints) -> "Priced":
        """LoanError when a rate or a term is out of range."""
        if _outside(rates, 0, annuity.HIGHEST_RATE):
            raise LoanError(f"an annual rate is outside 0..{annuity.HIGHEST_RATE} millionths")
        if _outside(terms, 1, annuity.LONGEST_TERM):
            raise LoanError(f"a term is outside 1..{annuity.LONGEST_TERM} months")
        pairs, row = np.unique(rates * 1024 + terms, return_inverse=True)
        factors = [annuity.TABLES[pair >> 10][pair & 1023] for pair in pairs.tolist()]
        return cls(
            _whole([f.instalment for f in factors])[row],
            _whole([f.amount for f in factors])[row],
            np.array([float(f.growth) for f in factors])[row],
            _wrapped([f.growth for f in factors])[row],
            np.array([float(f.sum) for f in factors])[row],
            _wrapped([f.sum for f in factors])[row],
        )

    def instalments(self, amounts: Ints, rounding: Rounding) -> Ints:
        """Level instalments, rounded. AmountError for an amount outside 0..LARGEST_AMOUNT."""
        return _quotient(*_product(amounts, self.instalment), rounding)

    def amounts(self, instalments: Ints, rounding: Rounding) -> Ints:
        """The loans that such instalments repay, rounded."""
        return _quotient(*_product(instalments, self.amount), rounding)

    def last_instalments(self, amounts: Ints, instalments: Ints, rounding: Rounding) -> Ints:
        """What remains for the last month, rounded. AmountError where that is out of range or beyond certainty."""
        grown, paid = amounts * self.growth, instalments * self.sum
        estimate = grown - paid
        if np.any((grown > _SUREST) | (paid > _SUREST) | (np.abs(estimate) > 2.0 * LARGEST_AMOUNT * _UNIT)):
            raise AmountError("a loan or its last instalment grows too large over its term to be worked out")
        wrapped = amounts * self.growth_wrapped - instalments * self.sum_wrapped
        turns = np.rint((estimate - wrapped) / _WRAP).astype(np.int64)
        whole, rest = np.divmod(wrapped, _UNIT)
        more, rest = np.divmod(turns * _WRAP_REST + rest, _UNIT)
        return _quotient(turns * _WRAP_WHOLE + whole + more, rest, rounding)


def totals(payments: Ints, lasts: Ints, terms: Ints) -> Ints:
    """Everything paid: terms-1 payments and the last. AmountError beyond LARGEST_AMOUNT."""
    if np.any(payments * terms.astype(float) + lasts > 2.0 * LARGEST_AMOUNT):
        raise AmountError(f"a total is beyond what an amount may be, {LARGEST_AMOUNT}")
    return _in_range(payments * (terms - 1) + lasts)


def _product(amounts: Ints, factors: Ints) -> tuple[Ints, Ints]:
    """amounts x factors / _UNIT, as whole and rest."""
    if _outside(amounts, 0, LARGEST_AMOUNT):
        raise AmountError(f"an amount is outside 0..{LARGEST_AMOUNT} minor units")
    a1, a0 = np.divmod(amounts, _LIMB)
    f1, f0 = np.divmod(factors, _LIMB)
    m1, m0 = np.divmod(a1 * f0 + a0 * f1, _LIMB)
    more, rest = np.divmod(m0 * _LIMB + a0 * f0, _UNIT)
    return a1 * f1 + m1 + more, rest


def _quotient(whole: Ints, rest: Ints, rounding: Rounding) -> Ints:
    """whole + rest/_UNIT to multiples of the rounding's step."""
    steps, odd = np.divmod(whole, rounding.step)
    negative = whole < 0
    units, half = odd * _UNIT + rest, rounding.step * _UNIT
    if rounding.mode == "half_even":
        up = (2 * units > half) | ((2 * units == half) & (steps % 2 == 1))
    elif rounding.mode == "half_up":
        up = (2 * units > half) | ((2 * units == half) & ~negative)
    elif rounding.mode == "down":
        up = (units > 0) & negative
    else:
        up = (units > 0) & ~negative
    return _in_range((steps + up) * rounding.step)


def _in_range(amounts: Ints) -> Ints:
    if _outside(amounts, -LARGEST_AMOUNT, LARGEST_AMOUNT):
        raise AmountError(f"an amount is beyond what one may be, {LARGEST_AMOUNT} minor units")
    return amounts


def _outside(column: Ints, low: int, high: int) -> bool:
    return bool(np.any((column < low) | (column > high)))


def _whole(factors: list[int]) -> Ints:
    if any(factor > _LARGEST_FACTOR for factor in factors):
        raise LoanError(f"a factor is beyond {_LARGEST_FACTOR}")
    return np.array(factors, dtype=np.int64)


def _wrapped(factors: list[int]) -> Ints:
    return np.array([(f + _WRAP // 2) % _WRAP - _WRAP // 2 for f in factors], dtype=np.int64)
