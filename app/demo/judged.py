"""The demo's customers as evidence, with no broker: every bureau asked, and every answer there at once."""

from collections.abc import Iterator, Sequence

from app.decisioning.strategy import BureauPolicy
from app.demo.bureau import respond
from app.demo.dataset import Row, rows
from app.demo.german_credit import application
from app.domain.bureau import BureauResponse
from app.domain.decision import BureauRequest, Evidence, Missing
from app.domain.quantities import Millis

_NO_NUMBER = "pan.v1.demo." + "A" * 60         # an envelope that nobody opens


def evidences(bureaus: Sequence[BureauPolicy], as_of: Millis) -> Iterator[Evidence]:
    """What each of the data set's applicants would be judged on by a strategy with these bureaus."""
    for row in rows():
        yield evidence(row, bureaus, as_of)


def evidence(row: Row, bureaus: Sequence[BureauPolicy], as_of: Millis) -> Evidence:
    made = application(row, lambda _: _NO_NUMBER)
    heard: list[BureauResponse] = []
    missing: list[Missing] = []
    for policy in bureaus:
        if policy.subject == "CARD" and made.card is None:
            missing.append(Missing(policy.name, "CARD_NOT_GIVEN"))
            continue
        answer = respond(
            BureauRequest(
                event_id="request",
                customer_id=made.customer_id,
                application_id=made.application_id,
                bureau=policy.name,
                requested_at=as_of,
                answer_by=as_of,
                consent_id="consent",
                currency=made.currency,
                card=made.card if policy.subject == "CARD" else None,
            )
        )
        if answer.result == "HIT":
            heard.append(answer)
        else:
            missing.append(Missing(policy.name, f"BUREAU_{answer.result}"))
    return Evidence(made, tuple(heard), tuple(missing), as_of)
