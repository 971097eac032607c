"""The whole flow in a bare aiokafka loop: getmany, dictionaries, record batches, one transaction a round.

What a good engineer writes who wants no framework, as plainly as it can be said. It reads with the service's own
decoders, learns and decides with the same functions and says the same to the same topics, exactly once; nothing
private of the client is touched. A round's facts are all learnt before its cases are looked at, each once: that is the
least work, and the least to say. What it leaves out, it is the cheaper for: restoring its dictionaries, deadlines,
conflicts and late facts, forgetting, sealed dead letters, metrics, lanes that move to another worker.
"""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from app.contracts.keys import partition_of
from app.contracts.names import CONSENTS, LOAN_APPLICATIONS
from app.contracts.reasons import WRONG_PARTITION, Refused
from app.contracts.state import case_key, consents_key, encode_state
from app.decisioning.learning import Unmoved, learn_consent, learn_response, open_case
from app.domain.case import Case, ConsentFact, ConsentFile, Marker, Received, ResponseFact
from benchmarks.peers.batches import Batches
from benchmarks.peers.beginning import work_begins
from benchmarks.peers.flow import (
    BOOTSTRAP_SERVERS,
    NAMES,
    PARTITIONS,
    advanced,
    check_key,
    learn_pinned,
    messages,
    read,
)


class State:
    """All that is known of the customers, as live objects; and what of it has changed in this round, with its
    partition."""

    def __init__(self) -> None:
        self.consents: dict[str, ConsentFile] = {}
        self.cases: dict[str, dict[str, Case | Marker]] = {}           # by customer, then by application
        self.next: list[dict[str, int]] = [{} for _ in range(PARTITIONS)]  # offset by input role
        self.changed_consents: dict[str, int] = {}
        self.changed_cases: dict[tuple[str, str], int] = {}

    def learn(self, role: str, record: Any) -> None:
        """Refused when the record is no fact, or lies where it does not belong."""
        received, body = read(role, record.offset, record.timestamp, record.value, record.headers)
        check_key(record.key, body.customer_id)
        if partition_of(record.key, PARTITIONS) != record.partition:
            raise Refused(WRONG_PARTITION, "the key hashes (murmur2) to another partition")
        if role == CONSENTS:
            self._learn_consent(received, body, record.partition)
        else:
            self._learn_of_case(received, body, record.value, record.partition)

    def _learn_consent(self, received: Received, body: Any, partition: int) -> None:
        customer = body.customer_id
        learnt = learn_consent(self.file(customer), ConsentFact(received, body))
        if isinstance(learnt, Unmoved):
            return
        self.consents[customer] = learnt
        self.changed_consents[customer] = partition
        for application, entry in self.cases.get(customer, {}).items():
            if isinstance(entry, Case):
                self.changed_cases[customer, application] = partition

    def _learn_of_case(self, received: Received, body: Any, json: bytes, partition: int) -> None:
        cases = self.cases.setdefault(body.customer_id, {})
        entry = cases.get(body.application_id)
        if isinstance(entry, Marker):
            return
        case = entry or open_case(received, body)
        if received.topic == LOAN_APPLICATIONS:
            learnt = learn_pinned(case, received, body, json)
        else:
            learnt = learn_response(case, ResponseFact(received, body, json))
        if not isinstance(learnt, Unmoved):
            cases[body.application_id] = learnt
            self.changed_cases[body.customer_id, body.application_id] = partition

    def file(self, customer: str) -> ConsentFile:
        return self.consents.get(customer) or ConsentFile(customer)


async def main() -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=BOOTSTRAP_SERVERS, transactional_id=NAMES.app_id, acks="all", max_batch_size=1 << 20
    )
    consumer = AIOKafkaConsumer(
        *NAMES.inputs,
        bootstrap_servers=BOOTSTRAP_SERVERS,
        group_id=NAMES.app_id,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        partition_assignment_strategy=(RangePartitionAssignor,),       # all of a customer's topics to one worker
    )
    await producer.start()
    await consumer.start()
    state = State()
    while True:
        fetched = await consumer.getmany(timeout_ms=500)
        if not fetched:
            continue
        work_begins()
        async with producer.transaction():
            out = Batches(producer)
            await learn(fetched, state, out)
            await settle(state, out)
            await out.flush()
            offsets = {tp: records[-1].offset + 1 for tp, records in fetched.items()}
            await producer.send_offsets_to_transaction(offsets, NAMES.app_id)


async def learn(fetched: dict[Any, list[Any]], state: State, out: Batches) -> None:
    """Takes in what the round brought; what is no fact becomes a dead letter."""
    for tp, records in fetched.items():
        role = NAMES.roles[tp.topic]
        for record in records:
            try:
                state.learn(role, record)
            except Refused as refused:
                reason = [("reason", refused.code.encode())]
                await out.append(NAMES.dead_letters, tp.partition, record.key, record.value, reason)
        state.next[tp.partition][role] = records[-1].offset + 1


async def settle(state: State, out: Batches) -> None:
    """Decides what is ready and asks for what is missing; whatever changed goes to the changelogs, once."""
    for (customer, application), partition in state.changed_cases.items():
        entry = state.cases[customer][application]
        if isinstance(entry, Case) and entry.pin is not None:
            entry, told = advanced(entry, state.file(customer), state.next[partition])
            state.cases[customer][application] = entry
            for said in told:
                for role, key, value, headers in messages(said):
                    await out.append(NAMES.by_role[role], partition, key, value, headers)
        await out.append(NAMES.cases_changelog, partition, case_key(customer, application), encode_state(entry))
    for customer, partition in state.changed_consents.items():
        row = encode_state(state.consents[customer])
        await out.append(NAMES.consents_changelog, partition, consents_key(customer), row)
    state.changed_cases.clear()
    state.changed_consents.clear()


if __name__ == "__main__":
    asyncio.run(main())
