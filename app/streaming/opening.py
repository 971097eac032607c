"""Opening a lane, always in this order: fence, restore, offsets. Every error leads here; there is no other way back.

1. InitProducerId with the lane's transactional id: the former owner is fenced and its transaction ended. Before that a
   committed offset may be stale, however long ago its commit returned.
2. The changelog partitions, read committed, to their last stable offsets.
3. The group's committed offsets, held against the lane's own and against what the log still holds.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP
from msgspec import Struct

from app.streaming.checksums import check_as_batches_are_taken
from app.streaming.config import StreamConfig
from app.streaming.driven import DrivenLane
from app.streaming.fetched import fetched
from app.streaming.frames import carry_large_frames
from app.streaming.offsets import Log, first_offsets
from app.streaming.patience import within
from app.streaming.transaction import LaneProducer


class TopicFacts(Struct, frozen=True):
    """What the cluster says of a topic when a lane is opened."""

    topic_id: bytes
    max_message_bytes: int                     # of a record batch


class Opened(Struct, frozen=True):
    """A lane as the log has it, with the right to go on from there."""

    lane: DrivenLane
    producer: LaneProducer
    offsets: dict[str, int]
    topic_ids: Mapping[str, bytes]
    records: int                               # read from the changelogs
    seconds: float


async def open_lane(config: StreamConfig, lane: DrivenLane, topics: Mapping[str, TopicFacts]) -> Opened:
    """LaneError when the lane must not go on; KafkaError or TimeoutError when the broker would not have it now.

    `topics`: all that the lane reads or writes; one that is missing is taken to be as Kafka makes them."""
    began = time.monotonic()
    read = (*config.inputs, *config.changelogs)
    topic_ids = {name: topics[name].topic_id for name in read if name in topics}
    producer = LaneProducer(config, lane.partition, {name: facts.max_message_bytes for name, facts in topics.items()})
    try:
        await producer.open()
        async with _reader(config) as reader:
            logs, spans = await _survey(reader, config, lane.partition)
            records = await _restore(reader, lane, spans)
        offsets = first_offsets(lane.partition, logs, lane.restored(), topic_ids)
    except BaseException:
        await producer.close()
        raise
    return Opened(lane, producer, offsets, topic_ids, records, time.monotonic() - began)


@asynccontextmanager
async def _reader(config: StreamConfig) -> AsyncIterator[Any]:
    check_as_batches_are_taken()
    carry_large_frames()
    reader = AIOKafkaConsumer(
        **config.client,
        client_id=f"{config.app_id}-restore",
        group_id=config.app_id,                    # to read the group's offsets; it never joins
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="none",
        check_crcs=False,                          # as they are taken: see checksums
        max_partition_fetch_bytes=config.fetch_bytes,
    )
    try:
        await within(config.request_timeout, reader.start())
        yield reader
    finally:
        await asyncio.wait([asyncio.ensure_future(reader.stop())], timeout=config.close_timeout)


async def _survey(
    reader: Any, config: StreamConfig, partition: int
) -> tuple[dict[str, Log], dict[TP, tuple[int, int]]]:
    """The inputs' logs, and what there is to restore. Asked before any fetch, which would hold the answers up."""
    inputs = [TopicPartition(topic, partition) for topic in config.inputs]
    changelogs = [TopicPartition(topic, partition) for topic in config.changelogs]
    begins, ends, *committed = await within(
        config.request_timeout,
        asyncio.gather(
            reader.beginning_offsets(inputs + changelogs),
            reader.end_offsets(inputs + changelogs),
            *(reader.committed(tp) for tp in inputs),
        ),
    )
    logs = {tp.topic: Log(begin=begins[tp], end=ends[tp], committed=c) for tp, c in zip(inputs, committed, strict=True)}
    return logs, {TP(tp.topic, partition): (begins[tp], ends[tp]) for tp in changelogs}


async def _restore(reader: Any, lane: DrivenLane, spans: Mapping[TP, tuple[int, int]]) -> int:
    count = 0
    left = {tp: end for tp, (begin, end) in spans.items() if begin < end}
    if not left:
        return count
    reader.assign(list(left))
    for tp in left:
        reader.seek(tp, spans[tp][0])
    while left:
        for part in await fetched(reader._fetcher, list(left), 1.0):
            if part.error is not None:
                raise part.error
            lane.restore(part.tp.topic, part.records)
            count += len(part.records)
            if part.after >= left[part.tp]:
                del left[part.tp]
        await asyncio.sleep(0)
    return count
