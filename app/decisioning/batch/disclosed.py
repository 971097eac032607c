"""The rates that an offer discloses, on columns: to the last digit those of money.offer_rate."""

import numpy as np

from app.decisioning.batch.columns import Array, Column, bounds, either
from app.decisioning.batch.pricing import Pricing
from app.decisioning.money.columns import NO_RATE, LevelLoans, rates
from app.decisioning.money.nominal import LARGEST


def disclosed(pricing: Pricing | None, *loan: Column) -> dict[str, Column]:
    """`apr` and `effective_rate` of advances, instalments, last instalments and terms in int64. With a `pricing`, the
    loans are priced by it, as money.nominal wants them: most of their rates are looked up."""
    loans = LevelLoans(*np.broadcast_arrays(*(column.values for column in loan)))
    unknown = either(*(column.missing for column in loan))
    found = {}
    for name, values in zip(("apr", "effective_rate"), _rates(loans, pricing), strict=True):
        low, high = bounds(values)
        if low != NO_RATE:
            found[name] = Column(values, unknown, low, high)
        else:
            none = values == NO_RATE
            found[name] = Column(np.where(none, 0, values), either(unknown, none), 0, max(high, 0))
    return found


def _rates(loans: LevelLoans, pricing: Pricing | None) -> tuple[Array, Array]:
    if pricing is None:
        return rates(loans)
    least, apr, effective = pricing.quoted()
    small = (loans.advance < least) | (loans.advance > LARGEST)
    if small.any():
        rest = np.flatnonzero(small)
        apr, effective = (np.broadcast_to(own, small.shape).copy() for own in (apr, effective))
        apr[rest], effective[rest] = rates(loans.rows(rest))
    return apr, effective
