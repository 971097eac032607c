"""What the decisions were worth, now that we know who paid back: bad rates, Gini, percentiles. Plain arithmetic.

Cut-offs and scales are set on one half of the applications and every figure comes from the other half, so that nothing
is measured on what it was set on.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from math import ceil
from statistics import fmean, pstdev
from typing import TypeVar

from msgspec import Struct

K = TypeVar("K", bound=Hashable)


class Hindsight(Struct, frozen=True):
    """One decided application with hindsight. Scores: high is low risk; None where there was none."""

    number: int                                # the row, from 1
    segment: str
    internal_score: float | None
    bureau_score: float | None
    bad: bool


class BadRate(Struct, frozen=True):
    count: int
    bad: int

    @property
    def rate(self) -> float:
        return self.bad / self.count if self.count else 0.0


class Band(Struct, frozen=True):
    """Applications whose score lies in [from_score, below); None is open."""

    from_score: float | None
    below: float | None
    result: BadRate


class Figures(Struct, frozen=True):
    """Everything here is measured on the half on which nothing was set."""

    measured_on: int
    segments: dict[str, BadRate]
    gini_internal: float | None
    gini_bureau: float | None
    gini_combined: float | None                # where both scores are there
    gini_segment: float | None                 # RED < YELLOW < GREEN, as decided
    bands: tuple[Band, ...]                    # thirds of the combined score, cut on the first half


_ORDER = {"RED": 0.0, "YELLOW": 1.0, "GREEN": 2.0}


def figures(outcomes: Iterable[Hindsight]) -> Figures:
    """Cut-offs and scales from the odd rows, figures from the even rows."""
    everything = list(outcomes)
    setting = [o for o in everything if o.number % 2 == 1]
    measured = [o for o in everything if o.number % 2 == 0]
    scale = _Combined.on(setting)
    return Figures(
        measured_on=len(measured),
        segments=bad_rates((o.segment, o.bad) for o in measured),
        gini_internal=gini((o.internal_score, o.bad) for o in measured),
        gini_bureau=gini((o.bureau_score, o.bad) for o in measured),
        gini_combined=gini((scale.score(o), o.bad) for o in measured),
        gini_segment=gini((_ORDER.get(o.segment), o.bad) for o in measured),
        bands=_bands([(scale.score(o), o.bad) for o in measured], cut_offs([scale.score(o) for o in setting], 3)),
    )


def bad_rates(results: Iterable[tuple[K, bool]]) -> dict[K, BadRate]:
    """How many were bad, by group."""
    counts: dict[K, list[int]] = {}
    for group, bad in results:
        of_group = counts.setdefault(group, [0, 0])
        of_group[0] += 1
        of_group[1] += bad
    return {group: BadRate(count, bad) for group, (count, bad) in counts.items()}


def gini(scored: Iterable[tuple[float | None, bool]]) -> float | None:
    """2 AUC - 1: 1 when every bad scores below every good, 0 when the score tells nothing, ties half. None when there
    is no bad or no good. Those without a score are left out."""
    by_score = sorted(bad_rates((score, bad) for score, bad in scored if score is not None).items(), key=lambda s: s[0])
    bads = sum(rate.bad for _, rate in by_score)
    goods = sum(rate.count - rate.bad for _, rate in by_score)
    if not bads or not goods:
        return None
    ordered = 0.0                              # pairs (bad, good) in the right order, a tie counting half
    bads_below = 0
    for _, rate in by_score:
        ordered += (rate.count - rate.bad) * (bads_below + rate.bad / 2)
        bads_below += rate.bad
    return 2 * ordered / (bads * goods) - 1


def cut_offs(scores: Iterable[float | None], parts: int) -> tuple[float, ...]:
    """The scores at which equal parts begin, lowest part aside."""
    known = sorted(s for s in scores if s is not None)
    return tuple(known[len(known) * part // parts] for part in range(1, parts)) if known else ()


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank: the least value that at least so many per cent do not exceed. ValueError when there is none."""
    if not values:
        raise ValueError("no values, so no percentile")
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


class _Combined(Struct, frozen=True):
    """Internal and bureau score added up, each in its own standard deviations."""

    internal: tuple[float, float]              # mean, standard deviation
    bureau: tuple[float, float]

    @classmethod
    def on(cls, outcomes: Sequence[Hindsight]) -> "_Combined":
        return cls(
            _mean_and_deviation([o.internal_score for o in outcomes]),
            _mean_and_deviation([o.bureau_score for o in outcomes]),
        )

    def score(self, outcome: Hindsight) -> float | None:
        if outcome.internal_score is None or outcome.bureau_score is None:
            return None
        return _standardised(outcome.internal_score, *self.internal) + _standardised(outcome.bureau_score, *self.bureau)


def _standardised(score: float, mean: float, deviation: float) -> float:
    return (score - mean) / deviation


def _mean_and_deviation(scores: Sequence[float | None]) -> tuple[float, float]:
    known = [s for s in scores if s is not None]
    return (fmean(known), pstdev(known) or 1.0) if known else (0.0, 1.0)


def _bands(scored: Sequence[tuple[float | None, bool]], cuts: Sequence[float]) -> tuple[Band, ...]:
    edges = [None, *cuts, None]
    bands = []
    for low, high in pairwise(edges):
        inside = [
            bad
            for score, bad in scored
            if score is not None and (low is None or score >= low) and (high is None or score < high)
        ]
        bands.append(Band(low, high, BadRate(len(inside), sum(inside))))
    return tuple(bands)
