"""Facts merge into a case: in any order, late, twice. Nothing is decided here.

Each function gives back the new state, or says why the fact changes nothing.
"""

from enum import Enum
from typing import TypeVar
from zlib import crc32

import msgspec

from app.decisioning.permission import millis
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import (
    ApplicationFact,
    Case,
    ConsentFact,
    ConsentFile,
    Marker,
    Pin,
    Received,
    ResponseFact,
    Seen,
)
from app.domain.consent import ConsentGranted
from app.domain.quantities import Millis

MOST_REMEMBERED = 64                           # facts of a decided case; further late ones are counted, not remembered

_USUAL_BYTES = 2_048                           # of a fact in MessagePack: a buffer of that size seldom has to grow

_canonical = msgspec.msgpack.Encoder().encode_into
Body = TypeVar("Body", LoanApplication, BureauResponse)


class Unmoved(Enum):
    """Why a fact changed nothing."""

    REPEAT = "REPEAT"                          # the same fact again: counted, no more
    LATE = "LATE"                              # after the deadline or the decision: recorded, no new decision
    CONFLICT = "CONFLICT"                      # the same id with other content: the first stands
    DUPLICATE_ANSWER = "DUPLICATE_ANSWER"      # a second answer of one bureau for one application: the first stands


def digest(body: object) -> int:
    """32 bits that tell one content from another, whatever the spelling of its JSON. Nothing but the count of conflicts
    rests on them: a fact that came before changes nothing, whether it is a repeat or a conflict."""
    content = bytearray(_USUAL_BYTES)
    _canonical(body, content)
    return crc32(content)


def seen(received: Received, body: object) -> Seen:
    return Seen(received.topic, received.event_id, digest(body))


def seen_before(earlier: tuple[Seen, ...], received: Received, body: object) -> Unmoved | None:
    """Whether a fact that is remembered only by its digest has come again, or its id with other content."""
    for s in earlier:
        if s.event_id == received.event_id and s.topic == received.topic:
            return Unmoved.REPEAT if s.digest == digest(body) else Unmoved.CONFLICT
    return None


def open_case(received: Received, body: Body) -> Case:
    return Case(body.customer_id, body.application_id, opened=received.timestamp)


def begin_case(fact: ApplicationFact, pin: Pin, deadline: Millis) -> Case:
    """`learn_application` where nothing is known of the case yet."""
    body, received = fact.body, fact.received
    return Case(body.customer_id, body.application_id, received.timestamp, fact, pin, deadline)


def learn_application(case: Case, fact: ApplicationFact, pin: Pin, deadline: Millis) -> Case | Unmoved:
    """The application joins its case and pins the strategy. A second one under the same id is a conflict:
    an amended application has an id of its own."""
    known = case.application
    if known is not None:
        same = known.received.event_id == fact.received.event_id and known.body == fact.body
        return Unmoved.REPEAT if same else Unmoved.CONFLICT
    responses = case.responses and tuple([ResponseFact(r.received, r.body, r.json) for r in case.responses])
    opened = min(case.opened, fact.received.timestamp)
    return Case(
        case.customer_id, case.application_id, opened, fact, pin, deadline, case.asked, responses, case.spent
    )


def learn_response(case: Case, fact: ResponseFact) -> Case | Unmoved:
    """A bureau's answer joins its case, before or after the application. Each bureau answers once."""
    if case.spent and (before := seen_before(case.spent, fact.received, fact.body)) is not None:
        return before
    for known in case.responses:
        if known.received.event_id == fact.received.event_id:
            return Unmoved.REPEAT if known.body == fact.body else Unmoved.CONFLICT
    for known in case.responses:
        if known.body.bureau == fact.body.bureau:
            return Unmoved.DUPLICATE_ANSWER
    return Case(
        case.customer_id,
        case.application_id,
        min(case.opened, fact.received.timestamp),
        case.application,
        case.pin,
        case.deadline,
        case.asked,
        (*case.responses, fact),
        case.spent,
    )


def begin_file(fact: ConsentFact) -> ConsentFile:
    """`learn_consent` where nothing is known of the customer's consents yet."""
    return ConsentFile(fact.body.customer_id, (fact,))


def learn_consent(file: ConsentFile, fact: ConsentFact) -> ConsentFile | Unmoved:
    """A grant or a withdrawal joins the customer's file. A consent is granted once; it may be withdrawn often."""
    body = fact.body
    for known in file.facts:
        if known.received.event_id == fact.received.event_id:
            return Unmoved.REPEAT if known.body == body else Unmoved.CONFLICT
        if (
            isinstance(body, ConsentGranted)
            and isinstance(known.body, ConsentGranted)
            and known.body.consent_id == body.consent_id
        ):
            return Unmoved.CONFLICT
    return ConsentFile(file.customer_id, (*file.facts, fact))


def forget_ended_consents(file: ConsentFile, before: Millis) -> ConsentFile:
    """Drops consents that ended before an instant, with their withdrawals: no case that is still open needs them."""
    ended = {
        f.body.consent_id
        for f in file.facts
        if isinstance(f.body, ConsentGranted)
        and f.body.expires_at is not None
        and millis(f.body.expires_at) < before
        and f.received.timestamp < before
    }
    if not ended:
        return file
    return msgspec.structs.replace(file, facts=tuple(f for f in file.facts if f.body.consent_id not in ended))


def shrink(case: Case, decision_id: str, decided: Millis) -> Marker:
    """A decided case keeps only what tells a repeat from a conflict."""
    fact = case.application
    first = () if fact is None else (seen(fact.received, fact.body),)
    facts = (*first, *case.spent, *[seen(r.received, r.body) for r in case.responses])
    return Marker(case.customer_id, case.application_id, decision_id, decided, facts)


def learn_after_decision(marker: Marker, received: Received, body: object) -> Marker | Unmoved:
    """A fact after the decision is late: remembered, so that it is late once and then a repeat."""
    before = seen_before(marker.seen, received, body)
    if before is not None:
        return before
    if len(marker.seen) >= MOST_REMEMBERED:
        return Unmoved.LATE
    return msgspec.structs.replace(marker, seen=(*marker.seen, seen(received, body)))
