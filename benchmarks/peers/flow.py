"""What every peer of the whole flow takes from the service: its contracts, its rules, its strategies, its events.

How a peer reads the log, keeps its state and sends what it says is its own affair: that is what is compared.
"""

import os
from collections.abc import Iterator
from typing import Any

from app.contracts.decode import decoders
from app.contracts.encode import Headers, ce_headers, ce_time, encode_body, shared_headers, traceparent
from app.contracts.headers import Headers as ReceivedHeaders
from app.contracts.ids import decision_id
from app.contracts.names import BUREAU_REQUESTS, CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS, TopicNames
from app.contracts.reasons import KEY_MISMATCH, UNKNOWN_PRODUCT, Refused
from app.decisioning.learning import Unmoved, learn_application, shrink
from app.decisioning.workflow import settle
from app.domain.application import LoanApplication
from app.domain.case import ApplicationFact, Case, ConsentFile, Marker, Received
from app.domain.quantities import Millis
from app.lane.events import request, told
from app.strategies.shelf import load_shelf

BOOTSTRAP_SERVERS = os.environ.get("PEER_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
NAMES = TopicNames(os.environ.get("PEER_PREFIX", ""), os.environ.get("PEER_APPLICATION", "by-hand"))
PARTITIONS = int(os.environ.get("PEER_PARTITIONS", "4"))

Said = tuple[Millis, dict[str, Any]]           # when, and one case's events by the role of their topic

shelf = load_shelf()
decode = {role: decoder.decode for role, decoder in decoders().items()}


def read(
    role: str, offset: int, timestamp: Millis, value: bytes | None, headers: ReceivedHeaders
) -> tuple[Received, Any]:
    """The fact in a record, validated in full. Refused when it is none."""
    body, _ = decode[role](value, headers, timestamp)
    return Received(role, body.event_id, timestamp, offset, len(value or b"")), body


def check_key(key: bytes | None, customer_id: str) -> None:
    """Refused when the key is not the customer's."""
    if key != customer_id.encode():
        raise Refused(KEY_MISMATCH, "the key differs from the body's customer_id")


def learn_pinned(case: Case, received: Received, body: LoanApplication, json: bytes) -> Case | Unmoved:
    """The application joins its case under the strategy in force. Refused when none serves its product."""
    strategy = shelf.in_force(body.product, received.timestamp)
    if strategy is None:
        raise Refused(UNKNOWN_PRODUCT, "no strategy in force serves this product")
    deadline = received.timestamp + strategy.deadline_ms
    return learn_application(case, ApplicationFact(received, body, json), strategy.pin, deadline)


def advanced(case: Case, file: ConsentFile, cut: dict[str, int]) -> tuple[Case | Marker, list[Said]]:
    """A case with an application, decided if it is ready and otherwise waiting for whom it asks: what is to be kept of
    it, and what is to be said. `cut` is the next offset by input role."""
    assert case.pin is not None
    strategy = shelf.pinned(case.pin.strategy, case.pin.version, case.pin.content_hash)
    step = settle(case, file, strategy)
    if step.judgement is None:
        subjects = {policy.name: policy.subject for policy in strategy.bureaus}
        return step.case, [
            (asked.at, {BUREAU_REQUESTS: request(step.case, asked, subjects[asked.bureau])}) for asked in step.ask
        ]
    verdict = strategy.decide(step.judgement.evidence)
    made, segment, offers = told(step.judgement, verdict, strategy, cut, woken=False)
    events = {DECISIONS: made, SCORE_SEGMENTS: segment, CREDIT_OFFERS: offers}
    return shrink(step.case, made.decision_id, made.as_of), [(made.as_of, events)]


def messages(said: Said) -> Iterator[tuple[str, bytes, bytes, Headers]]:
    """Role, key, value and headers of each event, encoded when it is its turn."""
    at, events = said
    first = next(iter(events.values()))
    key, case = first.customer_id.encode(), decision_id(first.customer_id, first.application_id)
    shared = shared_headers(ce_time(at), traceparent(case))
    for role, event in events.items():
        yield role, key, encode_body(event), ce_headers(role, event.event_id, shared)
