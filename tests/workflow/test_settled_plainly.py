"""The short cut through `settle` says what the long way says, of any case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.learning import Unmoved, learn_application, learn_consent, learn_response, open_case
from app.decisioning.plainly import settled_plainly
from app.decisioning.workflow import settle_closely
from app.domain.case import Case, ConsentFile, Pin
from tests.builders import CUSTOMER, a_grant, a_response, a_withdrawal, application_fact, consent_fact, response_fact
from tests.workflow.world import PERIOD, THREE, WITH_CARD

BUREAUS = ("EQUIFAX", "EXPERIAN", "TRANSUNION", "MASTERCARD")
AT = st.integers(0, 40).map(float)
RESULTS = st.sampled_from(["HIT", "HIT", "HIT", "ERROR", "NO_HIT"])


@st.composite
def consent_files(draw):
    """Few consents of many bureaus, now and then of another purpose, future, expired or withdrawn."""
    file = ConsentFile(CUSTOMER)
    for number in range(draw(st.integers(1, 3))):
        bureaus = draw(st.lists(st.sampled_from(BUREAUS), min_size=1, max_size=4, unique=True))
        expires = draw(st.none() | st.integers(10, 60).map(float))
        granted = draw(AT) if draw(st.integers(0, 4)) == 0 else 1.0
        if expires is not None and expires <= granted:
            expires = granted + 1
        purpose = draw(st.sampled_from(["CREDIT_BUREAU"] * 5 + ["CARD_DATA"]))
        grant = a_grant(granted, bureaus, consent_id=f"k-{number}", expires=expires, purpose=purpose)
        file = learn_consent(file, consent_fact(draw(AT), grant))
        if draw(st.integers(0, 5)) == 0:
            withdrawal = a_withdrawal(draw(AT), consent_id=f"k-{number}", event_id=f"w-{number}")
            file = learn_consent(file, consent_fact(draw(AT), withdrawal))
    return file


@st.composite
def cases(draw, deadline_ms):
    fact = application_fact(draw(AT))
    case = learn_application(
        open_case(fact.received, fact.body), fact, Pin("test", 1, "0" * 64), fact.received.timestamp + deadline_ms
    )
    for bureau in draw(st.lists(st.sampled_from(BUREAUS), max_size=4, unique=True)):
        learnt = learn_response(case, response_fact(draw(AT), a_response(bureau, result=draw(RESULTS))))
        assert not isinstance(learnt, Unmoved)
        case = learnt
    return case


@given(st.data(), st.sampled_from([THREE, WITH_CARD]), consent_files())
def test_a_case_that_is_settled_plainly_is_settled_the_same_by_a_closer_look(data, policies, file):
    case: Case = data.draw(cases(int(PERIOD * 1000)))
    assert case.application is not None
    plainly = settled_plainly(case, case.application, file, policies)
    closely = settle_closely(case, file, policies)
    if plainly is not None:
        assert closely.judgement == plainly
        assert closely.case == case


@pytest.mark.parametrize("result", ["HIT", "ERROR", "NO_HIT"])
def test_one_answer_under_one_consent_is_settled_plainly(result):
    fact = application_fact(10)
    deadline = fact.received.timestamp + int(PERIOD * 1000)
    case = learn_application(open_case(fact.received, fact.body), fact, Pin("test", 1, "0" * 64), deadline)
    case = learn_response(case, response_fact(12, a_response(result=result)))
    file = learn_consent(ConsentFile(CUSTOMER), consent_fact(5, a_grant(1, ["EQUIFAX"])))
    assert settled_plainly(case, fact, file, WITH_CARD) is not None
