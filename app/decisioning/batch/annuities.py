"""Annuity functions on columns, rounded in the same breath: products of 63 and more bits, as whole and fraction."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, bounds, either, integers
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.functions import ROUNDINGS, arithmetic
from app.decisioning.money.annuity import FACTOR_SCALE, TABLES

UNIT = 10**FACTOR_SCALE
_LIMB = 10**6
_SMALL = 9 * 10**6                             # times a fraction below UNIT it still fits 63 bits
_LARGE = _SMALL * _LIMB
_MOST = 2**61

ANNUITIES = frozenset({"annuity_instalment", "annuity_amount", "annuity_last"})


class Wide(NamedTuple):
    """whole + fraction / UNIT, where 0 <= fraction < UNIT."""

    whole: Array
    fraction: Array


def annuity(function: str, *operands: Column) -> Column:
    """The unrounded value, in units of 1 / UNIT."""
    *amounts, rate, term = operands
    products = [arithmetic("*", a, f) for a, f in zip(amounts, _factors(function, rate, term), strict=True)]
    return products[0] if len(products) == 1 else arithmetic("-", *products)


def rounded_annuity(rounding: str, function: str, frame: Frame, *operands: Column) -> Column:
    """The same, rounded to whole amounts."""
    *amounts, rate, term = operands
    factors = _factors(function, rate, term)
    name = frame.rounding if rounding == "round_money" else rounding
    if not all(_is_narrow(a, f) for a, f in zip(amounts, factors, strict=True)):
        exact = annuity(function, *operands)
        units = ROUNDINGS[name](exact.values.astype(object), np.array([UNIT], object))
        return integers(units, exact.missing, *bounds(units))
    wide, *less = (_product(a.values, f.values) for a, f in zip(amounts, factors, strict=True))
    if less:
        wide = _difference(wide, less[0])
    units = _ROUNDED[name](wide)
    return Column(units, either(*(o.missing for o in operands)), *bounds(units))


def _is_narrow(amount: Column, factor: Column) -> bool:
    most = max(abs(amount.low), abs(amount.high))
    return most <= _LARGE and factor.high < _MOST and most * (factor.high // UNIT + 1) < _MOST


def _product(amount: Array, factor: Array) -> Wide:
    whole, fraction = _divided(factor, UNIT)
    if np.abs(amount).max(initial=0) <= _SMALL:
        more, rest = _divided(amount * fraction, UNIT)
        return Wide(amount * whole + more, rest)
    upper, lower = _divided(amount, _LIMB)
    more, parts = _divided(upper * fraction, _LIMB)            # counts 1 / _LIMB of a whole
    still_more, rest = _divided(parts * _LIMB + lower * fraction, UNIT)
    return Wide(amount * whole + more + still_more, rest)


def _divided(units: Array, unit: int) -> tuple[Array, Array]:
    """divmod; `%` has no vector instructions."""
    whole = units // unit
    return whole, units - whole * unit


def _difference(left: Wide, right: Wide) -> Wide:
    fraction = left.fraction - right.fraction
    borrow = fraction < 0
    return Wide(left.whole - right.whole - borrow, np.where(borrow, fraction + UNIT, fraction))


def _half_up(wide: Wide) -> Array:
    """Halves away from zero: below zero, a half goes down to the whole."""
    twice = 2 * wide.fraction
    found: Array = wide.whole + np.where(wide.whole >= 0, twice >= UNIT, twice > UNIT)
    return found


def _half_even(wide: Wide) -> Array:
    twice = 2 * wide.fraction
    found: Array = wide.whole + ((twice > UNIT) | ((twice == UNIT) & (wide.whole % 2 == 1)))
    return found


_ROUNDED: dict[str, Callable[[Wide], Array]] = {
    "half_up": _half_up,
    "half_even": _half_even,
    "floor": lambda wide: wide.whole,
    "ceiling": lambda wide: wide.whole + (wide.fraction > 0),
}

_FIELDS = {"annuity_instalment": (0,), "annuity_amount": (1,), "annuity_last": (2, 3)}     # of annuity.Factors


def _factors(function: str, rate: Column, term: Column) -> list[Column]:
    """What each amount is multiplied with; of the last instalment the second product is taken away."""
    rates, places = _distinct(rate)
    months = np.clip(term.where_missing(1), 1, len(_table(rates[0], 0)) - 1)
    found = []
    for field in _FIELDS[function]:
        tables = [_table(own, field) for own in rates]
        values = tables[0][months] if len(tables) == 1 else np.stack(tables)[places, months]
        found.append(Column(values, None, *bounds(values)))
    return found


def _distinct(rate: Column) -> tuple[list[int], Places]:
    """The rates, ascending, and which of them each row has. Rows without a rate have any of them."""
    present = rate.values
    if rate.missing is not None:
        present = np.broadcast_to(present, rate.missing.shape)[~rate.missing]
    rates = np.unique(present)
    if len(rates) <= 1:
        return (rates.tolist() or [0]), np.zeros(1, np.intp)
    return rates.tolist(), np.minimum(np.searchsorted(rates, rate.values), len(rates) - 1)


@lru_cache(maxsize=1024)
def _table(rate: int, field: int) -> Array:
    """One factor by term."""
    column = [factors[field] for factors in TABLES.whole(rate)]
    return np.array(column, np.int64 if max(column) < 2 * _MOST else object)
