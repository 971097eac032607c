"""Two strategies on the same applications: who is decided otherwise, and whose offers change."""

from collections.abc import Iterable

from msgspec import Struct

from app.decisioning.strategy import Strategy
from app.domain.decision import Evidence
from app.domain.quantities import Outcome, Segment

Decided = tuple[Outcome, Segment]


class Outcomes(Struct, frozen=True):
    """Application ids, in the order in which they were given."""

    moves: dict[tuple[Decided, Decided], list[str]]      # (old, new) -> applications; the same for both included
    offers_changed: list[str]                  # decided alike, with other offers
    reasons_changed: list[str]                 # decided alike, for other reasons
    unserved: list[str]                        # of a product that one of the two does not serve

    @property
    def cases(self) -> int:
        return sum(map(len, self.moves.values()))

    @property
    def decided_otherwise(self) -> int:
        return sum(len(ids) for (old, new), ids in self.moves.items() if old != new)


def compare_outcomes(evidences: Iterable[Evidence], old: Strategy, new: Strategy) -> Outcomes:
    """Both decide every application on the same evidence. A bureau that only one of them asks was not heard."""
    found = Outcomes({}, [], [], [])
    served = old.products & new.products
    for evidence in evidences:
        application = evidence.application.application_id
        if evidence.application.product not in served:
            found.unserved.append(application)
            continue
        before, after = old.decide(evidence), new.decide(evidence)
        move = (before.outcome, before.segment), (after.outcome, after.segment)
        found.moves.setdefault(move, []).append(application)
        if move[0] == move[1]:
            if before.offers != after.offers:
                found.offers_changed.append(application)
            if before.reasons != after.reasons:
                found.reasons_changed.append(application)
    return found
