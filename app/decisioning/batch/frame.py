"""The names that expressions read, for a set of rows: columns that are loaded when they are first asked for."""

from collections.abc import Callable

import numpy as np

from app.decisioning.batch.columns import Column, Places, Pool
from app.decisioning.batch.pricing import Pricing
from app.decisioning.engine.priced import Priced
from app.decisioning.language.core import Core
from app.decisioning.language.runtime import Rounding


class Frame:
    """Columns of `size` rows; `rounding` is that of their currency."""

    def __init__(self, size: int, pool: Pool, rounding: Rounding, load: Callable[[str], Column]) -> None:
        self.size = size
        self.pool = pool
        self.rounding = rounding
        self._load = load
        self._columns: dict[str, Column] = {}
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
        return self._with(len(rows), lambda name: self.column(name).take(rows))

    def beside(self) -> "Frame":
        """The same rows, on which names can be set apart."""
        return self._with(self.size, self.column)

    def _with(self, size: int, load: Callable[[str], Column]) -> "Frame":
        frame = Frame(size, self.pool, self.rounding, load)
        frame.loan = self.loan
        return frame

    def every_row(self) -> Places:
        return np.arange(self.size)
