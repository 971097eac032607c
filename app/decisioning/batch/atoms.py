"""What a table's cells can tell apart: inputs as numbers of atoms, each atom with the rows that admit it."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, Pool, fits
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.language.core import Comparison, Core
from app.decisioning.language.types import Type
from app.decisioning.tables.cells import Cell
from app.decisioning.tables.table import Table

_FEW_CUTS = 12


class Index(Protocol):
    """One dimension of a table. `masks` has for each atom the rows that it leaves, bit i for the i-th."""

    masks: list[int]

    def atoms(self, frame: Frame) -> Places:
        """The number of each row's atom; a single one where it is the same for all."""
        ...


def indexes(table: Table) -> Iterator[Index]:
    """The table's dimensions: its inputs, then each comparison between names that a cell makes."""
    for place, column in enumerate(table.inputs):
        yield _InputIndex(column.expression, [row.cells[place] for row in table.rows])
    without: dict[Comparison, int] = {}
    every = (1 << len(table.rows)) - 1
    for i, row in enumerate(table.rows):
        for relation in (relation for cell in row.cells for relation in cell.relations):
            without[relation] = without.get(relation, every) & ~(1 << i)
    for relation, failing in without.items():
        yield _RelationIndex(relation, failing, every)


class _RelationIndex:
    """Where the comparison fails, the rows that ask for it are out; of missing values it says nothing."""

    def __init__(self, relation: Comparison, failing: int, holding: int) -> None:
        self.masks = [failing, holding]
        self._relation = relation

    def atoms(self, frame: Frame) -> Places:
        return evaluate(self._relation, frame).values.astype(np.intp)


class _InputIndex:
    def __init__(self, expression: Core, cells: Sequence[Cell]) -> None:
        self.masks: list[int] = []
        self._expression = expression
        self._cells = cells
        self._atom_by_text: dict[Any, int] = {}
        self._cuts = self._by_cut = np.zeros(0, np.int64)
        self._by_truth = np.zeros(0, np.intp)
        match expression.type.kind:
            case "number" | "date":
                self._cut()
            case "boolean":
                self._by_truth = np.array([self._atom(False), self._atom(True)])
            case _:
                self._name(expression.type)
        self._missing = self._atom(None)

    def atoms(self, frame: Frame) -> Places:
        column: Column = evaluate(self._expression, frame)
        found = self._of_values(column.values, frame)
        return found if column.missing is None else np.where(column.missing, self._missing, found)

    def _of_values(self, values: Array, frame: Frame) -> Places:
        if self._expression.type.kind == "boolean":
            return self._by_truth.take(values)
        if self._expression.type.kind == "text":
            return self._by_code(frame.pool).take(values)
        if len(self._cuts) > _FEW_CUTS:
            return self._by_cut.take(np.searchsorted(self._cuts, values, "right"))
        reached = np.zeros(len(values), np.int8)
        for cut in self._cuts.tolist():
            reached += values >= cut
        return self._by_cut.take(reached)

    def _by_code(self, pool: Pool) -> Places:
        key = self, len(pool)
        found: Places | None = pool.made.get(key)
        if found is None:
            other = self._atom_by_text[""]     # stands for every text that no cell names
            found = pool.made[key] = np.array([self._atom_by_text.get(text, other) for text in pool.values_by_code])
        return found

    def _name(self, type_: Type) -> None:
        for text in sorted({"", *(type_.values or ()), *(str(m) for cell in self._cells for m in cell.members)}):
            self._atom_by_text[text] = self._atom(text)

    def _cut(self) -> None:
        ends = [interval for cell in self._cells for interval in cell.intervals]
        cuts = sorted({low for low, _ in ends if low is not None} | {high + 1 for _, high in ends if high is not None})
        self._cuts = np.array(cuts, np.int64 if not cuts or fits(cuts[0], cuts[-1]) else object)
        self._by_cut = np.array([self._atom(value) for value in ([cuts[0] - 1] if cuts else [0]) + cuts])

    def _atom(self, value: Any) -> int:
        mask = sum(1 << i for i, cell in enumerate(self._cells) if cell.admits(value))
        if mask not in self.masks:
            self.masks.append(mask)
        return self.masks.index(mask)
