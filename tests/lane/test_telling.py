"""A decision told by fragments is the very bytes that the plain way gives."""

import sys
from itertools import islice
from types import FrameType
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.contracts.encode import encode_body
from app.contracts.names import CREDIT_OFFERS, DECISIONS, INPUTS, SCORE_SEGMENTS
from app.decisioning.judgement import Judgement
from app.decisioning.strategy import Strategy
from app.demo.judged import evidences as evidences_of_the_demo
from app.domain.case import Received
from app.domain.decision import Evidence, Missing, Offer, Points, Reason, RowMatch, Verdict
from app.domain.quantities import Basis, Outcome, Segment, Trigger
from app.lane.events import told
from app.lane.telling import Teller
from app.strategies.shelf import load_shelf
from tests.lane.world import Plain
from tests.strategies.evidence import evidences

AT = 1_790_000_000_000
CASH_LOAN: Strategy = load_shelf().in_force("CustomerLoan", AT)
SHIPPED = Teller(CASH_LOAN)
PLAIN = Teller(Plain(name='a "strategy" \\ of\tmine, größer', version=12))

ids = st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True)
texts = st.text(max_size=12) | st.sampled_from(["", '"', "\\", "\n", "\x7f", "\u2028", "Größe", "{}", "null"])
numbers = st.integers(-(2**63), 2**63 - 1)
decimals = st.floats(allow_nan=False, allow_infinity=False)
values = st.none() | st.booleans() | numbers | decimals | texts


def some(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


offers = st.builds(
    Offer,
    proposition=texts,
    ranking=st.sampled_from(["REQUESTED", "ALTERNATIVE"]),
    annual_rate=decimals,
    apr=decimals,
    effective_rate=decimals,
)
verdicts = st.builds(
    Verdict,
    outcome=st.sampled_from(get_args(Outcome)),
    reasons=some(st.builds(Reason, texts, texts, texts)),
    segment=st.sampled_from(get_args(Segment)),
    basis=st.sampled_from(get_args(Basis)),
    internal_score=st.none() | decimals,
    bureau_score=st.none() | numbers,
    offers=some(offers),
    aggregates=st.dictionaries(texts, values, max_size=4),
    points=some(st.builds(Points, texts, values, texts, decimals)),
    rows=some(st.builds(RowMatch, texts, numbers)),
)
Cut = dict[str, int]
cuts = st.dictionaries(st.sampled_from(INPUTS), st.integers(0, 2**63 - 1))


@st.composite
def judgements(draw: st.DrawFn, found: st.SearchStrategy[Evidence]) -> Judgement:
    evidence = draw(found)
    application = structs.replace(
        evidence.application, customer_id=draw(ids), application_id=draw(ids), event_id=draw(ids)
    )
    if draw(st.booleans()):
        evidence = structs.replace(evidence, missing=draw(some(st.builds(Missing, texts, texts))))
    answers = [(r.event_id, "bureau-responses") for r in evidence.responses]
    facts = [*answers, *[(draw(ids), draw(st.sampled_from(INPUTS))) for _ in range(draw(st.integers(0, 3)))]]
    return Judgement(
        draw(st.sampled_from(get_args(Trigger))),
        structs.replace(evidence, application=application),
        tuple(Received(topic, event_id, draw(numbers), 0) for event_id, topic in facts),
        encode_body(application),
        tuple(encode_body(response) for response in evidence.responses),
    )


def assert_told_plainly(teller: Teller, judgement: Judgement, verdict: Verdict | None, cut: Cut, woken: bool):
    """`verdict` None: what the teller's own strategy decides."""
    strategy = teller.strategy
    plain = strategy.decide(judgement.evidence) if verdict is None else verdict
    decision, segment, listed = told(judgement, plain, strategy, cut, woken=woken)
    verdict = verdict or teller.decide(judgement.evidence)
    decision_id, events = teller.tell(judgement, verdict, encode_body(cut), woken=woken)
    assert decision_id == decision.decision_id
    assert events == (
        (DECISIONS, decision.event_id, encode_body(decision)),
        (SCORE_SEGMENTS, segment.event_id, encode_body(segment)),
        (CREDIT_OFFERS, listed.event_id, encode_body(listed)),
    )


@given(judgements(evidences(CASH_LOAN.bureaus)), cuts, st.booleans())
def test_what_the_shipped_strategy_decides_of_any_evidence(judgement, cut, woken):
    assert_told_plainly(SHIPPED, judgement, None, cut, woken)


@given(judgements(evidences(CASH_LOAN.bureaus)), verdicts, cuts, st.booleans())
def test_any_verdict_at_all(judgement, verdict, cut, woken):
    assert_told_plainly(PLAIN, judgement, verdict, cut, woken)


def test_what_becomes_of_the_customers_of_the_demo():
    outcomes = set()
    for number, evidence in enumerate(evidences_of_the_demo(CASH_LOAN.bureaus, AT)):
        facts = tuple(Received("bureau-responses", r.event_id, AT - 1, 0) for r in evidence.responses)
        jsons = tuple(encode_body(response) for response in evidence.responses)
        judgement = Judgement("COMPLETE", evidence, facts, encode_body(evidence.application), jsons)
        verdict = CASH_LOAN.decide(evidence)
        outcomes.add((verdict.outcome, verdict.segment))
        assert_told_plainly(SHIPPED, judgement, None, {"consents": number}, number % 2 == 0)
    assert len(outcomes) > 3


def test_a_profiler_that_holds_frames_is_no_reason_to_fail():
    """A frame keeps what its function held, and a buffer that somebody looks into cannot grow."""
    frames: list[FrameType] = []
    sys.setprofile(lambda frame, _event, _argument: frames.append(frame))
    try:
        for evidence in islice(evidences_of_the_demo(CASH_LOAN.bureaus, AT), 20):
            judgement = Judgement("COMPLETE", evidence, (), encode_body(evidence.application), ())
            SHIPPED.tell(judgement, CASH_LOAN.decide(evidence), b"{}", woken=False)
    finally:
        sys.setprofile(None)
    assert any(frame.f_code.co_name == "tell" for frame in frames)
