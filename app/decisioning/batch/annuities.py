"""Annuity functions on columns, rounded in the same breath: products of 63 and more bits, as whole and fraction."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.decisioning.batch.columns import Array, Column, bounds, either, integers
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.functions import ROUNDINGS, arithmetic
from app.decisioning.batch.pricing import UNIT, Pricing

_LIMB = 10**6
_SMALL = 9 * 10**6                             # times a fraction below UNIT it still fits 63 bits
_LARGE = _SMALL * _LIMB
_MOST = 2**61

_HALVES = {"half_up": UNIT // 2, "floor": 0}   # of what is never below zero
_FIELDS = {"annuity_instalment": (0,), "annuity_amount": (1,), "annuity_last": (2, 3)}     # of annuity.Factors
ANNUITIES = frozenset(_FIELDS)


class Wide(NamedTuple):
    """whole + fraction / UNIT, where 0 <= fraction < UNIT."""

    whole: Array
    fraction: Array


def annuity(function: str, pricing: Pricing, *amounts: Column) -> Column:
    """The unrounded value, in units of 1 / UNIT: the amount by its factor; of the last instalment, the second product
    is taken away from the first."""
    products = []
    for amount, field in zip(amounts, _FIELDS[function], strict=True):
        whole, fraction = pricing.factor(field)
        factor = whole.astype(object) * UNIT + fraction
        products.append(arithmetic("*", amount, integers(factor, pricing.missing, *bounds(factor))))
    return products[0] if len(products) == 1 else arithmetic("-", *products)


def rounded_annuity(rounding: str, function: str, frame: Frame, pricing: Pricing, *amounts: Column) -> Column:
    """The same, rounded to whole amounts."""
    name = frame.rounding if rounding == "round_money" else rounding
    missing = either(pricing.missing, *[a.missing for a in amounts])
    quick = _rounded_at_once(name, function, pricing, amounts)
    if quick is not None:
        return Column(quick, missing, *bounds(quick))
    factors = [Wide(*pricing.factor(field)) for field in _FIELDS[function]]
    if not all(_is_narrow(a, f) for a, f in zip(amounts, factors, strict=True)):
        exact = annuity(function, pricing, *amounts)
        units = ROUNDINGS[name](exact.values.astype(object), np.array([UNIT], object))
        return integers(units, exact.missing, *bounds(units))
    wide, *less = (_product(a, f) for a, f in zip(amounts, factors, strict=True))
    if less:
        wide = _difference(wide, less[0])
    units = _ROUNDED[name](wide)
    return Column(units, missing, *bounds(units))


def _rounded_at_once(name: str, function: str, pricing: Pricing, amounts: tuple[Column, ...]) -> Array | None:
    """Where the fractions fit 63 bits before they are divided. None where they do not, where a half might have to go
    down, for amounts below zero do, and for other ways of rounding."""
    most, fields = [max(abs(own.low), abs(own.high)) for own in amounts], _FIELDS[function]
    if name not in _HALVES or sum(most) > _SMALL:
        return None
    wholes = [pricing.most(field) for field in fields]
    if sum([own * (whole + 1) for own, whole in zip(most, wholes, strict=True)]) > _MOST:
        return None
    whole, fraction = pricing.factor(fields[0])
    parts = amounts[0].values * fraction + _HALVES[name]
    if len(amounts) > 1:
        less_whole, less_fraction = pricing.factor(fields[1])
        parts = (parts - amounts[1].values * less_fraction) // UNIT - amounts[1].values * less_whole
    else:
        parts //= UNIT
    units = parts + amounts[0].values * whole if wholes[0] else parts
    certain = name == "floor" or (len(amounts) == 1 and amounts[0].low >= 0)
    return units if certain or units.min(initial=1) > 0 else None


def _is_narrow(amount: Column, factor: Wide) -> bool:
    most = max(abs(amount.low), abs(amount.high))
    return most <= _LARGE and factor.whole.dtype != object and most * (bounds(factor.whole)[1] + 1) < _MOST


def _product(amount: Column, factor: Wide) -> Wide:
    units, (whole, fraction) = amount.values, factor
    if max(abs(amount.low), abs(amount.high)) <= _SMALL:
        more, rest = _divided(units * fraction, UNIT)
        return Wide(units * whole + more, rest)
    upper, lower = _divided(units, _LIMB)
    more, parts = _divided(upper * fraction, _LIMB)            # counts 1 / _LIMB of a whole
    still_more, rest = _divided(parts * _LIMB + lower * fraction, UNIT)
    return Wide(units * whole + more + still_more, rest)


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
