"""Which of the reasons found on the way are the decision's, and in what order."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from app.decisioning.engine.model import OffersStep, OutcomeStep, ScorecardStep
from app.domain.decision import Offer, Reason

# Beside them, a scorecard's own name stands for the reasons of that card alone.
Group = Literal["ELIGIBILITY", "SCORECARD", "OFFERS", "EVIDENCE", "NONE"]
_MOST_KEPT = 4_096

GROUPS: frozenset[str] = frozenset(get_args(Group))


def of_scorecard(step: ScorecardStep, points: Sequence[int]) -> list[Reason]:
    """Characteristics by points on the bad side of their reference, furthest first; equal ones in the card's order."""
    sign = 1 if step.reason_method == "below" else -1
    lost = [
        (distance, c.reason)
        for c, own in zip(step.characteristics, points, strict=True)
        if (distance := sign * (c.reference - own)) > 0
    ]
    lost.sort(key=lambda pair: -pair[0])
    return [reason for _, reason in lost[: step.reason_limit]]


class CardReasons(dict[tuple[int, ...], list[Reason]]):
    """`of_scorecard` by the points, worked out when a combination is first met; only so many are kept."""

    def __init__(self, step: ScorecardStep) -> None:
        super().__init__()
        self._step = step

    def __missing__(self, points: tuple[int, ...]) -> list[Reason]:
        found = of_scorecard(self._step, points)
        if len(self) < _MOST_KEPT:
            self[points] = found
        return found


def of_offers(step: OffersStep, product: str, dropped: Sequence[tuple[str, Reason]]) -> list[Reason]:
    """Why the requested proposition was dropped; every reason when the product asked for is no proposition itself."""
    requested = [reason for proposition, reason in dropped if proposition == product]
    return requested or [reason for _, reason in dropped]


def parts(because: str) -> list[str]:
    """Groups and codes of a cell such as `BUREAU_SCORE, SCORECARD`."""
    return [part.strip() for part in because.split(",")]


def chosen(
    step: OutcomeStep,
    because: str,
    groups: Mapping[str, Sequence[Reason]],
) -> tuple[Reason, ...]:
    """The groups and codes that the outcome names, in order, then what the evidence lacks; each code once."""
    found = [(step.reasons[part],) if part in step.reasons else groups.get(part, ()) for part in parts(because)]
    return once(*found, groups["EVIDENCE"])


def once(*groups: Sequence[Reason]) -> tuple[Reason, ...]:
    """All reasons in order, each code where it first stands."""
    first: dict[str, Reason] = {}
    for group in groups:
        for reason in group:
            code = reason.code
            if code not in first:
                first[code] = reason
    return tuple(first.values())


def offer_left(offers: Sequence[Offer]) -> str:
    """REQUESTED when the requested proposition is among the offers, else ALTERNATIVE, else NONE."""
    if not offers:
        return "NONE"
    return "REQUESTED" if any(offer.ranking == "REQUESTED" for offer in offers) else "ALTERNATIVE"
