"""The log that all peers read and write: its topics made, its inputs filled and emptied, its outputs watched."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from app.contracts.keys import partition_of
from app.contracts.names import INPUTS, TopicNames
from app.contracts.registry import load_contracts
from app.kafka import admin
from benchmarks.events import Customer
from benchmarks.settled import settled_ends

BATCH_BYTES = 16_384                           # of a record batch, as producers make them unless told otherwise
_PORTION = 1_000                               # customers: an answer follows its application well within the deadline

Ends = dict[TopicPartition, int]


class Log:
    """Topics as topics/ describes them, of one prefix."""

    def __init__(self, bootstrap_servers: str, partitions: int, prefix: str = "") -> None:
        self.client: Mapping[str, Any] = {"bootstrap_servers": bootstrap_servers}
        self.partitions = partitions
        self.names = TopicNames(prefix)

    async def make_topics(self, names: TopicNames) -> None:
        """All topics that are missing, the changelogs of its application among them."""
        wanted = load_contracts().wanted(names, self.partitions)
        await admin.apply(self.client, await admin.plan(self.client, wanted, partitions=self.partitions))

    async def append(self, customers: Iterable[Customer], appended: Callable[[int], None]) -> None:
        """Writes every event of these customers; `appended` is told how many customers at a time."""
        producer = AIOKafkaProducer(**self.client, acks="all", max_batch_size=BATCH_BYTES)
        await producer.start()
        try:
            rest = iter(customers)
            while portion := list(islice(rest, _PORTION)):
                for role in portion[0].events:         # consents, applications, answers: as they happen
                    await self._append(producer, role, portion)
                appended(len(portion))
        finally:
            await producer.stop()

    async def _append(self, producer: Any, role: str, portion: list[Customer]) -> None:
        topic = self.names.by_role[role]
        batches = [producer.create_batch() for _ in range(self.partitions)]
        sent = []
        for customer in portion:
            partition = partition_of(customer.key, self.partitions)
            while batches[partition].append(key=customer.key, value=customer.events[role], timestamp=None) is None:
                sent.append(await producer.send_batch(batches[partition], topic, partition=partition))
                batches[partition] = producer.create_batch()
        for partition, batch in enumerate(batches):
            if batch.record_count():
                sent.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*sent)

    async def empty_inputs(self) -> None:
        """Deletes every input record, so that whoever reads from the beginning reads what comes next."""
        async with self._consumer() as consumer:
            ends = await consumer.end_offsets(self._of(map(self.names.by_role.__getitem__, INPUTS)))
        client = AIOKafkaAdminClient(**self.client)
        await client.start()
        try:
            await client.delete_records({tp: RecordsToDelete(end) for tp, end in ends.items()})
        finally:
            await client.close()

    async def ends(self, roles: Iterable[str]) -> Ends:
        """Where these topics end now."""
        async with self._consumer() as consumer:
            ends: Ends = await consumer.end_offsets(self._of(map(self.names.by_role.__getitem__, roles)))
            return ends

    async def settled_ends(self, roles: Iterable[str]) -> Ends:
        """Where they end when the transactions that are about to end have."""
        topics = map(self.names.by_role.__getitem__, roles)
        return await settled_ends(self.client["bootstrap_servers"], self._of(topics))

    async def read(self, since: Ends, until: Ends | None = None) -> AsyncIterator[list[Any]]:
        """Committed records from `since` to `until`, as they come; an empty list when none came for a while. Without
        `until` it never ends."""
        async with self._consumer() as consumer:
            consumer.assign(list(since))
            for tp, offset in since.items():
                consumer.seek(tp, offset)
            while until is None or any([await consumer.position(tp) < end for tp, end in until.items()]):
                fetched = await consumer.getmany(timeout_ms=100)
                yield [record for records in fetched.values() for record in records]

    def _of(self, topics: Iterable[str]) -> list[TopicPartition]:
        return [TopicPartition(topic, partition) for topic in topics for partition in range(self.partitions)]

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[Any]:
        consumer = AIOKafkaConsumer(**self.client, enable_auto_commit=False, isolation_level="read_committed")
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()
