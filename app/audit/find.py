"""Finding one decision in the `decisions` topic: only the customer's own partition is read."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from app.contracts.keys import partition_of
from app.contracts.names import TopicNames
from app.domain.decision import DecisionMade
from app.errors import BrokerError, TopicsDisagreeError
from app.kafka.cluster import Cluster

_POLL_MS = 500


async def find_decision(
    names: TopicNames, client: Mapping[str, Any], *, customer_id: str, application_id: str
) -> DecisionMade | None:
    """The latest version of the decision; None when there is none up to now. `client`: the arguments of aiokafka's
    clients. Raises BrokerError when the cluster cannot be read, TopicsDisagreeError when it has no such topic."""
    partition = await _partition(client, names.decisions, customer_id.encode())
    consumer = AIOKafkaConsumer(isolation_level="read_committed", auto_offset_reset="earliest", **client)
    try:
        await consumer.start()
        consumer.assign([partition])
        return await _read(consumer, partition, customer_id.encode(), application_id)
    except KafkaError as error:
        raise BrokerError(f"the decisions cannot be read: {error}. Is the cluster up?") from error
    finally:
        await consumer.stop()


async def _partition(client: Mapping[str, Any], topic: str, key: bytes) -> TopicPartition:
    async with Cluster.connected(client) as cluster:
        found = await cluster.topics([topic])
    if topic not in found:
        raise TopicsDisagreeError(f"there is no topic {topic} here; make the topics: creditstream topics apply")
    return TopicPartition(topic, partition_of(key, found[topic].partitions))


async def _read(
    consumer: AIOKafkaConsumer, partition: TopicPartition, key: bytes, application_id: str
) -> DecisionMade | None:
    end = (await consumer.end_offsets([partition]))[partition]
    decoder, needle = msgspec.json.Decoder(DecisionMade), application_id.encode()
    found: DecisionMade | None = None
    while await consumer.position(partition) < end:
        for record in (await consumer.getmany(partition, timeout_ms=_POLL_MS)).get(partition, ()):
            if record.key != key or needle not in record.value:
                continue
            decision = decoder.decode(record.value)
            newer = found is None or decision.decision_version > found.decision_version
            if decision.application_id == application_id and newer:
                found = decision
    return found
