"""Topics read into a recording: everything that is committed and still retained."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.contracts.names import TopicNames
from app.errors import UsageError
from app.simulation.recording import Recorded, Recording


async def capture(
    client: Mapping[str, Any], names: TopicNames, roles: Iterable[str], progress: Callable[[int], None] = lambda _: None
) -> Recording:
    """Records of these topics, read committed, from the first retained to the last stable one at the time of asking.

    `client` holds the arguments that every Kafka client takes; `progress` is told how many records there are so far.
    Raises UsageError when a topic does not exist."""
    consumer = AIOKafkaConsumer(**client, enable_auto_commit=False, isolation_level="read_committed")
    await consumer.start()
    try:
        records: list[Recorded] = []
        for role in roles:
            async for batch in _topic(consumer, names.by_role[role], role):
                records.extend(batch)
                progress(len(records))
        return Recording(len(consumer.partitions_for_topic(names.loan_applications) or (0,)), records)
    finally:
        await consumer.stop()


async def _topic(consumer: AIOKafkaConsumer, name: str, role: str) -> AsyncIterator[list[Recorded]]:
    if name not in await consumer.topics():
        raise UsageError(f"topic {name} does not exist there; create it with `creditstream topics apply`")
    partitions = [TopicPartition(name, p) for p in sorted(consumer.partitions_for_topic(name) or ())]
    ends = await consumer.end_offsets(partitions)
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    while any([await consumer.position(p) < ends[p] for p in partitions]):
        for partition, records in (await consumer.getmany(*partitions, timeout_ms=200)).items():
            yield [
                Recorded(role, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))
                for r in records
                if r.offset < ends[partition]
            ]
