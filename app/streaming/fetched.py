"""Takes whole record batches out of aiokafka's fetcher: no object per record is made beyond the client's own.

`Fetcher.fetched_records` wraps every record once more, and when one partition fails it loses what it had already taken
from the others. Here each partition is taken by itself, with the position before and after, so that nothing can go
missing unnoticed. CRC, aborted transactions and control batches are honoured as `PartitionRecords` does.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult
from aiokafka.errors import ConsumerStoppedError, CorruptRecordException, KafkaError
from faust.types import TP
from msgspec import Struct

from app.lane.records import Record
from app.streaming.checksums import CheckedRecords


class Fetched(Struct, frozen=True, gc=False):
    """What lay ready for one partition. `after` exceeds the last offset + 1 where control records follow it."""

    tp: TP
    start: int
    after: int
    records: list[Record]
    error: KafkaError | None = None


async def fetched(fetcher: Any, wanted: Iterable[TP], within: float) -> list[Fetched]:
    """What lies ready for these partitions; waits up to `within` seconds for the first of it."""
    loop = asyncio.get_running_loop()
    until = loop.time() + within
    while True:
        if fetcher._closed:
            raise ConsumerStoppedError()
        ready = [part for tp in wanted if tp in fetcher._records and (part := _take(fetcher, tp)) is not None]
        left = until - loop.time()
        if ready or left <= 0:
            return ready
        waiter = fetcher._create_fetch_waiter()
        done, _ = await asyncio.wait([waiter], timeout=left)
        if not done:
            waiter.cancel()
            return []
        waiter.result()                        # the group coordinator's errors arrive here


def _take(fetcher: Any, tp: TP) -> Fetched | None:
    entry = fetcher._records.pop(tp)
    fetcher._notify(fetcher._wait_consume_future)
    if not isinstance(entry, FetchResult):
        return Fetched(tp, -1, -1, [], entry._error)
    if not entry.check_assignment(tp) or not entry.has_more():
        return None
    part = entry._partition_records
    start = part.next_fetch_offset
    records: list[Record] = []
    error = None
    try:
        for batch in _visible(part):
            whole = batch.base_offset >= part.next_fetch_offset
            records.extend(batch if whole else _from(batch, part.next_fetch_offset))
    except KafkaError as unreadable:           # a broken checksum, a compression this machine cannot undo
        error = unreadable
    part._records_iterator = None              # it refers back: a cycle, in which the fetched bytes would wait for the
    entry._update_position()                   # garbage collector
    return Fetched(tp, start, part.next_fetch_offset, records, error)


def _visible(part: Any) -> Any:
    """The batches that hold data for this reader; moves `next_fetch_offset` past each one, shown or not."""
    batches, committed_only = part._records, part._isolation_level == READ_COMMITTED
    while batches.has_next():
        batch = batches.next_batch()
        if part._check_crcs and not isinstance(batches, CheckedRecords) and not batch.validate_crc():
            raise CorruptRecordException(f"a record batch of {part._tp.topic}-{part._tp.partition} fails its checksum")
        if committed_only and batch.producer_id is not None:
            part._consume_aborted_up_to(batch.base_offset)
            if batch.is_control_batch and part._contains_abort_marker(batch):
                part._aborted_producers.discard(batch.producer_id)
            aborted = batch.is_transactional and batch.producer_id in part._aborted_producers
        else:
            aborted = False
        if not aborted and not batch.is_control_batch:
            yield batch
        part.next_fetch_offset = batch.next_offset


def _from(batch: Any, offset: int) -> list[Record]:
    """A fetch may begin in the middle of a batch."""
    return [record for record in batch if record.offset >= offset]
