"""The names that expressions read, for a set of rows: columns that are loaded when they are first asked for."""

from collections.abc import Callable
from functools import partial

import numpy as np

from app.decisioning.batch.columns import Column, Places, Pool
from app.decisioning.batch.pricing import Pricing
from app.decisioning.engine.priced import Priced
from app.decisioning.language.core import Core
from app.decisioning.language.runtime import Rounding

Load = Callable[[str], Column]
Above = list[tuple["Frame", Places]]           # frames, and which of their rows are meant


class Frame:
    """Columns of `size` rows; `rounding` is that of their currency."""

    def __init__(self, size: int, pool: Pool, rounding: Rounding, load: Load) -> None:
        self.size = size
        self.pool = pool
        self.rounding = rounding
        self._load = load
        self._columns: dict[str, Column] = {}
        self._above: Above = []                # what it is a subset of, the nearest first
        self.loan: Priced | None = None        # the loan that is offered, where tables say what it costs
        self.rates: dict[tuple[Core, ...], dict[str, Column]] = {}     # of loans whose rates were worked out
        self.pricings: dict[tuple[Core, Core], Pricing] = {}           # by annual rate and term

    def column(self, name: str) -> Column:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._load(name)
        return column

    def set(self, name: str, column: Column) -> None:
        self._columns[name] = column

    def subset(self, rows: Places) -> "Frame":
        """Those rows only; what is set on it stays on it."""
        above = [(self, rows), *((own, of.take(rows)) for own, of in self._above)]
        frame = Frame(len(rows), self.pool, self.rounding, partial(_from_above, above))
        frame.loan, frame._above = self.loan, above
        return frame

    def beside(self) -> "Frame":
        """The same rows, on which names can be set apart."""
        frame = Frame(self.size, self.pool, self.rounding, self.column)
        frame.loan = self.loan
        return frame

    def every_row(self) -> Places:
        return np.arange(self.size)


def _from_above(above: Above, name: str) -> Column:
    """Out of the nearest frame that holds the name, so that nothing is taken out of a frame only to be narrowed."""
    for frame, rows in above:
        if name in frame._columns:
            return frame._columns[name].take(rows)
    frame, rows = above[-1]
    return frame.column(name).take(rows)
