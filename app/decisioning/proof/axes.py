"""An input's domain cut into pieces that no cell of its column tells apart; a cell is then a set of them, a bit mask.

Numbers and dates are cut where a cell begins or ends, so a piece is an interval of whole units; of texts and truths
each value is a piece, and one more stands for all texts that no cell names. What may be missing has a piece for that.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.decisioning.language.types import Type
from app.decisioning.tables.cells import Cell, Interval

Plain = int | str | bool | None                # a value as cells test it: dates as day numbers, None is missing
Piece = Interval | str | bool | None

_FIRST_DAY, _LAST_DAY = 1, date.max.toordinal()
_SOME_DAY = date(2000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Axis:
    """`pieces`: intervals ascending, or values; last None if it may be missing. `masks`: those of each cell."""

    type: Type
    pieces: tuple[Piece, ...]
    masks: tuple[int, ...]

    @property
    def everything(self) -> int:
        return (1 << len(self.pieces)) - 1

    @property
    def ordered(self) -> bool:
        return self.type.kind in ("number", "date")

    def sample(self, place: int) -> Plain:
        """One value of a piece: an interval's least, or its greatest when it begins where there is no telling."""
        found = self.pieces[place]
        if not isinstance(found, tuple):
            return found
        low, high = found
        if self.type.kind == "date" and low == _FIRST_DAY:
            return _SOME_DAY if high == _LAST_DAY else high
        return low if low is not None else high if high is not None else 0


def bounds(type_: Type) -> Interval:
    """The least and greatest value of a number or date, in its units; None where there is none."""
    return (_FIRST_DAY, _LAST_DAY) if type_.kind == "date" else (type_.low, type_.high)


def axis(type_: Type, cells: Sequence[Cell]) -> Axis:
    """The domain of a column with these cells."""
    pieces: list[Piece]
    masks: list[int]
    if type_.kind in ("number", "date"):
        pieces, masks = _intervals(type_, cells)
    else:
        pieces = [*_values(type_, cells)]
        masks = [sum(1 << place for place, value in enumerate(pieces) if cell.admits(value)) for cell in cells]
    if type_.optional:
        masks = [mask | cell.missing << len(pieces) for mask, cell in zip(masks, cells, strict=True)]
        pieces.append(None)
    return Axis(type_, tuple(pieces), tuple(masks))


def _values(type_: Type, cells: Sequence[Cell]) -> list[str] | list[bool]:
    if type_.kind == "boolean":
        return [False, True]
    if type_.values is not None:
        return sorted(type_.values)
    named = {str(member) for cell in cells for member in cell.members}
    return [*sorted(named), unlike(named)]


def unlike(named: set[str]) -> str:
    """A text that no cell names: it stands for all others."""
    return next(text for text in (f"OTHER{'_' * i}" for i in range(len(named) + 1)) if text not in named)


def _intervals(type_: Type, cells: Sequence[Cell]) -> tuple[list[Piece], list[int]]:
    least, greatest = bounds(type_)
    starts = {low for cell in cells for low, _ in cell.intervals if low is not None}
    starts |= {high + 1 for cell in cells for _, high in cell.intervals if high is not None}
    inner = sorted(s for s in starts if (least is None or s > least) and (greatest is None or s <= greatest))
    pieces: list[Piece] = list(zip([least, *inner], [*(s - 1 for s in inner), greatest], strict=True))
    masks = []
    for cell in cells:
        mask = 0
        for low, high in cell.intervals:
            begins = low is None or greatest is None or low <= greatest
            ends = high is None or least is None or high >= least
            if begins and ends:
                first = 0 if low is None else bisect_right(inner, low)
                last = len(inner) if high is None else bisect_right(inner, high)
                mask |= (2 << last) - (1 << first)
        masks.append(mask)
    return pieces, masks


def shown(value: Plain, type_: Type) -> str:
    """A value as a person would write it."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if type_.kind == "date":
        return date.fromordinal(min(max(value, _FIRST_DAY), _LAST_DAY)).isoformat()
    if not type_.scale:
        return str(value)
    whole, fraction = divmod(abs(value), 10**type_.scale)
    digits = str(fraction).rjust(type_.scale, "0").rstrip("0") or "0"
    return f"{'-' * (value < 0)}{whole}.{digits}"
