"""The log that the peers read and write: filled once for each length that is asked for, read by all of them.

A peer's own topics live as long as its run.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.contracts.keys import partition_of
from benchmarks.portable.events import Pair, portions
from benchmarks.settled import settled_ends

PARTITIONS = 4
BATCH_BYTES = 16_384                           # of a record batch, as producers make them unless told otherwise

Ends = dict[TopicPartition, int]


class Log:
    def __init__(self, bootstrap_servers: str, prefix: str = "") -> None:
        self._servers = bootstrap_servers
        self._prefix = prefix
        self._filled: dict[int, Ends] = {}

    def inputs(self, cases: int) -> tuple[str, str]:
        """The topics that hold the events of so many cases."""
        return f"{self._prefix}applications-{cases}", f"{self._prefix}answers-{cases}"

    async def fill(self, cases: int, filled: Callable[[int], None], seen: Callable[[list[Pair]], None]) -> Ends:
        """Writes both inputs unless they are there; `filled` is told how many cases at a time, `seen` which."""
        if cases not in self._filled:
            topics = self.inputs(cases)
            await self.make(topics, {"message.timestamp.type": "LogAppendTime"})
            producer = AIOKafkaProducer(bootstrap_servers=self._servers, acks="all", max_batch_size=BATCH_BYTES)
            await producer.start()
            try:
                for portion in portions(cases):
                    seen(portion)
                    await asyncio.gather(*await _appended(producer, topics, portion))
                    filled(len(portion))
            finally:
                await producer.stop()
            self._filled[cases] = await self.ends(topics)
        return self._filled[cases]

    async def make(self, topics: Iterable[str], configuration: dict[str, str]) -> None:
        async with self._admin() as admin:
            await admin.create_topics([NewTopic(name, PARTITIONS, 1, topic_configs=configuration) for name in topics])

    async def delete(self, group: str) -> None:
        """Every topic that a run has made: all that bear the name of its group."""
        async with self._admin() as admin:
            made = [name for name in await admin.list_topics() if group in name]
            if made:
                await admin.delete_topics(made)

    async def ends(self, topics: Iterable[str]) -> Ends:
        """Last stable offsets."""
        async with self._consumer(None) as consumer:
            return await Watch(consumer).ends(topics)

    @asynccontextmanager
    async def watch(self, group: str) -> AsyncIterator["Watch"]:
        async with self._consumer(group) as consumer:
            yield Watch(consumer)

    async def read(self, topics: Iterable[str]) -> AsyncIterator[Any]:
        """Every committed record, in portions; transactions that are about to end are waited for."""
        partitions = [TopicPartition(topic, partition) for topic in topics for partition in range(PARTITIONS)]
        ends = {tp: end for tp, end in (await settled_ends(self._servers, partitions)).items() if end}
        async with self._consumer(None) as consumer:
            consumer.assign(list(ends))
            for tp in ends:
                consumer.seek(tp, 0)
            while any([await consumer.position(tp) < end for tp, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=100)).values():
                    yield records

    @asynccontextmanager
    async def _consumer(self, group: str | None) -> AsyncIterator[Any]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=group,
            enable_auto_commit=False,
            isolation_level="read_committed",
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[Any]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()


class Watch:
    """Looks at a run from outside; each look is one small request."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    async def committed(self, ends: Ends) -> Ends:
        """How far the group has committed these partitions."""
        offsets = await asyncio.gather(*(self._consumer.committed(tp) for tp in ends))
        return {tp: offset or 0 for tp, offset in zip(ends, offsets, strict=True)}

    async def ends(self, topics: Iterable[str]) -> Ends:
        """Last stable offsets."""
        ends: Ends = await self._consumer.end_offsets([TopicPartition(t, p) for t in topics for p in range(PARTITIONS)])
        return ends


async def _appended(producer: Any, topics: tuple[str, str], portion: list[Pair]) -> list[Any]:
    """The deliveries of a portion: applications first, then their answers."""
    lying = [partition_of(pair.key, PARTITIONS) for pair in portion]
    sent: list[Any] = []
    for topic, values in zip(topics, ([p.application for p in portion], [p.answer for p in portion]), strict=True):
        batches = [producer.create_batch() for _ in range(PARTITIONS)]
        for pair, partition, value in zip(portion, lying, values, strict=True):
            while batches[partition].append(key=pair.key, value=value, timestamp=None) is None:
                sent.append(await producer.send_batch(batches[partition], topic, partition=partition))
                batches[partition] = producer.create_batch()
        for partition, batch in enumerate(batches):
            sent.append(await producer.send_batch(batch, topic, partition=partition))
    return sent
