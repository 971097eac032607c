"""Scorecards over columns: each characteristic is a table of one input; the score is combined row by row."""

from dataclasses import dataclass
from functools import reduce

from app.decisioning.batch.columns import Column, constant
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.functions import COLUMNAR, arithmetic, rounded
from app.decisioning.batch.tables import Matches, TableIndex
from app.decisioning.engine.model import Characteristic, ScorecardStep


@dataclass(frozen=True, slots=True)
class Rated:
    """One characteristic: the values seen, which attributes matched, and the points."""

    characteristic: Characteristic
    value: Column
    matches: Matches
    points: Column


@dataclass(frozen=True, slots=True)
class Scored:
    step: ScorecardStep
    score: Column
    rated: list[Rated]


class CardIndex:
    """A scorecard made ready; holds for every batch."""

    def __init__(self, step: ScorecardStep) -> None:
        self.bands = TableIndex(step.bands)
        self._step = step
        self._tables = [TableIndex(characteristic.table) for characteristic in step.characteristics]

    def score(self, frame: Frame) -> Scored:
        """Sets the score in the frame."""
        rated = []
        for characteristic, table in zip(self._step.characteristics, self._tables, strict=True):
            (column,), apart = characteristic.table.inputs, frame.beside()
            matches = table.match(apart)
            table.set_outputs(matches, apart)
            points = apart.column(characteristic.table.outputs[0].name)
            rated.append(Rated(characteristic, evaluate(column.expression, frame), matches, points))
        score = self._combined([own.points for own in rated], frame)
        frame.set(self._step.score, score)
        return Scored(self._step, score, rated)

    def _combined(self, points: list[Column], frame: Frame) -> Column:
        """As engine.scoring combines them."""
        match self._step.combine:
            case "min" | "max" as extreme:
                found = COLUMNAR[extreme](frame, *points)
            case "average":
                found = rounded("half_up", frame, _sum(points), constant(len(points), frame.pool))
            case _:
                found = _sum(points)
        return arithmetic("+", constant(self._step.initial, frame.pool), found)


def _sum(points: list[Column]) -> Column:
    return reduce(lambda left, right: arithmetic("+", left, right), points)
