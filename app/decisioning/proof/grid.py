"""A decision table as boxes: an axis a column, a box a row."""

from collections.abc import Sequence

from app.decisioning.proof.axes import Axis, Plain, axis, shown
from app.decisioning.proof.cover import Box, UndecidedError, Work, uncovered, with_axis
from app.decisioning.proof.ties import Ties, tied_columns
from app.decisioning.tables.comparisons import comparison_said, comparisons_as_columns
from app.decisioning.tables.table import Table


class Grid:
    """`ties` know how columns depend on each other; without them every combination of their values can be."""

    def __init__(
        self, table: Table, axes: tuple[Axis, ...], ties: Ties | None, only_compared: frozenset[int] = frozenset()
    ) -> None:
        self.table = table
        self._only_compared = only_compared    # columns whose value by itself says nothing
        self.axes = axes
        self.boxes: list[Box] = [tuple(a.masks[i] for a in axes) for i in range(len(table.rows))]
        self.everything: Box = tuple(a.everything for a in axes)
        self._ties = ties
        self._excluded: list[Box] = []

    @property
    def dependent(self) -> bool:
        return self._ties is not None

    def outside(self, region: Box, boxes: Sequence[Box], work: Work) -> Box | None:
        """A point of the region that can be and is in no box. UndecidedError, too, when a point may or may not be."""
        unsure: list[Box] = []
        while True:
            point = uncovered(region, [*boxes, *self._excluded, *unsure], work)
            if point is None:
                if unsure:
                    raise UndecidedError("whether some inputs can be together is not followed")
                return None
            can_be = True if self._ties is None else self._ties.can_be(point)
            if can_be:
                return point
            if can_be is None:
                unsure.append(point)
            elif self._ties is not None:
                self._excluded.append(self._ties.impossible(point))

    def hole(self, point: Box) -> Box:
        """A box around a point that no row matches, as large as it gets axis by axis, and matched nowhere either."""
        box = point
        for place, own in enumerate(self.axes):
            taken = 0
            for row in self.boxes:
                if all(row[k] & box[k] for k in range(len(box)) if k != place):
                    taken |= row[place]
            free = own.everything & ~taken
            box = with_axis(box, place, _run(free, point[place]) if own.ordered else free)
        return box

    def matching(self, point: Box) -> list[int]:
        """Places of the rows that match a point, in the order in which they are tried."""
        return [i for i, box in enumerate(self.boxes) if all(own & one for own, one in zip(box, point, strict=True))]

    def values(self, point: Box) -> tuple[Plain, ...]:
        return tuple(a.sample(mask.bit_length() - 1) for a, mask in zip(self.axes, point, strict=True))

    def said(self, values: Sequence[Plain]) -> str:
        """`bureau score = 600, card score = missing, income < expenses`."""
        compared = [comparison_said(*pair) for pair in zip(self.table.inputs, values, strict=True)]
        return ", ".join(
            f"{column.label} = {shown(value, column.type)}" if comparison is None else comparison
            for place, (column, value, comparison) in enumerate(zip(self.table.inputs, values, compared, strict=True))
            if place not in self._only_compared
        )


def grid(table: Table) -> Grid:
    """The boxes of a table, comparisons with other inputs in columns of their own."""
    compared = {place for row in table.rows for place, cell in enumerate(row.cells) if cell.relations}
    table = comparisons_as_columns(table)
    axes = tuple(
        axis(column.type, [row.cells[place] for row in table.rows]) for place, column in enumerate(table.inputs)
    )
    tied = tied_columns(table)
    only_compared = frozenset(place for place in compared if len(axes[place].pieces) == 1)
    return Grid(table, axes, Ties(table, tied, axes) if tied else None, only_compared)


def _run(free: int, piece: int) -> int:
    """The pieces of `free` that follow each other around one of them."""
    run = piece
    while (wider := (run | run << 1 | run >> 1) & free) != run:
        run = wider
    return run
