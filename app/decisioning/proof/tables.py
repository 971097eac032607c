"""Everything that is amiss with one decision table, whatever the steps before it do."""

from collections.abc import Iterator
from itertools import islice

from app.decisioning.proof.cover import Box, UndecidedError, Work, meet
from app.decisioning.proof.findings import Finding, listed
from app.decisioning.proof.grid import Grid, grid
from app.decisioning.proof.hints import gap_finding, overlap_advice
from app.decisioning.tables.table import Table

FULL_WORK = 1_200_000                          # units, see cover.Work: three seconds at most
QUICK_WORK = 100_000
MOST_OF_A_KIND = 5                             # holes or conflicts told of one table; mending them shows the others


def examine(table: Table, work: int = FULL_WORK, most: int = MOST_OF_A_KIND) -> Iterator[Finding]:
    """Rows that match nothing, overlaps, rows never reached, gaps, and, if there is none of these, unused columns.

    Exact over the names that the columns read, each with any value of its type: columns that read the same names are
    proved together. What the bounded work leaves open is told as `unproved`; of each kind at most `most` are told.
    """
    try:
        proof = _Examination(table, grid(table), work)
    except UndecidedError as error:
        yield Finding("unproved", f"table {table.name}: not proved: {error}; give its inputs' parts names of their own")
        return
    amiss = False
    for look in (proof.never, proof.overlaps, proof.shadowed, proof.gaps):
        for finding in islice(look(), most):
            amiss = True
            yield finding
    if not amiss:
        yield from proof.unused()


class _Examination:
    def __init__(self, written: Table, own: Grid, work: int) -> None:
        self._written = written
        self._grid = own
        self._table = own.table
        self._name = f"table {own.table.name}"
        self._all_work = work
        self._purse = Work(work)
        self._decides = not own.table.collects
        self._impossible: set[int] = set()     # numbers of rows of which that was told

    def _outside(self, region: Box, boxes: list[Box], share: int = 1) -> Box | None:
        """A search with at most a share of all work."""
        allowed = Work(min(self._purse.left, self._all_work // share))
        before = allowed.left
        try:
            return self._grid.outside(region, boxes, allowed)
        finally:
            self._purse.left -= before - max(allowed.left, 0)

    def never(self) -> Iterator[Finding]:
        """Rows for inputs that there are not: outside the domain, or never together."""
        for row, box in zip(self._table.rows, self._grid.boxes, strict=True):
            empty = [place for place, mask in enumerate(box) if not mask]
            if empty:
                what = f"{self._table.inputs[empty[0]].label} is never `{row.cells[empty[0]].text}`"
            elif self._grid.dependent and self._is_empty(box):
                what = "its conditions never hold together"
            else:
                continue
            self._impossible.add(row.number)
            yield Finding(
                "never", f"{self._name}: row {row.number} is never reached: {what}; correct or delete it", row.number
            )

    def _is_empty(self, box: Box) -> bool:
        try:
            return self._outside(box, [], 20) is None
        except UndecidedError:
            return False

    def overlaps(self) -> Iterator[Finding]:
        """Pairs of rows that match a common input where the hit policy allows one row only, or only equal outputs."""
        policy = self._table.hit_policy
        if policy not in ("unique", "any"):
            return
        rows, boxes = self._table.rows, self._grid.boxes
        for j, second in enumerate(rows):
            for i, first in enumerate(rows[:j]):
                common = meet(boxes[i], boxes[j])
                if common is None or (policy == "any" and first.outputs == second.outputs):
                    continue
                try:
                    point = self._outside(common, [], 20)
                except UndecidedError:
                    question = f"whether rows {first.number} and {second.number} ever match together"
                    yield self._open(question, second.number)
                    continue
                if point is None:
                    continue
                values = self._grid.values(point)
                yield Finding(
                    "overlap",
                    f"{self._name}: rows {first.number} and {second.number} both match {self._grid.said(values)}: "
                    f"{overlap_advice(self._grid, i, j)}",
                    second.number,
                    values,
                )

    def shadowed(self) -> Iterator[Finding]:
        """Rows that never decide because rows tried before them take all that they match."""
        if not self._decides or self._table.hit_policy == "unique":
            return
        rows, boxes = self._table.rows, self._grid.boxes
        undecided = []
        for i, row in enumerate(rows):
            if row.number in self._impossible:
                continue
            before = [box for box in boxes[:i] if meet(box, boxes[i]) is not None]
            try:
                if self._outside(boxes[i], before, 20) is not None:
                    continue
            except UndecidedError:
                undecided.append(row.number)
                continue
            takers = [rows[k].number for k in range(i) if meet(boxes[k], boxes[i]) is not None]
            if not takers:                     # impossible, too, but one too many to be told
                continue
            yield Finding(
                "shadowed",
                f"{self._name}: row {row.number} is never reached: {self._takers(takers)} all that it matches; "
                "move or delete it",
                row.number,
            )
        if undecided:
            rows_said = f"row{'s' * (len(undecided) > 1)} {listed(undecided)}"
            yield self._open(f"whether {rows_said} can ever decide", undecided[0])

    def _takers(self, numbers: list[int]) -> str:
        before = "of higher priority" if self._table.hit_policy == "priority" else "before it"
        if len(numbers) == 1:
            return f"row {numbers[0]} {before} takes"
        return f"rows {listed(numbers)} {before} take" if len(numbers) <= 4 else f"rows {before} take"

    def gaps(self) -> Iterator[Finding]:
        """Inputs that no row matches; of a table in which several rows may decide, no row may well be the answer."""
        boxes = list(self._grid.boxes)
        while self._decides and self._table.default is None:
            try:
                point = self._outside(self._grid.everything, boxes)
            except UndecidedError:
                yield self._open("whether every input matches a row", None)
                return
            if point is None:
                return
            yield gap_finding(self._grid, self._name, point)
            boxes.append(self._grid.hole(point))

    def unused(self) -> Iterator[Finding]:
        """Columns that change nothing: `any` throughout, or no two rows with different outputs differ by them alone."""
        boxes = self._grid.boxes
        used = {place for box in boxes for place, own in enumerate(self._grid.axes) if box[place] != own.everything}
        if self._table.hit_policy in ("unique", "any") and not self._grid.dependent:
            used &= self._telling()
        used |= {place for row in self._written.rows for place, cell in enumerate(row.cells) if cell.relations}
        for place, column in enumerate(self._table.inputs):
            if place not in used:
                yield Finding(
                    "unused",
                    f"{self._name}: {column.label} changes nothing, whatever its value: delete the column",
                    column=place,
                )

    def _telling(self) -> set[int]:
        """Columns in which alone two rows with different outputs keep apart; the order of rows plays no part."""
        found: set[int] = set()
        rows, boxes = self._table.rows, self._grid.boxes
        for j, second in enumerate(boxes):
            for i in range(j):
                apart = [k for k, (a, b) in enumerate(zip(boxes[i], second, strict=True)) if not a & b]
                if len(apart) == 1 and rows[i].outputs != rows[j].outputs:
                    found.add(apart[0])
        return found

    def _open(self, question: str, row: int | None) -> Finding:
        return Finding(
            "unproved",
            f"{self._name}: not proved {question}: the search was stopped after {self._all_work:,} steps; "
            "split the table in two steps, or make its columns fewer or coarser",
            row,
        )
