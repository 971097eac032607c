"""Sums, counts and extremes over each row's items (liabilities, data sets), which lie flat beside each other."""

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, Truths, bounds, fits
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.reading import Nested
from app.decisioning.engine.model import Aggregate


class Items:
    """The items of a frame's rows, as a frame of their own; its other names are those of each one's row."""

    def __init__(self, nested: Nested, rows: Places, frame: Frame) -> None:
        self.unknown = ~nested.known[rows]
        self._size = frame.size
        everything = len(rows) == len(nested.known)
        places: Places = np.arange(len(nested.owners)) if everything else _places_of(nested.owners, rows)
        self.owners: Places = nested.owners if everything else np.searchsorted(rows, nested.owners[places])

        def load(name: str) -> Column:
            if name in nested.facts:
                column = nested.column(name)
                return column if everything else column.take(places)
            return frame.column(name).take(self.owners)

        self.frame = Frame(len(places), frame.pool, frame.rounding, load)

    def gathered(self, aggregate: Aggregate) -> Column:
        """The aggregate of every row, missing where none are known."""
        owners, items = self.owners, self._values(aggregate)
        if aggregate.where is not None:
            kept = evaluate(aggregate.where, self.frame).full(self.frame.size)
            owners, items = owners[kept], items[kept]
        found = self._combined(aggregate.operation, owners, items)
        missing = found.missing
        if self.unknown.any():
            missing = self.unknown if missing is None else missing | self.unknown
        return Column(found.values, missing, found.low, found.high)

    def _values(self, aggregate: Aggregate) -> Array:
        if aggregate.item is None:
            return np.ones(self.frame.size, np.int64)
        return evaluate(aggregate.item, self.frame).full(self.frame.size)

    def _combined(self, operation: str, owners: Places, items: Array) -> Column:
        counts = np.bincount(owners, minlength=self._size)
        none = counts == 0
        match operation:
            case "count":
                return Column(counts.astype(np.int64), None, 0, int(counts.max(initial=0)))
            case "any":
                return Column(np.bincount(owners[items], minlength=self._size) > 0)
            case "all":
                return Column(np.bincount(owners[items], minlength=self._size) == counts)
            case "sum":
                values = _reduced(np.add, _roomy(items, counts), owners, none)
                return Column(values, None, *bounds(values))
            case _:
                values = _reduced(np.minimum if operation == "min" else np.maximum, items, owners, none)
                return Column(values, none if none.any() else None, *bounds(values))


def _places_of(owners: Places, rows: Places) -> Places:
    chosen: Truths = np.zeros(int(max(owners.max(initial=0), rows.max(initial=0))) + 1, bool)
    chosen[rows] = True
    return np.flatnonzero(chosen[owners])


def _roomy(items: Array, counts: Array) -> Array:
    """As Python's integers where the largest sum might leave 63 bits."""
    low, high = bounds(items)
    most = max(abs(low), abs(high)) * int(counts.max(initial=0))
    return items if fits(-most, most) else items.astype(object)


def _reduced(how: np.ufunc, items: Array, owners: Places, none: Truths) -> Array:
    """Each owner's items reduced to one; 0 where there are none. Owners ascend."""
    found = np.zeros(len(none), items.dtype)
    if len(items):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        found[~none] = how.reduceat(items, starts)
    return found
