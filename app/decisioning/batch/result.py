"""What a batch decided: columns at once, whole verdicts when they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from app.decisioning.batch.columns import Array, Column, Pool
from app.decisioning.batch.flow import Part
from app.decisioning.batch.offers import TOLD
from app.decisioning.batch.reading import Reading
from app.decisioning.batch.verdicts import verdicts_of
from app.decisioning.engine.standing import unscored
from app.decisioning.language.loans import DISCLOSED_SCALE
from app.domain.decision import Verdict
from app.domain.quantities import Basis, Outcome, Segment

OUTCOMES: tuple[str, ...] = get_args(Outcome)
SEGMENTS: tuple[str, ...] = get_args(Segment)
BASES: tuple[str, ...] = get_args(Basis)

Codes = NDArray[np.int8]
NO_BUREAU_SCORE = -1


@dataclass(frozen=True)
class OfferColumns:
    """One proposition: `rank` is 0 where it is not offered, and the other columns mean nothing there.

    Money is in minor units of the row's currency; it is Python's integers (dtype object) where 63 bits are too few.
    """

    rank: Array
    amount: Array
    advance: Array
    term: Array
    annual_rate: NDArray[np.float64]           # a decimal a year, as the two that follow
    apr: NDArray[np.float64]
    effective_rate: NDArray[np.float64]
    instalment: Array
    last_instalment: Array
    total_cost: Array
    maximum_payment: Array


class BatchResult:
    """`outcome`, `segment` and `basis` are codes of OUTCOMES, SEGMENTS and BASES; rows stand as they were given."""

    def __init__(self, reading: Reading, parts: Sequence[Part]) -> None:
        self._reading = reading
        self._parts = parts
        size = reading.size
        declined = np.array([own.state == "DECLINE" for own in reading.standings], bool)[reading.standing_of]
        self.outcome: Codes = np.where(declined, OUTCOMES.index("DECLINE"), OUTCOMES.index("REFER")).astype(np.int8)
        self.segment: Codes = np.full(size, SEGMENTS.index("UNSCORED"), np.int8)
        self.basis: Codes = np.full(size, BASES.index("NONE"), np.int8)
        self.score: NDArray[np.float64] = np.full(size, np.nan)
        self.bureau_score: Array = np.full(size, NO_BUREAU_SCORE, np.int64)
        for part in parts:
            self._take(part)

    def __len__(self) -> int:
        return self._reading.size

    @cached_property
    def offers(self) -> dict[str, OfferColumns]:
        """By proposition. Offers that the outcome does not tell are not offered."""
        return {name: self._offered(name) for name in dict.fromkeys(m.proposition for p in self._parts for m in p.made)}

    def verdicts(self) -> list[Verdict]:
        """Every row's verdict, with reasons, points, rows and offers, equal to the row evaluator's."""
        standings = self._reading.standings
        alone = [unscored(own) if own.responses is None else None for own in standings]
        found: list[Any] = [alone[place] for place in self._reading.standing_of.tolist()]
        for part in self._parts:
            for row, verdict in zip(part.rows.tolist(), verdicts_of(part, self._reading), strict=True):
                found[row] = verdict
        return found

    def _take(self, part: Part) -> None:
        rows, frame = part.rows, part.frame
        for name, codes, known in (
            ("outcome", self.outcome, OUTCOMES), ("segment", self.segment, SEGMENTS), ("basis", self.basis, BASES)
        ):
            codes[rows] = _codes(frame.column(name), frame.pool, known)
        for own in part.scored:
            if own.step is part.internal_card:
                self.score[rows] = own.score.values / 10**own.step.scale
        bureau = frame.column("bureau_score")
        self.bureau_score[rows] = bureau.where_missing(NO_BUREAU_SCORE)

    def _offered(self, proposition: str) -> OfferColumns:
        size = len(self)
        found: dict[str, Array] = {name: np.zeros(size, np.int64) for name in ("rank", *TOLD)}
        scale = 0
        made = [(part, own) for part in self._parts for own in part.made if own.proposition == proposition]
        for part, own in made:
            scale = part.rate_scale
            rows = part.rows[own.rows]
            for name, values in [("rank", own.rank * part.tells_offers()[own.rows])] + [
                (name, own.columns[name].values) for name in TOLD
            ]:
                if values.dtype == object:
                    found[name] = found[name].astype(object)
                found[name][rows] = values
        scales = {"annual_rate": scale, "apr": DISCLOSED_SCALE, "effective_rate": DISCLOSED_SCALE}
        return OfferColumns(**{**found, **{name: found[name] / 10**own for name, own in scales.items()}})


def _codes(column: Column, pool: Pool, known: tuple[str, ...]) -> Codes:
    places = np.array([known.index(text) if text in known else 0 for text in pool.values_by_code], np.int8)
    return places[column.values]
