"""The least that a Kafka must do: create a topic, take a record, give it back."""

from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def create(topic: NewTopic, **client: Any) -> None:
    admin = AIOKafkaAdminClient(**client)
    await admin.start()
    try:
        await admin.create_topics([topic])
    finally:
        await admin.close()


async def send(topic: str, value: bytes, **client: Any) -> None:
    async with AIOKafkaProducer(**client, acks="all", max_request_size=16 << 20) as producer:
        await producer.send_and_wait(topic, value, partition=0)


async def read(topic: str, **client: Any) -> list[bytes]:
    """All values of partition 0."""
    async with AIOKafkaConsumer(**client, auto_offset_reset="earliest") as consumer:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                values += [record.value for record in records]
        return values
