"""The whole flow in plain Faust, as its documentation tells one to write it: an agent a topic, a table with its
changelog, `await topic.send()`, at least once.

Run it with `python -m benchmarks.peers.plain_faust worker`. It decodes with the service's own decoders, keeps the same
facts, calls the same rules and says the same to the same topics. What it leaves out, it is the cheaper for: deadlines,
remembering repeats and late facts after a decision, checking that a key hashes to its partition, exactly once.
"""

import os
from typing import Any

import faust
import msgspec
from msgspec import Struct, structs

from app.contracts.decode import decoders
from app.contracts.encode import ce_headers, ce_time, encode_body, shared_headers, traceparent
from app.contracts.ids import decision_id
from app.contracts.names import (
    BUREAU_REQUESTS,
    BUREAU_RESPONSES,
    CONSENTS,
    CREDIT_OFFERS,
    DEAD_LETTERS,
    DECISIONS,
    LOAN_APPLICATIONS,
    OUTPUTS,
    SCORE_SEGMENTS,
    TopicNames,
)
from app.contracts.reasons import KEY_MISMATCH, UNKNOWN_PRODUCT, Refused
from app.contracts.state import StoredCase, stored, unstored
from app.decisioning.learning import Unmoved, learn_application, learn_consent, learn_response, open_case, shrink
from app.decisioning.workflow import settle
from app.domain.case import ApplicationFact, Case, ConsentFact, ConsentFile, Marker, Received, ResponseFact
from app.lane.events import request, told
from app.strategies.shelf import load_shelf
from benchmarks.peers.beginning import work_begins

NAMES = TopicNames(os.environ.get("PEER_PREFIX", ""))
PARTITIONS = int(os.environ.get("PEER_PARTITIONS", "4"))


class Customer(Struct, frozen=True, array_like=True):
    """All that is known of one customer: the table's value. Everything about a customer has the same key."""

    consents: ConsentFile
    cases: dict[str, StoredCase | Marker]      # by application_id


encode_customer = msgspec.msgpack.Encoder().encode
decode_customer = msgspec.msgpack.Decoder(Customer).decode

# What an expert would try first: messages wait a moment, and so travel together. "Rarely", says the documentation.
TUNED = {"producer_linger": 0.05, "producer_max_batch_size": 262_144}

