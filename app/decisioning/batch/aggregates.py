"""Sums, counts and extremes over each row's items (liabilities, data sets), which lie flat beside each other."""

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, Truths, bounds, constant, fits
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.reading import Nested
from app.decisioning.engine.model import Aggregate
from app.decisioning.language.core import Core


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

        self._starts: Places = np.flatnonzero(np.diff(self.owners, prepend=-1))
        self._having = self.owners[self._starts]               # the rows that have any
        self._most_items = int(np.diff(self._starts, append=len(places)).max(initial=0))
        self._where: tuple[Core, Truths] | None = None
        self.frame = Frame(len(places), frame.pool, frame.rounding, load)

    def gathered(self, aggregate: Aggregate) -> Column:
        """The aggregate of every row, missing where none are known."""
        kept = None if aggregate.where is None else self._kept(aggregate.where)
        found = self._combined(aggregate, kept)
        missing = found.missing
        if self.unknown.any():
            missing = self.unknown if missing is None else missing | self.unknown
        return Column(found.values, missing, found.low, found.high)

    def _kept(self, where: Core) -> Truths:
        """The items of which the condition holds; aggregates often share it."""
        if self._where is None or self._where[0] != where:
            self._where = where, evaluate(where, self.frame).full(self.frame.size)
        return self._where[1]

    def _combined(self, aggregate: Aggregate, kept: Truths | None) -> Column:
        items = constant(1, self.frame.pool) if aggregate.item is None else evaluate(aggregate.item, self.frame)
        match aggregate.operation:
            case "sum" | "count":
                return self._sum(items, kept)
            case "any":
                truths = items.full(self.frame.size) if kept is None else items.values & kept
                return Column(self._reduced(np.logical_or, truths, empty=False))
            case "all":
                truths = items.full(self.frame.size) if kept is None else items.values | ~kept
                return Column(self._reduced(np.logical_and, truths, empty=True))
            case operation:
                return self._extreme(np.minimum if operation == "min" else np.maximum, items, kept)

    def _sum(self, items: Column, kept: Truths | None) -> Column:
        """In Python's integers where the largest sum might leave 63 bits."""
        most = max(abs(items.low), abs(items.high)) * self._most_items
        values = items.values if fits(-most, most) else items.values.astype(object)
        values = np.broadcast_to(values, (self.frame.size,)) if kept is None else values * kept
        found = self._reduced(np.add, values, empty=0)
        return Column(found, None, *bounds(found))

    def _extreme(self, how: np.ufunc, items: Column, kept: Truths | None) -> Column:
        values, owners = items.full(self.frame.size), self.owners
        if kept is not None:
            values, owners = values[kept], owners[kept]
        none = np.bincount(owners, minlength=self._size) == 0
        found = np.zeros(self._size, values.dtype)
        if len(values):
            found[~none] = how.reduceat(values, np.flatnonzero(np.diff(owners, prepend=-1)))
        return Column(found, none if none.any() else None, *bounds(found))

    def _reduced(self, how: np.ufunc, values: Array, empty: int | bool) -> Array:
        """Every row's items reduced to one."""
        if not len(values):
            return np.full(self._size, empty, values.dtype)
        found: Array = how.reduceat(values, self._starts)
        if len(self._having) == self._size:
            return found
        spread = np.full(self._size, empty, found.dtype)
        spread[self._having] = found
        return spread


def _places_of(owners: Places, rows: Places) -> Places:
    chosen: Truths = np.zeros(int(max(owners.max(initial=0), rows.max(initial=0))) + 1, bool)
    chosen[rows] = True
    return np.flatnonzero(chosen[owners])
