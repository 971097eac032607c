"""An example to send is one that a running demo decides with a bureau's report, whatever the second."""

import time

import msgspec
import pytest

from app.contracts.names import BUREAU_RESPONSES, LOAN_APPLICATIONS
from app.demo.bureau import manner
from app.demo.examples import example
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.decision import BureauRequest

NEVER_ANSWERED = 1_796_072_874                 # a second whose first name the stand-in bureau would never answer


def application_at(second: int, monkeypatch: pytest.MonkeyPatch) -> LoanApplication:
    monkeypatch.setattr(time, "time", lambda: float(second))
    return msgspec.json.decode(example(LOAN_APPLICATIONS), type=LoanApplication)


def asked(application: LoanApplication) -> BureauRequest:
    return BureauRequest(
        event_id="request",
        customer_id=application.customer_id,
        application_id=application.application_id,
        bureau="EQUIFAX",
        requested_at=0,
        answer_by=0,
        consent_id="consent",
        currency=application.currency,
    )


def test_the_bureau_answers_an_example_at_once(monkeypatch):
    some = [application_at(NEVER_ANSWERED + second, monkeypatch) for second in range(100)]
    assert {manner(asked(one)) for one in some} == {"prompt"}
    assert len({one.application_id for one in some}) == len({one.event_id for one in some}) == len(some)
    assert len({one.customer_id for one in some}) == 1


def test_an_answer_of_the_same_second_is_to_the_application(monkeypatch):
    application = application_at(NEVER_ANSWERED, monkeypatch)
    answer = msgspec.json.decode(example(BUREAU_RESPONSES), type=BureauResponse)
    assert answer.application_id == application.application_id
