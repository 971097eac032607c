"""What a scorecard makes of its characteristics' points; both evaluators use it."""

from collections.abc import Sequence
from contextlib import suppress

from app.decisioning.engine.model import Characteristic, ScorecardStep
from app.decisioning.engine.telling import as_it_is, shown
from app.decisioning.language.runtime import half_up
from app.decisioning.language.types import Type, as_float
from app.decisioning.strategy import Ready
from app.decisioning.tables.table import Row
from app.domain.decision import Points

_MOST_KEPT = 4_096
_LIKELIEST = {"months": range(481), "years": range(101)}       # of a working life, of a life


def combined(step: ScorecardStep, points: Sequence[int]) -> int:
    """The score in units of the card's scale. Weights are in the points already; an average rounds halves up."""
    match step.combine:
        case "min":
            return step.initial + min(points)
        case "max":
            return step.initial + max(points)
        case "average":
            return step.initial + half_up(sum(points), len(points))
        case _:
            return step.initial + sum(points)


def told(card: Characteristic, row: Row, value: object, points: int, scale: int) -> Points:
    """What the audit record says of one characteristic."""
    (column,) = card.table.inputs
    return Points(card.name, shown(value, column.type), row.cells[0].text, float(as_float(points, scale)))


class Attributes(dict[object, tuple[int, Points]]):
    """A characteristic's points by the value seen, and what is told of it.

    Only for characteristics whose points are plain numbers. Those of the likeliest values are there from the start, the
    others' are worked out when a value is first met; only so many are kept.
    """

    def __init__(self, characteristic: Characteristic, scale: int, ready: Ready = as_it_is) -> None:
        super().__init__()
        self._characteristic = characteristic
        self._scale = scale
        self._ready = ready
        (column,) = characteristic.table.inputs
        for value in _likeliest(column.type):
            with suppress(StopIteration):      # what no row admits is for the proof to find
                self[value]

    def __missing__(self, value: object) -> tuple[int, Points]:
        card = self._characteristic
        row = next(row for row in card.table.rows if row.cells[0].admits(value))
        units = row.outputs[0]
        assert isinstance(units, int)
        found = units, self._ready(told(card, row, value, units, self._scale))
        if len(self) < _MOST_KEPT:
            self[value] = found
        return found


def _likeliest(type_: Type) -> Sequence[object]:
    """Of a type with few values those, of times that people count the ones that they live to see."""
    few: Sequence[object] = sorted(type_.values or ()) or ((False, True) if type_.kind == "boolean" else ())
    if type_.kind == "number":
        counted = _LIKELIEST.get(type_.unit or "", range(0))
        few = counted[max(type_.low or 0, 0) : None if type_.high is None else max(type_.high + 1, 0)]
    return [*few, None] if type_.optional else few
