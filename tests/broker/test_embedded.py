"""The embedded broker is a real Kafka, and it lives exactly as long as it should."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.broker.embedded import EmbeddedKafka


async def test_a_record_goes_in_and_comes_out(kafka: EmbeddedKafka, run_id: str) -> None:
    await create(kafka, NewTopic(run_id, 1, 1))
    await send(kafka, run_id, b"hello")
    assert await read(kafka, run_id) == [b"hello"]


async def test_a_topic_may_allow_larger_records_than_the_broker_default(kafka: EmbeddedKafka, run_id: str) -> None:
    await create(kafka, NewTopic(run_id, 1, 1, topic_configs={"max.message.bytes": str(8 << 20)}))
    large = bytes(4 << 20)
    await send(kafka, run_id, large)
    assert await read(kafka, run_id) == [large]


async def create(kafka: EmbeddedKafka, topic: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([topic])
    finally:
        await admin.close()


async def send(kafka: EmbeddedKafka, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers, acks="all", max_request_size=16 << 20
    ) as producer:
        await producer.send_and_wait(topic, value, partition=0)


async def read(kafka: EmbeddedKafka, topic: str) -> list[bytes]:
    """All values of partition 0."""
    async with AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="earliest") as consumer:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                values += [record.value for record in records]
        return values
