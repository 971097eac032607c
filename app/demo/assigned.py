"""Reading whole topics without a consumer group."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.errors import BrokerError


async def assign_all(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> None:
    """Gives a started consumer every partition of the topics. BrokerError when one is not there."""
    wanted = list(topics)
    there = await consumer.topics()
    for topic in wanted:
        if topic not in there:
            raise BrokerError(f"topic {topic} is not there; create the topics with: creditstream topics apply")
    consumer.assign([TopicPartition(topic, p) for topic in wanted for p in consumer.partitions_for_topic(topic)])
