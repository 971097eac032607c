"""Opening a lane on the real broker: the fence, the state, the offsets, and what must stop it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import RecordsToDelete
from aiokafka.errors import ProducerFenced
from faust.types import TP

from app.contracts.wire import header_block
from app.errors import LaneError
from app.kafka import admin
from app.lane.records import Output
from app.streaming.opening import Opened, TopicFacts, open_lane
from app.streaming.transaction import LaneProducer
from tests.streaming.counter_lane import OFFSETS, Counted, CounterLane
from tests.streaming.rig import Rig, packed, reading

LANE = 0


@asynccontextmanager
async def opened(rig: Rig, topic_ids: Mapping[str, bytes] | None = None) -> AsyncIterator[Opened]:
    lane = CounterLane(LANE, rig.orders.out, rig.orders.changelogs)
    topics = {name: TopicFacts(topic_id, 1 << 20) for name, topic_id in (topic_ids or {}).items()}
    result = await open_lane(rig.orders.config, lane, topics)
    try:
        yield result
    finally:
        await result.producer.close()


def counted(opened: Opened) -> dict[bytes, int]:
    assert isinstance(opened.lane, CounterLane)
    return {key: value.count for key, value in opened.lane._keys.items()}


async def commit(opened: Opened, offsets: Mapping[str, int], outputs: Mapping[str, list[Output]]) -> None:
    await opened.producer.commit(packed(opened.producer, outputs), offsets)


def state(rig: Rig, counts: Mapping[str, int], offsets: Mapping[str, int], ids: Any = None) -> dict[str, list[Output]]:
    """Changelog records as the counter lane writes them."""
    rows = [Output(key.encode(), msgspec.msgpack.encode(Counted(count, 0))) for key, count in counts.items()]
    place = Output(OFFSETS, msgspec.msgpack.encode((dict(offsets), ids or {})))
    return {rig.orders.changelogs[0]: [*rows, place] if offsets else rows}


def at(rig: Rig, offset: int) -> dict[str, int]:
    return {rig.orders.inputs[0]: offset, rig.orders.inputs[1]: 0, rig.orders.inputs[2]: 0}


@asynccontextmanager
async def group(rig: Rig) -> AsyncIterator[Any]:
    """Somebody with the rights of the group who is none of its members."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=rig.bootstrap_servers, group_id=rig.orders.run, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, LANE) for topic in rig.orders.inputs])
        yield consumer
    finally:
        await consumer.stop()


async def test_the_former_owner_is_fenced_and_what_it_had_begun_is_gone(rig: Rig) -> None:
    await rig.send([("k", "add 1")] * 5, partition=LANE)
    async with opened(rig) as former:
        await commit(former, at(rig, 2), state(rig, {"a": 1}, at(rig, 2)))
        half = former.producer._kafka
        await half.begin_transaction()
        await (await half.send(rig.orders.changelogs[0], msgspec.msgpack.encode(Counted(99, 0)), b"a", partition=LANE))
        async with opened(rig) as owner:
            assert counted(owner) == {b"a": 1}
            assert owner.offsets == at(rig, 2)
            with pytest.raises(ProducerFenced):
                await half.commit_transaction()
            await commit(owner, at(rig, 5), state(rig, {"a": 2}, at(rig, 5)))
    async with opened(rig) as last:
        assert (counted(last), last.offsets) == ({b"a": 2}, at(rig, 5))


async def test_tombstones_and_aborted_records_are_not_restored(rig: Rig) -> None:
    await rig.send([("k", "add 1")] * 5, partition=LANE)
    async with opened(rig) as lane:
        await commit(lane, at(rig, 1), state(rig, {"kept": 1, "gone": 1}, at(rig, 1)))
        await commit(lane, at(rig, 2), {rig.orders.changelogs[0]: [Output(b"gone", None)]})
        await lane.producer._kafka.begin_transaction()
        value = msgspec.msgpack.encode(Counted(99, 0))
        await (await lane.producer._kafka.send(rig.orders.changelogs[0], value, b"kept", partition=LANE))
        await lane.producer._kafka.abort_transaction()
    async with opened(rig) as again:
        assert counted(again) == {b"kept": 1}


async def test_a_changelog_newer_than_the_groups_offset_wins(rig: Rig) -> None:
    """As when the offsets topic lost what the changelog kept, or somebody set the group back."""
    await rig.send([("k", "add 1")] * 10, partition=LANE)
    async with opened(rig) as lane:
        await commit(lane, at(rig, 9), state(rig, {"k": 9}, at(rig, 9)))
    async with group(rig) as consumer:
        await consumer.commit({TopicPartition(rig.orders.inputs[0], LANE): 3})
    async with opened(rig) as again:
        assert again.offsets == at(rig, 9)


