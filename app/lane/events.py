"""A judgement told to the world: one decision, one segment, one list of offers, sharing a decision_id."""

from collections.abc import Mapping
from typing import cast

from msgspec import Raw

from app.contracts.ids import decision_id, event_id, offer_id, request_id
from app.contracts.names import CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS
from app.decisioning.judgement import Judgement
from app.decisioning.notices.notice import notice_of
from app.decisioning.strategy import Strategy
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import Asked, Case
from app.domain.decision import (
    BureauRequest,
    CreditOffers,
    DecisionMade,
    FactUsed,
    Offer,
    PricedOffer,
    ScoreSegment,
    Verdict,
)

FIRST_VERSION = 1                              # later versions of a decision supersede it


def told(
    judgement: Judgement, verdict: Verdict, strategy: Strategy, cut: Mapping[str, int], *, woken: bool
) -> tuple[DecisionMade, ScoreSegment, CreditOffers]:
    """The three events of a decided case. Ids follow from customer, application and version alone, so that the same
    decision made twice is the same bytes. `cut` is the lane's next offset per input topic, `woken` whether an instant
    that passed brought the decision about, and no record.

    The decision holds the events' own JSON, ready to be encoded: what is read back from the topic is typed again."""
    evidence = judgement.evidence
    application = evidence.application
    customer_id, application_id = application.customer_id, application.application_id
    decision = decision_id(customer_id, application_id, FIRST_VERSION)
    valid_until = evidence.as_of + strategy.offer_validity_ms
    offers = tuple([priced(decision, offer, application.currency, valid_until) for offer in verdict.offers])
    policy = strategy.notices
    made = DecisionMade(
        event_id=event_id(decision, DECISIONS),
        decision_id=decision,
        decision_version=FIRST_VERSION,
        customer_id=customer_id,
        application_id=application_id,
        as_of=evidence.as_of,
        outcome=verdict.outcome,
        segment=verdict.segment,
        basis=verdict.basis,
        reasons=verdict.reasons,
        internal_score=verdict.internal_score,
        bureau_score=verdict.bureau_score,
        aggregates=verdict.aggregates,
        points=verdict.points,
        rows=verdict.rows,
        offers=offers,
        notice=None if policy is None else notice_of(policy, evidence, verdict, judgement.facts),
        missing=evidence.missing,
        facts=tuple([FactUsed(r.topic, r.event_id, r.timestamp) for r in judgement.facts]),
        application=cast(LoanApplication, Raw(judgement.application_json)),
        responses=cast(tuple[BureauResponse, ...], tuple([Raw(json) for json in judgement.responses_json])),
        strategy=strategy.name,
        strategy_version=strategy.version,
        strategy_hash=strategy.content_hash,
        trigger=judgement.trigger,
        cut=dict(cut),
        woken=woken,
    )
    segment = ScoreSegment(
        event_id=event_id(decision, SCORE_SEGMENTS),
        decision_id=decision,
        customer_id=customer_id,
        application_id=application_id,
        as_of=evidence.as_of,
        segment=verdict.segment,
        basis=verdict.basis,
        strategy=strategy.name,
        strategy_version=strategy.version,
    )
    listed = CreditOffers(
        event_id=event_id(decision, CREDIT_OFFERS),
        decision_id=decision,
        customer_id=customer_id,
        application_id=application_id,
        as_of=evidence.as_of,
        segment=verdict.segment,
        outcome=verdict.outcome,
        offers=offers,
    )
    return made, segment, listed


def request(case: Case, asked: Asked, subject: str) -> BureauRequest:
    """Please ask this bureau. Asking again under the same consent has the same event_id."""
    fact = case.application
    if fact is None or case.deadline is None:
        raise ValueError("a bureau is asked only for an application that is there")
    body = fact.body
    return BureauRequest(
        event_id=request_id(case.customer_id, case.application_id, asked.bureau, asked.consent_id),
        customer_id=case.customer_id,
        application_id=case.application_id,
        bureau=asked.bureau,
        requested_at=asked.at,
        answer_by=case.deadline,
        consent_id=asked.consent_id,
        currency=body.currency,
        card=body.card if subject == "CARD" else None,
    )


def priced(decision: str, offer: Offer, currency: str, valid_until: int) -> PricedOffer:
    return PricedOffer(
        offer_id=offer_id(decision, offer.proposition),
        proposition=offer.proposition,
        ranking=offer.ranking,
        rank=offer.rank,
        amount_minor=offer.amount_minor,
        advance_minor=offer.advance_minor,
        currency=currency,
        term_months=offer.term_months,
        annual_rate=offer.annual_rate,
        apr=offer.apr,
        effective_rate=offer.effective_rate,
        instalment_minor=offer.instalment_minor,
        last_instalment_minor=offer.last_instalment_minor,
        total_cost_minor=offer.total_cost_minor,
        valid_until=valid_until,
    )
