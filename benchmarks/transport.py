"""The transport alone: committing the micro-batches of many lanes by a producer a lane, or by one a worker.

Each round every lane has as many records for each of five topics, and its next offset. With a producer a lane all
transactions run at once; with a producer a worker, one transaction holds the records and offsets of all lanes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from msgspec import Struct

from app.broker.embedded import EmbeddedKafka
from app.lane.records import Output
from app.streaming.config import StreamConfig
from app.streaming.eager import EagerSender
from app.streaming.transaction import LaneProducer, Packed

LANES = (4, 16, 64)
RECORDS = (20, 400)                            # of a lane in each topic
_TOPICS = ("t-decisions", "t-segments", "t-offers", "t-requests", "t-changelog")
_INPUT = "t-input"
_VALUE = b"x" * 700
_WARM, _ROUNDS, _SECONDS = 3, 40, 6.0          # at most so many rounds, or so long


class Cost(Struct, frozen=True, kw_only=True):
    producers: str
    lanes: int
    records: int
    cpu_us: float                              # of this process, a lane's micro-batch
    broker_cpu_us: float
    ms: float                                  # until all lanes have committed


async def compare(kafka: EmbeddedKafka, shown: Callable[[str], None]) -> list[Cost]:
    """Both ways, in turn."""
    client: Any = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await client.start()
    try:
        await client.create_topics([NewTopic(name, max(LANES), 1) for name in (*_TOPICS, _INPUT)])
    finally:
        await client.close()
    found = []
    for lanes in LANES:
        for records in RECORDS:
            for way in (_by_lane, _by_worker):
                shown(f"{lanes} lanes, {records} records a topic")
                found.append(await way(kafka, lanes, records))
    return found


async def _by_lane(kafka: EmbeddedKafka, lanes: int, records: int) -> Cost:
    producers = [LaneProducer(_config(kafka), lane, {}) for lane in range(lanes)]
    await asyncio.gather(*(producer.open() for producer in producers))

    async def commit(number: int) -> None:
        outputs = _outputs(records)
        await asyncio.gather(*(p.commit(_packed(p, outputs), {_INPUT: number}) for p in producers))

    try:
        return await _measured("one a lane", kafka, lanes, records, commit)
    finally:
        await asyncio.gather(*(producer.close() for producer in producers))


def _packed(producer: LaneProducer, outputs: Mapping[str, Sequence[Output]]) -> Packed:
    packing = producer.packing()
    for topic, records in outputs.items():
        packing.add(topic, records)
    return packing.packed()


async def _by_worker(kafka: EmbeddedKafka, lanes: int, records: int) -> Cost:
    config = _config(kafka)
    packing = LaneProducer(config, 0, {})
    producer = AIOKafkaProducer(**config.client, transactional_id=f"worker-of-{lanes}")
    sender = EagerSender.replace(producer)
    await producer.start()

    async def commit(number: int) -> None:
        outputs = _outputs(records)
        await producer.begin_transaction()
        sender.announce(config.app_id)
        sent = [
            await producer.send_batch(batch, topic, partition=lane)
            for lane in range(lanes)
            for topic, batch in _packed(packing, outputs)
        ]
        await asyncio.gather(*sent)
        offsets = {TopicPartition(_INPUT, lane): number for lane in range(lanes)}
        await producer.send_offsets_to_transaction(offsets, config.app_id)
        await producer.commit_transaction()

    try:
        return await _measured("one a worker", kafka, lanes, records, commit)
    finally:
        await producer.stop()


async def _measured(
    producers: str, kafka: EmbeddedKafka, lanes: int, records: int, commit: Callable[[int], Awaitable[None]]
) -> Cost:
    for number in range(1, _WARM + 1):
        await commit(number)
    cpu, broker, began = time.process_time(), kafka.cpu_seconds(), time.perf_counter()
    rounds = 0
    while rounds < _ROUNDS and time.perf_counter() - began < _SECONDS:
        rounds += 1
        await commit(_WARM + rounds)
    seconds = time.perf_counter() - began
    per = 1e6 / (rounds * lanes)
    return Cost(
        producers=producers,
        lanes=lanes,
        records=records,
        cpu_us=(time.process_time() - cpu) * per,
        broker_cpu_us=(kafka.cpu_seconds() - broker) * per,
        ms=seconds / rounds * 1e3,
    )


def _config(kafka: EmbeddedKafka) -> StreamConfig:
    client = {"bootstrap_servers": kafka.bootstrap_servers}
    return StreamConfig(app_id="transport", inputs=(_INPUT,), changelogs=(), client=client, transaction_timeout=30.0)


def _outputs(records: int) -> dict[str, list[Output]]:
    return {topic: [Output(b"c-%08d" % number, _VALUE) for number in range(records)] for topic in _TOPICS}
