"""Whoever reads what a run has put out sees its last transaction, too."""

import asyncio

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic

from app.broker.embedded import EmbeddedKafka
from benchmarks.settled import settled_ends
from tests.broker.records import create


async def test_a_transaction_that_is_about_to_end_is_waited_for(kafka: EmbeddedKafka, run_id: str) -> None:
    client = {"bootstrap_servers": kafka.bootstrap_servers}
    await create(NewTopic(run_id, 1, 1), **client)
    async with AIOKafkaProducer(**client, transactional_id=run_id) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(run_id, b"last")
        asked = asyncio.create_task(settled_ends(kafka.bootstrap_servers, [TopicPartition(run_id, 0)]))
        await asyncio.sleep(0.5)
        assert not asked.done()
        await producer.commit_transaction()
        ends = await asked
    assert ends == {TopicPartition(run_id, 0): 2}              # the record, and the marker behind it
