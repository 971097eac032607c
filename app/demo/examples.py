"""Valid events to edit and send: one per input topic, about a customer whom a running demo knows."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.demo.bureau import manner, respond
from app.demo.consents import consent_record
from app.demo.dataset import rows
from app.demo.german_credit import application, customer_id
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentGranted
from app.domain.decision import BureauRequest

_BUREAU = "EQUIFAX"


def example(topic: str) -> str:
    """JSON, indented. Ids are new every second, so that what is sent is never taken for a repeat. KeyError when the
    topic is no input."""
    at = int(time.time())
    events = {LOAN_APPLICATIONS: _application, CONSENTS: _consent, BUREAU_RESPONSES: _response}
    return msgspec.json.format(msgspec.json.encode(events[topic](at)), indent=2).decode()


def _application(at: int) -> LoanApplication:
    """A row of the data by somebody whose consents are in order and whose bureau answers at once, with no card to
    seal."""
    number = next(n for n in range(1, len(rows()) + 1) if consent_record(n) == "granted" and _bureau_answers(n))
    made = application(rows()[number - 1], lambda _: "")
    name = next(name for name in _names(at) if manner(_request(made.customer_id, name)) == "prompt")
    return msgspec.structs.replace(made, event_id=name, application_id=name, bureau_consent=True, card=None)


def _names(at: int) -> Iterator[str]:
    """Of this second alone. The bureau's manner is drawn anew for each application."""
    yield f"application-{at}"
    yield from (f"application-{at}-{more}" for more in count(2))


def _consent(at: int) -> ConsentGranted:
    granted_at = datetime.fromtimestamp(at, UTC)
    return ConsentGranted(
        event_id=f"consent-{at}-granted",
        customer_id=_application(at).customer_id,
        consent_id=f"consent-{at}",
        purpose="CREDIT_BUREAU",
        bureaus=(_BUREAU,),
        granted_at=granted_at,
        expires_at=granted_at + timedelta(days=365),
    )


def _response(at: int) -> BureauResponse:
    made = _application(at)
    return respond(_request(made.customer_id, made.application_id))


def _bureau_answers(number: int) -> bool:
    return respond(_request(customer_id(number), "example")).result == "HIT"


def _request(customer: str, application_id: str) -> BureauRequest:
    return BureauRequest(
        event_id="example",
        customer_id=customer,
        application_id=application_id,
        bureau=_BUREAU,
        requested_at=0,
        answer_by=0,
        consent_id="example",
        currency="EUR",
    )