app = faust.App(
    os.environ.get("PEER_APP_ID", "plain-faust"),
    broker="kafka://" + os.environ.get("PEER_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
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


applications, consents, responses = raw_topic(LOAN_APPLICATIONS), raw_topic(CONSENTS), raw_topic(BUREAU_RESPONSES)
outputs = {role: raw_topic(role) for role in OUTPUTS}
customers = app.Table("customers", partitions=PARTITIONS, key_type=str, value_type=bytes)

shelf = load_shelf()
decode = {role: decoder.decode for role, decoder in decoders().items()}
next_offsets: dict[int, dict[str, int]] = {partition: {} for partition in range(PARTITIONS)}


@app.agent(consents)  # type: ignore[untyped-decorator]
async def on_consent(stream: Any) -> None:
    async for event in stream.events():
        fact = await read(event, CONSENTS)
        if fact is None:
            continue
        received, body = fact
        customer = customer_of(body)
        file = learn_consent(customer.consents, ConsentFact(received, body))
        if isinstance(file, Unmoved):
            continue
        customer = structs.replace(customer, consents=file)
        customers[body.customer_id] = encode_customer(customer)
        for entry in customer.cases.values():
            if isinstance(entry, StoredCase) and (case := unstored(entry)).pin is not None:
                await advance(event, customer_of(body), case)


@app.agent(applications)  # type: ignore[untyped-decorator]
async def on_application(stream: Any) -> None:
    async for event in stream.events():
        fact = await read(event, LOAN_APPLICATIONS)
        if fact is None:
            continue
        received, body = fact
        customer = customer_of(body)
        case = case_of(customer, body.application_id) or open_case(received, body)
        if isinstance(case, Marker):
            continue
        strategy = shelf.in_force(body.product, received.timestamp)
        if strategy is None:
            await refuse(event, Refused(UNKNOWN_PRODUCT, "no strategy in force serves this product"))
            continue
        learnt = learn_application(
            case, ApplicationFact(received, body, event.value), strategy.pin, received.timestamp + strategy.deadline_ms
        )
        if not isinstance(learnt, Unmoved):
            await advance(event, customer, learnt)


@app.agent(responses)  # type: ignore[untyped-decorator]
async def on_response(stream: Any) -> None:
    async for event in stream.events():
        fact = await read(event, BUREAU_RESPONSES)
        if fact is None:
            continue
        received, body = fact
        customer = customer_of(body)
        case = case_of(customer, body.application_id) or open_case(received, body)
        if isinstance(case, Marker):
            continue
        learnt = learn_response(case, ResponseFact(received, body, event.value))
        if isinstance(learnt, Unmoved):
            continue
        if learnt.pin is None:
            keep(customer, learnt)
        else:
            await advance(event, customer, learnt)


async def advance(event: Any, customer: Customer, case: Case) -> None:
    """Decides the case if it is ready; if it is not, keeps it and asks the bureaus."""
    assert case.pin is not None
    strategy = shelf.pinned(case.pin.strategy, case.pin.version, case.pin.content_hash)
    step = settle(case, customer.consents, strategy)
    if step.judgement is None:
        keep(customer, step.case)
        for asked in step.ask:
            subject = next(policy.subject for policy in strategy.bureaus if policy.name == asked.bureau)
            await say(asked.at, {BUREAU_REQUESTS: request(step.case, asked, subject)})
        return
    verdict = strategy.decide(step.judgement.evidence)
    message = event.message
    made, segment, offers = told(step.judgement, verdict, strategy, next_offsets[message.partition], woken=False)
    keep(customer, shrink(step.case, made.decision_id, made.as_of))
    await say(made.as_of, {DECISIONS: made, SCORE_SEGMENTS: segment, CREDIT_OFFERS: offers})


def customer_of(body: Any) -> Customer:
    known = customers.get(body.customer_id)
    return decode_customer(known) if known else Customer(ConsentFile(body.customer_id), {})


def case_of(customer: Customer, application_id: str) -> Case | Marker | None:
    entry = customer.cases.get(application_id)
    return unstored(entry) if isinstance(entry, StoredCase) else entry


def keep(customer: Customer, entry: Case | Marker) -> None:
    cases = {**customer.cases, entry.application_id: stored(entry) if isinstance(entry, Case) else entry}
    customers[entry.customer_id] = encode_customer(structs.replace(customer, cases=cases))


async def say(at: int, events: dict[str, Any]) -> None:
    """Sends events of one case, each to the topic of its role."""
    first = next(iter(events.values()))
    key, case = first.customer_id.encode(), decision_id(first.customer_id, first.application_id)
    shared = shared_headers(ce_time(at), traceparent(case))
    for role, event in events.items():
        headers = ce_headers(role, event.event_id, shared)
        await outputs[role].send(key=key, value=encode_body(event), headers=headers)


async def read(event: Any, role: str) -> tuple[Received, Any] | None:
    """The fact in an event, or None after it has become a dead letter."""
    work_begins()
    message = event.message
    timestamp = round(message.timestamp * 1000)
    next_offsets[message.partition][role] = message.offset + 1
    try:
        body, _ = decode[role](event.value, (), timestamp)
        check_key(event.key, body.customer_id)
    except Refused as refused:
        await refuse(event, refused)
        return None
    received = Received(
        topic=role, event_id=body.event_id, timestamp=timestamp, offset=message.offset, size=len(event.value)
    )
    return received, body


def check_key(key: bytes | None, customer_id: str) -> None:
    if key != customer_id.encode():
        raise Refused(KEY_MISMATCH, "the key differs from the body's customer_id")


async def refuse(event: Any, refused: Refused) -> None:
    await outputs[DEAD_LETTERS].send(key=event.key, value=event.value, headers={"reason": refused.code.encode()})


if __name__ == "__main__":
    app.main()
