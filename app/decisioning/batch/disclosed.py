"""The rates that an offer discloses, on columns: to the last digit those of money.offer_rate."""

import numpy as np

from app.decisioning.batch.columns import Column, bounds, either
from app.decisioning.money.columns import NO_RATE, LevelLoans, rates


def disclosed(*operands: Column) -> dict[str, Column]:
    """`apr` and `effective_rate` of advances, instalments, last instalments and terms in int64."""
    loans = LevelLoans(*np.broadcast_arrays(*(operand.values for operand in operands)))
    unknown = either(*(operand.missing for operand in operands))
    found = {}
    for name, values in zip(("apr", "effective_rate"), rates(loans), strict=True):
        none = values == NO_RATE
        missing = either(unknown, none if none.any() else None)
        known = np.where(none, 0, values)
        found[name] = Column(known, missing, *bounds(known))
    return found
