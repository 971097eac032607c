"""Topics read into a recording: everything that is committed and still retained."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from app.contracts.names import TopicNames
from app.errors import BrokerError, TopicsDisagreeError
from app.kafka.cluster import Cluster
from app.simulation.recording import Recorded, Recording


async def capture(
    client: Mapping[str, Any], names: TopicNames, roles: Sequence[str], progress: Callable[[int], None] = lambda _: None
) -> Recording:
    """Records of these topics, read committed, from the first retained to the last stable one at the time of asking.

    `client` holds the arguments that every Kafka client takes; `progress` is told how many records there are so far.
    Raises TopicsDisagreeError when a topic does not exist, BrokerError when the cluster cannot be reached."""
    wanted = {names.by_role[role]: role for role in roles}
    async with Cluster.connected(client) as cluster:
        found = await cluster.topics(wanted)
    if missing := sorted(wanted.keys() - found.keys()):
        raise TopicsDisagreeError(f"there is no topic {', '.join(missing)} here; make it: creditstream topics apply")
    partitions = [TopicPartition(name, p) for name, topic in found.items() for p in range(topic.partitions)]
    consumer = AIOKafkaConsumer(
        **client, enable_auto_commit=False, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    records: list[Recorded] = []
    try:
        await consumer.start()
        async for batch in _committed(consumer, partitions):
            records.extend(Recorded(wanted[r.topic], *_where(r), r.key, r.value, tuple(r.headers)) for r in batch)
            progress(len(records))
    except KafkaError as error:
        raise BrokerError(f"the topics cannot be read: {error}. Is the cluster up?") from error
    finally:
        await consumer.stop()
    return Recording(max(topic.partitions for topic in found.values()), records)


async def _committed(consumer: Any, partitions: list[TopicPartition]) -> AsyncIterator[list[Any]]:
    ends = await consumer.end_offsets(partitions)                  # before any fetch, which would hold this up
    left = {p for p in partitions if ends[p] > 0}
    consumer.assign(partitions)
    while left:
        for partition, records in (await consumer.getmany(*left, timeout_ms=200)).items():
            yield [r for r in records if r.offset < ends[partition]]
        left = {p for p in left if await consumer.position(p) < ends[p]}


def _where(record: Any) -> tuple[int, int, int]:
    return record.partition, record.offset, record.timestamp
