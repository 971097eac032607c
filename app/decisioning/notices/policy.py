"""What a strategy says about notices: its `notices` section, ready to be used."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.notice import Agency, Correspondent, Right
from app.domain.quantities import Millis, Segment
from app.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class DisclosedScore:
    """A bureau score that decides: the pick that takes it from the answers, and the range that its model can give."""

    pick: str
    score_type: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class LesserTerms:
    """Why the requested proposition is offered, but not as asked for.

    `ceiling` is the proposition's largest amount by (currency, proposition): an offer that reaches it is limited by the
    product, a smaller one by what the applicant can repay.
    """

    ceiling: Mapping[tuple[str, str], int]
    at_ceiling: Reason
    affordable: Reason
    other_term: Reason


@dataclass(frozen=True, slots=True)
class Lever:
    """One fact that can come out otherwise, and what counts as one step: distances are told in steps.

    `step` by currency, in the fact's own units (days for dates); for values without order it is None, and any change
    counts as `steps`. `score_type` and `data_set` say what a bureau states, where the lever is a pick.
    """

    name: str
    step: Mapping[str, int] | None
    steps: int = 1
    score_type: str | None = None
    data_set: str | None = None
    scale: int = 0                             # decimals of the data set


@dataclass(frozen=True, slots=True)
class NoticePolicy:
    """Texts and constants are made once, when the strategy is loaded, and shared by all its notices."""

    creditor: Correspondent
    supervisor: Correspondent
    agencies: Mapping[str, Agency]             # by bureau
    rights: tuple[Right, ...]                  # of everybody who gets a notice
    rights_with_report: tuple[Right, ...]      # the same and more, when a bureau's report was used
    top_tier: Segment
    scores: tuple[DisclosedScore, ...]
    told_by_factors: Mapping[str, str]         # reason code -> pick of the score whose key factors stand in for it
    not_reasons: frozenset[str]                # codes that introduce an outcome without explaining it
    inquiries: frozenset[str]                  # codes of score factors about inquiries
    lesser: LesserTerms
    send_within_ms: Millis
    counter_offer_ms: Millis
    keep_ms: Millis
    levers: tuple[Lever, ...]
