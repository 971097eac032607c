"""Decision tables over columns: the atoms of all inputs together say which rows match.

Small tables have every combination of atoms worked out beforehand; in large ones only those combinations that a batch
holds are looked at, each once.
"""

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import NamedTuple

import numpy as np

from app.decisioning.batch.atoms import Index, indexes
from app.decisioning.batch.columns import Column, Places, column_of, constant, merged, plain
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.functions import COLUMNAR, arithmetic
from app.decisioning.language.core import Core
from app.decisioning.tables.table import LISTS, Row, Table, result
from app.errors import StrategyError

Rows = tuple[Row, ...]

_MOST_COMBINATIONS = 1 << 14
_ROOM = 1 << 62


class Matches(NamedTuple):
    """For every row of the frame (or one for all): which of `sets` of the table's rows decided."""

    places: Places
    sets: Sequence[Rows]


class TableIndex:
    """A table made ready; holds for every batch."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._indexes = list(indexes(table))
        self._sets: list[Rows] = []
        self._place_by_mask: dict[int, int] = {}
        self._computes = any(isinstance(given, Core) for row in table.every_row for given in row.outputs)
        counts = [len(own.masks) for own in self._indexes]
        self._every = self._all_combinations() if prod(counts) <= _MOST_COMBINATIONS else None

    def match(self, frame: Frame) -> Matches:
        """Which rows decide; StrategyError where none does and one must."""
        atoms = [own.atoms(frame) for own in self._indexes]
        places = self._looked_up(atoms) if self._every is None else self._every.take(_combined(atoms, self._indexes))
        if not self.table.collects and () in self._sets and (places == self._sets.index(())).any():
            raise StrategyError(f"the table {self.table.name} has no row for an input outside its domain")
        return Matches(places, self._sets)

    def set_outputs(self, matches: Matches, frame: Frame) -> None:
        """Sets the table's outputs in the frame."""
        columns = self._worked_out(matches, frame) if self._computes else self._looked_out(matches, frame)
        for output, column in zip(self.table.outputs, columns, strict=True):
            frame.set(output.name, column)

    def _looked_out(self, matches: Matches, frame: Frame) -> list[Column]:
        key = self, len(matches.sets)
        by_set = frame.pool.made.get(key)
        if by_set is None:
            by_set = frame.pool.made[key] = self._outputs_by_set(matches.sets, frame)
        return [column.take(matches.places) for column in by_set]

    def _outputs_by_set(self, sets: Sequence[Rows], frame: Frame) -> list[Column]:
        some = next(rows for rows in sets if rows or self.table.collects)
        given = [result(self.table, rows if rows or self.table.collects else some) for rows in sets]
        return [
            column_of([values[place] for values in given], own.type, frame.pool)
            for place, own in enumerate(self.table.result_types)
        ]

    def _worked_out(self, matches: Matches, frame: Frame) -> list[Column]:
        """Outputs that are expressions: each set of rows by itself."""
        places = np.broadcast_to(matches.places, (frame.size,))
        parts: list[tuple[Places, list[Column]]] = []
        for place in np.unique(places).tolist():
            rows = np.flatnonzero(places == place)
            parts.append((rows, self._outputs_of(matches.sets[place], frame.subset(rows))))
        return [
            merged(frame.size, [(rows, columns[output]) for rows, columns in parts])
            for output in range(len(self.table.outputs))
        ]

    def _outputs_of(self, rows: Rows, frame: Frame) -> list[Column]:
        found = [
            [evaluate(o, frame) if isinstance(o, Core) else constant(o, frame.pool) for o in row.outputs]
            for row in rows
        ]
        match self.table.hit_policy:
            case "collect count":
                return [constant(len(rows), frame.pool)]
            case "collect sum":
                return [reduce(lambda a, b: arithmetic("+", a, b), (o for (o,) in found), constant(0, frame.pool))]
            case "collect min" | "collect max" as policy:
                extreme = COLUMNAR[policy.removeprefix("collect ")]
                return [extreme(frame, *(o for (o,) in found)) if found else constant(None, frame.pool)]
            case policy if policy in LISTS:
                return [self._listed(found, output, frame) for output in range(len(self.table.outputs))]
            case _:
                (outputs,) = found
                return outputs

    def _listed(self, found: list[list[Column]], output: int, frame: Frame) -> Column:
        type_ = self.table.outputs[output].type
        values = [plain(columns[output], type_, frame.size, frame.pool) for columns in found]
        lists = list(zip(*values, strict=True)) if values else [()] * frame.size
        return column_of(lists, self.table.result_types[output].type, frame.pool)

    def _all_combinations(self) -> Places:
        masks = np.array([(1 << len(self.table.rows)) - 1], object)
        for own in self._indexes:
            masks = np.bitwise_and.outer(masks, np.array(own.masks, object)).ravel()
        return np.array([self._place(mask) for mask in masks.tolist()], np.intp)

    def _looked_up(self, atoms: list[Places]) -> Places:
        combined = np.zeros(1, np.int64)
        room = 1
        for own, index in zip(atoms, self._indexes, strict=True):
            if room * len(index.masks) > _ROOM:
                distinct, combined = np.unique(combined, return_inverse=True)
                room = len(distinct)
            combined = combined * len(index.masks) + own
            room *= len(index.masks)
        _, firsts, places = np.unique(combined, return_index=True, return_inverse=True)
        found = []
        for row in firsts.tolist():
            mask = (1 << len(self.table.rows)) - 1
            for own, index in zip(atoms, self._indexes, strict=True):
                mask &= index.masks[own[row if len(own) > 1 else 0]]
            found.append(self._place(mask))
        return np.array(found, np.intp)[places]

    def _place(self, mask: int) -> int:
        """The number of the set of rows that decide where the rows in the mask match."""
        place = self._place_by_mask.get(mask)
        if place is None:
            rows = _deciding(self.table, mask)
            if rows not in self._sets:
                self._sets.append(rows)
            place = self._place_by_mask[mask] = self._sets.index(rows)
        return place


def _deciding(table: Table, mask: int) -> Rows:
    """As `tables.table.matching` chooses among the rows that match."""
    rows = tuple(row for i, row in enumerate(table.rows) if mask >> i & 1)
    if not rows and table.default is not None:
        return (table.default,)
    return rows if table.collects else rows[:1]


def _combined(atoms: list[Places], dimensions: list[Index]) -> Places:
    found, *others = atoms or [np.zeros(1, np.intp)]
    for own, index in zip(others, dimensions[1:], strict=True):
        found = found * len(index.masks) + own
    return found
