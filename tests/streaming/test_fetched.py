"""Whole record batches, taken out of a real fetcher: transactions, seeks and broken bytes."""

import asyncio
import gc
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import CorruptRecordException, OffsetOutOfRangeError
from faust.types import TP

from app.streaming.fetched import Fetched, fetched
from tests.streaming.rig import Rig, reading, until


async def read_to(consumer: Any, tp: TP, end: int) -> list[Fetched]:
    parts: list[Fetched] = []
    async with asyncio.timeout(15):
        while not parts or parts[-1].after < end:
            parts += await fetched(consumer._fetcher, [tp], 0.5)
    return parts


def values(parts: list[Fetched]) -> list[bytes | None]:
    return [record.value for part in parts for record in part.records]


async def test_aborted_transactions_and_control_records_are_skipped_without_a_gap(rig: Rig) -> None:
    """Committed and aborted transactions interleave with plain records, two producers at a time."""
    topic, tp = rig.orders.inputs[0], TP(rig.orders.inputs[0], 0)
    expected = []
    async with rig.producer("one-" + rig.orders.run) as one, rig.producer("two-" + rig.orders.run) as two:
        for number in range(12):
            for producer, commits in ((one, number % 2 == 0), (two, number % 3 == 0)):
                await producer.begin_transaction()
                value = f"{number} {commits}".encode()
                await producer.send_and_wait(topic, value, b"k", partition=0)
                if commits:
                    await producer.commit_transaction()
                    expected.append(value)
                else:
                    await producer.abort_transaction()
    async with reading(rig, tp) as consumer:
        end = (await consumer.end_offsets([TopicPartition(*tp)]))[tp]
        parts = await read_to(consumer, tp, end)
        assert values(parts) == expected
        assert parts[-1].after == end          # past the last marker: nothing is left to read
        assert [part.start for part in parts] == [0, *(part.after for part in parts[:-1])]
    async with reading(rig, tp, isolation="read_uncommitted") as consumer:
        assert len(values(await read_to(consumer, tp, end))) == 24


async def test_an_open_transaction_hides_what_lies_behind_it(rig: Rig) -> None:
    topic, tp = rig.orders.inputs[0], TP(rig.orders.inputs[0], 0)
    await rig.send([("k", "before")], partition=0)
    async with rig.producer("open-" + rig.orders.run) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"open", b"k", partition=0)
        await rig.send([("k", "behind")], partition=0)
        async with reading(rig, tp) as consumer:
            assert values(await read_to(consumer, tp, 1)) == [b"before"]
            assert await fetched(consumer._fetcher, [tp], 0.4) == []
            await producer.commit_transaction()
            assert values(await read_to(consumer, tp, 3)) == [b"open", b"behind"]


async def test_fetched_bytes_are_freed_without_the_garbage_collector(rig: Rig) -> None:
    tp = TP(rig.orders.inputs[0], 0)
    await rig.send([("k", str(number)) for number in range(10)], partition=0)
    gc.collect()
    gc.disable()
    try:
        async with reading(rig, tp) as consumer:
            assert len(values(await read_to(consumer, tp, 10))) == 10
            assert not [held for held in gc.get_objects() if isinstance(held, PartitionRecords)]
    finally:
        gc.enable()


async def test_a_seek_into_the_middle_of_a_batch_begins_there(rig: Rig) -> None:
    tp = TP(rig.orders.inputs[0], 0)
    await rig.send([("k", str(number)) for number in range(10)], partition=0)
    async with reading(rig, tp) as consumer:
        consumer.seek(tp, 7)
        (part,) = await read_to(consumer, tp, 10)
        assert (part.start, part.after, values([part])) == (7, 10, [b"7", b"8", b"9"])
        consumer.seek(tp, 2)
        assert values(await read_to(consumer, tp, 10)) == [str(number).encode() for number in range(2, 10)]


async def test_a_broken_checksum_costs_no_other_partition_its_records(rig: Rig) -> None:
    """The client's own `fetched_records` would raise, having taken and lost what the others had."""
    tps = [TP(rig.orders.inputs[0], partition) for partition in (0, 1)]
    for partition in (0, 1, 0):
        await rig.send([("k", f"good {partition}")], partition=partition)
    async with reading(rig, *tps) as consumer:
        _break_one_transfer(consumer._client, tps[0])
        await until(lambda: _both_fetched(consumer), 10)
        first, second = sorted(await fetched(consumer._fetcher, tps, 1.0), key=lambda part: part.tp.partition)
        assert (values([first]), first.after) == ([b"good 0"], 1)
        assert isinstance(first.error, CorruptRecordException)
        assert (values([second]), second.error) == ([b"good 1"], None)
        (again,) = await read_to(consumer, tps[0], 2)       # fetched anew, whole this time
        assert (again.start, values([again])) == (1, [b"good 0"])


async def _both_fetched(consumer: Any) -> bool:
    return len(consumer._fetcher._records) == 2


def _break_one_transfer(client: Any, broken: TP) -> None:
    """The last byte of the next answer that holds records of this partition."""
    send = client.send

    async def sent(node: int, request: Any, **options: Any) -> Any:
        answer = await send(node, request, **options)
        for topic, parts in getattr(answer, "topics", ()):
            for index, part in enumerate(parts):
                if topic == broken.topic and part[0] == broken.partition and isinstance(part[-1], bytes) and part[-1]:
                    parts[index] = (*part[:-1], part[-1][:-1] + bytes([part[-1][-1] ^ 0xFF]))
                    client.send = send
        return answer

    client.send = sent


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
async def test_whatever_a_producer_compresses_with_can_be_read(rig: Rig, compression: str) -> None:
    tp, sent = TP(rig.orders.inputs[0], 0), [f"{number} {'x' * 200}".encode() for number in range(50)]
    producer = AIOKafkaProducer(bootstrap_servers=rig.bootstrap_servers, compression_type=compression, linger_ms=50)
    await producer.start()
    try:
        await asyncio.gather(*[await producer.send(tp.topic, value, b"k", partition=0) for value in sent])
    finally:
        await producer.stop()
    async with reading(rig, tp) as consumer:
        assert values(await read_to(consumer, tp, 50)) == sent


async def test_an_offset_out_of_range_is_reported_not_reset(rig: Rig) -> None:
    tp = TP(rig.orders.inputs[0], 0)
    await rig.send([("k", "only")], partition=0)
    async with reading(rig, tp) as consumer:
        consumer.seek(tp, 40)
        async with asyncio.timeout(10):
            while not (parts := await fetched(consumer._fetcher, [tp], 0.5)):
                pass
        assert isinstance(parts[0].error, OffsetOutOfRangeError)
        assert parts[0].records == []
