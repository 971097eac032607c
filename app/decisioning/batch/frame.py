"""The names that expressions read, for a set of rows: columns that are loaded when they are first asked for."""

from collections.abc import Callable

import numpy as np

from app.decisioning.batch.columns import Column, Places, Pool
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
        self.rates: dict[tuple[Core, ...], dict[str, Column]] = {}     # of loans whose rates were worked out

    def column(self, name: str) -> Column:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._load(name)
        return column

    def set(self, name: str, column: Column) -> None:
        self._columns[name] = column

    def subset(self, rows: Places) -> "Frame":
        """Those rows only; what is set on it stays on it."""
        return Frame(len(rows), self.pool, self.rounding, lambda name: self.column(name).take(rows))

    def beside(self) -> "Frame":
        """The same rows, on which names can be set apart."""
        return Frame(self.size, self.pool, self.rounding, self.column)

    def every_row(self) -> Places:
        return np.arange(self.size)
