"""What a strategy says about a case, and the events that tell the world."""

from typing import Literal

from msgspec import Struct

from app.domain.application import Card, LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.notice import Notice
from app.domain.quantities import Basis, Millis, Outcome, Segment, Trigger
from app.domain.reason import Reason as Reason  # noqa: PLC0414 - exported from here too

Ranking = Literal["REQUESTED", "ALTERNATIVE"]


class Missing(Struct, frozen=True, gc=False):
    """Why a bureau's data could not be used: CONSENT_NOT_GIVEN, CONSENT_MISSING, CONSENT_EXPIRED, CONSENT_WITHDRAWN,
    CONSENT_NOT_YET_VALID, BUREAU_TIMEOUT, BUREAU_ERROR, BUREAU_NO_HIT, CARD_NOT_GIVEN."""

    bureau: str
    reason_code: str


class Evidence(Struct, frozen=True, gc=False):
    """All that a strategy may look at, as of one instant. Bureau data without valid consent is not in it."""

    application: LoanApplication
    responses: tuple[BureauResponse, ...]      # HITs usable at as_of, in the strategy's bureau order
    missing: tuple[Missing, ...]               # the other bureaus, in the same order
    as_of: Millis
    applied_at: Millis | None = None           # the application's record timestamp; None where as_of stands for it


class Points(Struct, frozen=True, gc=False):
    """One scorecard characteristic: the value seen, the attribute (bin) matched and its points."""

    characteristic: str
    value: str | int | float | bool | None
    attribute: str
    points: float


class RowMatch(Struct, frozen=True, gc=False):
    """Which row (1-based) of which table decided."""

    table: str
    row: int


class Offer(Struct, frozen=True, gc=False):
    """A priced proposition. Rates are decimals a year (0.0590); money is minor units of the application's currency."""

    proposition: str
    ranking: Ranking
    rank: int                                  # 1 is the best
    amount_minor: int                          # what bears interest
    advance_minor: int                         # what is paid out: the amount, less the fees kept back or lent with it
    term_months: int
    annual_rate: float                         # nominal, a twelfth of it a month
    apr: float                                 # Regulation Z, appendix J, to 1/100 of a percent
    effective_rate: float                      # the European annual percentage rate of charge, likewise
    instalment_minor: int                      # each month but the last
    last_instalment_minor: int                 # absorbs what rounding left over
    total_cost_minor: int                      # everything repaid, less what is paid out
    maximum_payment_minor: int


class Verdict(Struct, frozen=True, gc=False):
    """What the strategy decided, and everything needed to say why."""

    outcome: Outcome
    reasons: tuple[Reason, ...]                # in order of weight
    segment: Segment
    basis: Basis
    internal_score: float | None
    bureau_score: int | None
    offers: tuple[Offer, ...]                  # ranked, best first
    aggregates: dict[str, int | float | str | bool | None]   # age, total_liabilities_minor, ...; None when unknown
    points: tuple[Points, ...]
    rows: tuple[RowMatch, ...]


class FactUsed(Struct, frozen=True, gc=False):
    topic: str
    event_id: str
    timestamp: Millis


class PricedOffer(Struct, frozen=True, kw_only=True, gc=False):
    offer_id: str
    proposition: str
    ranking: Ranking
    rank: int
    amount_minor: int
    advance_minor: int
    currency: str
    term_months: int
    annual_rate: float
    apr: float
    effective_rate: float
    instalment_minor: int
    last_instalment_minor: int
    total_cost_minor: int
    valid_until: Millis


class ScoreSegment(Struct, frozen=True, kw_only=True, gc=False):
    """Output event: carries no fact about the person."""

    event_id: str
    decision_id: str
    customer_id: str
    application_id: str
    as_of: Millis
    segment: Segment
    basis: Basis
    strategy: str
    strategy_version: int


class CreditOffers(Struct, frozen=True, gc=False, kw_only=True):
    """Output event: an empty list says "none", no event says "not yet"."""

    event_id: str
    decision_id: str
    customer_id: str
    application_id: str
    as_of: Millis
    segment: Segment
    outcome: Outcome
    offers: tuple[PricedOffer, ...]


class DecisionMade(Struct, frozen=True, gc=False, kw_only=True):
    """Output event: the audit record; restricted access. `trigger`, `cut` and `woken` tell how the case came to be
    decided; they are left out where bytes are compared between orders of arrival."""

    event_id: str
    decision_id: str
    decision_version: int
    customer_id: str
    application_id: str
    as_of: Millis
    outcome: Outcome
    segment: Segment
    basis: Basis
    reasons: tuple[Reason, ...]
    internal_score: float | None
    bureau_score: int | None
    aggregates: dict[str, int | float | str | bool | None]
    points: tuple[Points, ...]
    rows: tuple[RowMatch, ...]
    offers: tuple[PricedOffer, ...]
    notice: Notice | None = None               # what the applicant must be told in writing, if anything
    missing: tuple[Missing, ...]
    facts: tuple[FactUsed, ...]
    application: LoanApplication
    responses: tuple[BureauResponse, ...]
    strategy: str
    strategy_version: int
    strategy_hash: str
    trigger: Trigger
    cut: dict[str, int]                        # input topic -> the lane's next offset when it decided
    woken: bool = False                        # brought about by an instant that passed, not by a record


class BureauRequest(Struct, frozen=True, gc=False, kw_only=True):
    """Output event: please ask this bureau. Deterministic event_id, so that asking twice is asking once."""

    event_id: str
    customer_id: str
    application_id: str
    bureau: str
    requested_at: Millis
    answer_by: Millis
    consent_id: str
    currency: str
    card: Card | None = None
