"""What both plain Faust peers have in common: the app, the topics that they write, and what becomes of an event once it
is read. How an event is read and how a customer is kept is each peer's own affair.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self

import faust

from app.contracts.names import DEAD_LETTERS, OUTPUTS
from app.contracts.reasons import Refused
from app.decisioning.learning import Unmoved, learn_consent, learn_response, open_case
from app.domain.case import Case, ConsentFact, ConsentFile, Marker, Received, ResponseFact
from benchmarks.peers import flow
from benchmarks.peers.beginning import work_begins
from benchmarks.peers.flow import NAMES, PARTITIONS

Fact = tuple[Received, Any]                    # where it lay, and its body in the rules' own type

# What an expert would try first: messages wait a moment, and so travel together. "Rarely", says the documentation.
TUNED = {"producer_linger": 0.05, "producer_max_batch_size": 262_144}

app = faust.App(
    NAMES.app_id,
    broker="kafka://" + flow.BOOTSTRAP_SERVERS,
    datadir=os.environ.get("PEER_DATADIR", "plain-faust-data"),
    topic_partitions=PARTITIONS,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
    **(TUNED if os.environ.get("PEER_TUNED") else {}),
)


def raw_topic(role: str) -> Any:
    return app.topic(
        NAMES.by_role[role],
        partitions=PARTITIONS,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )


outputs = {role: raw_topic(role) for role in OUTPUTS}
next_offsets: dict[int, dict[str, int]] = {partition: {} for partition in range(PARTITIONS)}


class Customer(Protocol):
    """All that is known of one customer, as the peer's table has it. What changes it gives back the new state, after it
    was put into the table; `event` is the one that brought the change."""

    @property
    def file(self) -> ConsentFile: ...
    def decided(self, application_id: str) -> bool: ...
    def case(self, application_id: str) -> Case | None: ...
    def open_cases(self) -> Iterable[Case]: ...
    def with_consents(self, file: ConsentFile, event: Any) -> Self: ...
    def with_case(self, entry: Case | Marker, event: Any) -> Self: ...


async def read(event: Any, role: str, decode: Callable[[str, Any, int], Fact]) -> Fact | None:
    """The fact in an event, or None after it has become a dead letter. `decode` gets role, event and timestamp."""
    work_begins()
    message = event.message
    next_offsets[message.partition][role] = message.offset + 1
    try:
        received, body = decode(role, event, round(message.timestamp * 1000))
        flow.check_key(message.key, body.customer_id)
    except Refused as refused:
        await refuse(event, refused)
        return None
    return received, body


async def learn_of_consent(event: Any, fact: Fact, customer: Customer) -> None:
    file = learn_consent(customer.file, ConsentFact(*fact))
    if isinstance(file, Unmoved):
        return
    customer = customer.with_consents(file, event)
    for case in customer.open_cases():
        if case.pin is not None:
            customer = await advance(event, customer, case)


async def learn_of_application(event: Any, fact: Fact, customer: Customer) -> None:
    received, body = fact
    if customer.decided(body.application_id):
        return
    case = customer.case(body.application_id) or open_case(received, body)
    try:
        learnt = flow.learn_pinned(case, received, body, event.message.value)
    except Refused as refused:
        await refuse(event, refused)
        return
    if not isinstance(learnt, Unmoved):
        await advance(event, customer, learnt)


async def learn_of_response(event: Any, fact: Fact, customer: Customer) -> None:
    received, body = fact
    if customer.decided(body.application_id):
        return
    case = customer.case(body.application_id) or open_case(received, body)
    learnt = learn_response(case, ResponseFact(received, body, event.message.value))
    if isinstance(learnt, Unmoved):
        return
    if learnt.pin is None:
        customer.with_case(learnt, event)
    else:
        await advance(event, customer, learnt)


async def advance(event: Any, customer: Customer, case: Case) -> Customer:
    """Decides the case if it is ready; if it is not, keeps it and asks the bureaus."""
    entry, told = flow.advanced(case, customer.file, next_offsets[event.message.partition])
    customer = customer.with_case(entry, event)
    for said in told:
        for role, key, value, headers in flow.messages(said):
            await outputs[role].send(key=key, value=value, headers=headers)
    return customer


async def refuse(event: Any, refused: Refused) -> None:
    message = event.message
    reason = {"reason": refused.code.encode()}
    await outputs[DEAD_LETTERS].send(key=message.key, value=message.value, headers=reason)
