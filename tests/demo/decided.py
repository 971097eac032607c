"""Decisions of the demo's customers, made by the shipped strategy without Kafka."""

from functools import cache

import msgspec

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.decisioning.judgement import Judgement
from app.decisioning.strategy import BureauPolicy
from app.demo.bureau import respond
from app.demo.dataset import rows
from app.demo.german_credit import application
from app.demo.watch import Decided
from app.domain.application import LoanApplication
from app.domain.case import Received
from app.domain.decision import BureauRequest, DecisionMade, Evidence, Missing
from app.lane.events import told
from app.strategies.shelf import load_shelf

AT = 1_790_000_000_000                         # 2026-09-21T14:13:20Z


@cache
def decided(number: int) -> Decided:
    """Row `number`, decided at AT with every bureau's answer, read 50 ms later."""
    made = application(rows()[number - 1], lambda _: "pan.v1.demo." + "A" * 60)
    strategy = load_shelf().in_force(made.product, AT)
    assert strategy is not None
    asked = [policy for policy in strategy.bureaus if policy.subject == "PERSON" or made.card is not None]
    answers = [respond(_request(made, policy)) for policy in asked]
    hits = tuple(answer for answer in answers if answer.result == "HIT")
    missing = tuple(
        Missing(policy.name, "CARD_NOT_GIVEN")
        for policy in strategy.bureaus
        if policy.name not in {hit.bureau for hit in hits}
    )
    evidence = Evidence(made, hits, missing, AT)
    facts = (
        _received(CONSENTS, f"consent-{number:04d}", AT - 3_000),
        _received(LOAN_APPLICATIONS, made.event_id, AT - 200),
        *(_received(BUREAU_RESPONSES, hit.event_id, AT) for hit in hits),
    )
    judgement = Judgement(
        "COMPLETE", evidence, facts, msgspec.json.encode(made), tuple(msgspec.json.encode(hit) for hit in hits)
    )
    decision = told(judgement, strategy.decide(evidence), strategy, {}, woken=False)[0]
    return Decided(msgspec.json.decode(msgspec.json.encode(decision), type=DecisionMade), 0.05)


def _request(made: LoanApplication, policy: BureauPolicy) -> BureauRequest:
    return BureauRequest(
        event_id="request",
        customer_id=made.customer_id,
        application_id=made.application_id,
        bureau=policy.name,
        requested_at=AT,
        answer_by=AT,
        consent_id="consent",
        currency="EUR",
        card=made.card if policy.subject == "CARD" else None,
    )


def _received(topic: str, event_id: str, at: int) -> Received:
    return Received(topic=topic, event_id=event_id, timestamp=at, offset=0, size=1)