async def test_a_group_that_was_forgotten_goes_on_where_the_lane_stood(rig: Rig) -> None:
    """A group idle for offsets.retention.minutes has no offsets any more; the lane's own are as good."""
    await rig.send([("k", "add 1")] * 10, partition=LANE)
    async with rig.producer() as producer:
        for row in state(rig, {"k": 9}, at(rig, 9))[rig.orders.changelogs[0]]:
            await producer.send_and_wait(rig.orders.changelogs[0], row.value, row.key, partition=LANE)
    async with opened(rig) as again:
        assert again.offsets == at(rig, 9)


async def test_state_without_any_offset_stops_the_lane(rig: Rig) -> None:
    await rig.send([("k", "add 1")] * 10, partition=LANE)
    async with rig.producer() as producer:
        value = msgspec.msgpack.encode(Counted(4, 0))
        await producer.send_and_wait(rig.orders.changelogs[0], value, b"k", partition=LANE)
    with pytest.raises(LaneError, match="there is state"):
        async with opened(rig):
            pass


async def test_offsets_without_state_stop_the_lane(rig: Rig) -> None:
    """The changelogs were deleted: every open case would be forgotten in silence."""
    await rig.send([("k", "add 1")] * 10, partition=LANE)
    async with group(rig) as consumer:
        await consumer.commit({TopicPartition(rig.orders.inputs[0], LANE): 3})
    with pytest.raises(LaneError, match="changelogs are empty"):
        async with opened(rig):
            pass


async def test_records_deleted_before_they_were_read_stop_the_lane(rig: Rig) -> None:
    await rig.send([("k", "add 1")] * 10, partition=LANE)
    async with opened(rig) as lane:
        await commit(lane, at(rig, 2), state(rig, {"k": 2}, at(rig, 2)))
    async with rig.admin() as client:
        await client.delete_records({TopicPartition(rig.orders.inputs[0], LANE): RecordsToDelete(before_offset=6)})
    with pytest.raises(LaneError, match="2 to 6 are gone"):
        async with opened(rig):
            pass


async def test_a_topic_made_anew_stops_the_lane(rig: Rig) -> None:
    """Its offsets fit, as it happens: only the cluster's id tells."""
    client, topic = {"bootstrap_servers": rig.bootstrap_servers}, rig.orders.inputs[0]

    async def ids() -> dict[str, bytes]:
        return {name: found.bytes for name, found in (await admin.topic_ids(client, rig.orders.inputs)).items()}

    await rig.send([("k", "add 1")] * 4, partition=LANE)
    before = await ids()
    async with opened(rig, before) as lane:
        await commit(lane, at(rig, 4), state(rig, {"k": 4}, at(rig, 4), before))
    async with opened(rig, before):
        pass
    async with rig.admin() as kafka:
        await kafka.delete_topics([topic])
    await rig.create_until_there(topic)
    await rig.send([("k", "add 1")] * 8, partition=LANE)
    with pytest.raises(LaneError, match=f"topic {topic} was deleted and made anew"):
        async with opened(rig, await ids()):
            pass


async def test_a_record_too_large_for_its_topic_names_the_topic(rig: Rig) -> None:
    async with opened(rig) as lane:
        with pytest.raises(LaneError, match=f"a record for {rig.orders.out} is larger than the topic allows"):
            await commit(lane, at(rig, 0), {rig.orders.out: [Output(b"k", b"x" * 300_000)]})


async def test_outputs_beyond_what_a_topic_takes_in_a_batch_are_split_and_keep_their_order(rig: Rig) -> None:
    """The output topic takes 200,000 bytes at once; so much is not known to a producer by itself."""
    producer = LaneProducer(rig.orders.config, LANE, {rig.orders.out: 200_000})
    await producer.open()
    try:
        rows = [Output(b"%d" % number, b"x" * 1_500, header_block([("h", b"v")])) for number in range(400)]
        batches = packed(producer, {rig.orders.out: rows})
        assert [batch.record_count() for _, batch in batches] == [131, 131, 131, 7]
        await producer.commit(batches, at(rig, 0))
    finally:
        await producer.close()
    tp = TopicPartition(rig.orders.out, LANE)
    async with reading(rig, TP(*tp)) as consumer:
        found = []
        while len(found) < len(rows):
            found += (await consumer.getmany(tp, timeout_ms=500)).get(tp)
    assert [record.key for record in found] == [row.key for row in rows]
    assert found[0].headers == (("h", b"v"),)
