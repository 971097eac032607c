"""The round trips of a transaction, on the real broker: fewer in a row, and the same outcome."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP

from app.lane.records import Output
from app.streaming.transaction import LaneProducer
from tests.streaming.rig import Rig, packed, reading

ROUNDS = 20


class Wire:
    """Notes what a producer sends and what has been answered, in order; the requests go through."""

    def __init__(self, producer: LaneProducer) -> None:
        self.log: list[str] = []
        client = producer._kafka.client
        self._send, client.send = client.send, self._noted

    async def _noted(self, node_id: Any, request: Any, **options: Any) -> Any:
        name = type(request).__name__.removesuffix("Request")
        self.log.append(f"{name}?")
        answer = await self._send(node_id, request, **options)
        self.log.append(f"{name}!")
        return answer


@asynccontextmanager
async def open_producer(rig: Rig) -> AsyncIterator[LaneProducer]:
    producer = LaneProducer(rig.orders.config, 0, {})
    await producer.open()
    try:
        yield producer
    finally:
        await producer.close()


async def commit(producer: LaneProducer, rig: Rig, number: int) -> None:
    outputs = {topic: [Output(b"key", b"%d" % number)] for topic in (rig.orders.out, *rig.orders.changelogs)}
    await producer.commit(packed(producer, outputs), {rig.orders.inputs[0]: number})


async def test_partitions_and_group_travel_together_before_any_record(rig):
    async with open_producer(rig) as producer:
        await commit(producer, rig, 1)
        wire = Wire(producer)
        while not wire.log or wire.log.count("AddPartitionsToTxn?") > 1:   # again: the last one's markers were awaited
            wire.log.clear()
            await commit(producer, rig, 2)
        log = wire.log
    assert set(log[:2]) == {"AddPartitionsToTxn?", "AddOffsetsToTxn?"}
    assert [step for step in log if step.endswith("?")][2:] == ["Produce?", "TxnOffsetCommit?", "EndTxn?"]
    for earlier, later in (("AddPartitionsToTxn!", "Produce?"), ("Produce!", "TxnOffsetCommit?"),
                           ("AddOffsetsToTxn!", "TxnOffsetCommit?"), ("TxnOffsetCommit!", "EndTxn?")):  # fmt: skip
        assert log.index(earlier) < log.index(later)


async def test_transactions_in_a_row_commit_records_and_offsets(rig):
    """Each begins while the markers of the one before it may still be written."""
    async with open_producer(rig) as producer:
        for number in range(1, ROUNDS + 1):
            await commit(producer, rig, number)
    values = []
    async with reading(rig, TP(rig.orders.out, 0)) as consumer:
        while len(values) < ROUNDS:
            found = await consumer.getmany(timeout_ms=5_000)
            values += [int(record.value) for records in found.values() for record in records]
    assert values == list(range(1, ROUNDS + 1))
    group = AIOKafkaConsumer(
        bootstrap_servers=rig.bootstrap_servers, group_id=rig.orders.run, enable_auto_commit=False
    )
    await group.start()
    try:
        assert await group.committed(TopicPartition(rig.orders.inputs[0], 0)) == ROUNDS
    finally:
        await group.stop()


async def test_a_transaction_without_records_commits_its_offsets(rig):
    async with open_producer(rig) as producer:
        await producer.commit([], {rig.orders.inputs[0]: 7})
        await commit(producer, rig, 8)
