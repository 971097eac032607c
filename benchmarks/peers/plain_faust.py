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

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, DEAD_LETTERS, LOAN_APPLICATIONS, OUTPUTS
from app.contracts.reasons import Refused
from app.contracts.state import StoredCase, stored, unstored
from app.decisioning.learning import Unmoved, learn_consent, learn_response, open_case
from app.domain.case import Case, ConsentFact, ConsentFile, Marker, Received, ResponseFact
from benchmarks.peers import flow
from benchmarks.peers.beginning import work_begins
from benchmarks.peers.flow import NAMES, PARTITIONS


class Customer(Struct, frozen=True, array_like=True):
    """All that is known of one customer: the table's value. Everything about a customer has the same key."""

    consents: ConsentFile
    cases: dict[str, StoredCase | Marker]      # by application_id


encode_customer = msgspec.msgpack.Encoder().encode
decode_customer = msgspec.msgpack.Decoder(Customer).decode

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


applications, consents, responses = raw_topic(LOAN_APPLICATIONS), raw_topic(CONSENTS), raw_topic(BUREAU_RESPONSES)
outputs = {role: raw_topic(role) for role in OUTPUTS}
customers = app.Table("customers", partitions=PARTITIONS, key_type=str, value_type=bytes)

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
        try:
            learnt = flow.learn_pinned(case, received, body, event.value)
        except Refused as refused:
            await refuse(event, refused)
            continue
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
    entry, told = flow.advanced(case, customer.consents, next_offsets[event.message.partition])
    keep(customer, entry)
    for said in told:
        for role, key, value, headers in flow.messages(said):
            await outputs[role].send(key=key, value=value, headers=headers)


def customer_of(body: Any) -> Customer:
    known = customers.get(body.customer_id)
    return decode_customer(known) if known else Customer(ConsentFile(body.customer_id), {})


def case_of(customer: Customer, application_id: str) -> Case | Marker | None:
    entry = customer.cases.get(application_id)
    return unstored(entry) if isinstance(entry, StoredCase) else entry


def keep(customer: Customer, entry: Case | Marker) -> None:
    cases = {**customer.cases, entry.application_id: stored(entry) if isinstance(entry, Case) else entry}
    customers[entry.customer_id] = encode_customer(structs.replace(customer, cases=cases))


async def read(event: Any, role: str) -> tuple[Received, Any] | None:
    """The fact in an event, or None after it has become a dead letter."""
    work_begins()
    message = event.message
    timestamp = round(message.timestamp * 1000)
    next_offsets[message.partition][role] = message.offset + 1
    try:
        received, body = flow.read(role, message.offset, timestamp, event.value, ())
        flow.check_key(event.key, body.customer_id)
    except Refused as refused:
        await refuse(event, refused)
        return None
    return received, body


async def refuse(event: Any, refused: Refused) -> None:
    await outputs[DEAD_LETTERS].send(key=event.key, value=event.value, headers={"reason": refused.code.encode()})


if __name__ == "__main__":
    app.main()
