"""The whole flow in plain Faust with the service's codecs: an agent a topic, a table with its changelog,
`await topic.send()`, at least once, as Faust's documentation tells; but bytes in and out of it.

Run it with `python -m benchmarks.peers.plain_faust worker`. It decodes with the service's own decoders, keeps the same
facts, calls the same rules and says the same to the same topics. What it leaves out, it is the cheaper for: deadlines,
remembering repeats and late facts after a decision, checking that a key hashes to its partition, exactly once.
"""

from collections.abc import Iterator
from typing import Any, Self

import msgspec
from msgspec import Struct, structs

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.contracts.state import StoredCase, stored, unstored
from app.domain.case import Case, ConsentFile, Marker
from benchmarks.peers import flow
from benchmarks.peers.faust_flow import (
    Fact,
    app,
    learn_of_application,
    learn_of_consent,
    learn_of_response,
    raw_topic,
    read,
)
from benchmarks.peers.flow import PARTITIONS


class Customer(Struct, frozen=True, array_like=True):
    """All that is known of one customer: the table's value. Everything about a customer has the same key."""

    file: ConsentFile
    cases: dict[str, StoredCase | Marker]      # by application_id

    def decided(self, application_id: str) -> bool:
        return isinstance(self.cases.get(application_id), Marker)

    def case(self, application_id: str) -> Case | None:
        entry = self.cases.get(application_id)
        return unstored(entry) if isinstance(entry, StoredCase) else None

    def open_cases(self) -> Iterator[Case]:
        return (unstored(entry) for entry in self.cases.values() if isinstance(entry, StoredCase))

    def with_consents(self, file: ConsentFile, _: Any) -> Self:
        return self._with(file=file)

    def with_case(self, entry: Case | Marker, _: Any) -> Self:
        cases = {**self.cases, entry.application_id: stored(entry) if isinstance(entry, Case) else entry}
        return self._with(cases=cases)

    def _with(self, **changes: Any) -> Self:
        changed = structs.replace(self, **changes)
        customers[changed.file.customer_id] = encode_customer(changed)
        return changed


encode_customer = msgspec.msgpack.Encoder().encode
decode_customer = msgspec.msgpack.Decoder(Customer).decode

applications, consents, responses = raw_topic(LOAN_APPLICATIONS), raw_topic(CONSENTS), raw_topic(BUREAU_RESPONSES)
customers = app.Table("customers", partitions=PARTITIONS, key_type=str, value_type=bytes)


@app.agent(consents)  # type: ignore[untyped-decorator]
async def on_consent(stream: Any) -> None:
    async for event in stream.events():
        if fact := await read(event, CONSENTS, decode):
            await learn_of_consent(event, fact, customer_of(fact))


@app.agent(applications)  # type: ignore[untyped-decorator]
async def on_application(stream: Any) -> None:
    async for event in stream.events():
        if fact := await read(event, LOAN_APPLICATIONS, decode):
            await learn_of_application(event, fact, customer_of(fact))


@app.agent(responses)  # type: ignore[untyped-decorator]
async def on_response(stream: Any) -> None:
    async for event in stream.events():
        if fact := await read(event, BUREAU_RESPONSES, decode):
            await learn_of_response(event, fact, customer_of(fact))


def decode(role: str, event: Any, timestamp: int) -> Fact:
    return flow.read(role, event.message.offset, timestamp, event.value, ())


def customer_of(fact: Fact) -> Customer:
    _, body = fact
    known = customers.get(body.customer_id)
    return decode_customer(known) if known else Customer(ConsentFile(body.customer_id), {})


if __name__ == "__main__":
    app.main()
