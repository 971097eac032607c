"""Kafka's record batch (format 2), put together from ready bytes.

aiokafka's builder takes one record after another, encodes its headers each time, and copies it into a buffer that
grows. Here the parts of all records that come together are joined at once, headers come encoded, and the checksum is
the processor's.

    batch    base offset, length, epoch, format, checksum, attributes, ..., producer, sequence, count | records
    record   length | attributes, deltas of timestamp and offset | key | value | headers
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from operator import add
from struct import pack
from typing import Any, NamedTuple, cast

from aiokafka.producer.message_accumulator import BatchBuilder

from app.contracts.wire import NO_HEADERS, NULL, VARINTS, headers_in
from app.lane.records import Output
from app.streaming.checksums import crc32c

HEAD_BYTES = 61
_AFTER_LENGTH = 49                             # bytes of the head that its length counts
_TRANSACTIONAL = 0x10                          # the only attribute: no compression, no control records

_places: list[bytes] = []                      # by the place in the batch: attributes, no delta of time, the offset's
_NONE: list[Any] = []
_varint = VARINTS.__getitem__


class EncodedBatch(NamedTuple):
    """Ready to be sent; in pieces, because joining them would copy a megabyte."""

    head: bytes
    records: tuple[bytes, ...]                 # several in each


class RecordBatch:
    """What aiokafka's accumulator and sender ask of a `BatchBuilder`. All of its records have one timestamp."""

    def __init__(self, limit: int, timestamp: int) -> None:
        """`limit` in bytes; a single larger record is taken all the same, for the broker to refuse. `timestamp` in ms
        since 1970."""
        self._left = limit - HEAD_BYTES
        self._timestamp = timestamp
        self._pieces: list[bytes] = []
        self._count = 0
        self._producer = (-1, -1, -1)          # id, epoch, sequence number of the first record
        self._encoded: EncodedBatch | None = None

    def take(self, records: Sequence[Output], begin: int = 0) -> int:
        """Takes those from `begin` on, in order, as long as they fit; returns the place of the first one that does
        not."""
        heads, contents, headers = self._columns(records[begin:] if begin else records)
        sizes = list(map(add, map(add, map(len, heads), map(len, contents)), map(len, headers)))
        lengths = list(map(_varint, sizes))
        size, count = sum(sizes) + sum(map(len, lengths)), len(sizes)
        if size > self._left:
            ends = list(accumulate(map(add, sizes, map(len, lengths))))
            count = bisect_right(ends, self._left) or (0 if self._count else 1)
            size = ends[count - 1] if count else 0
            lengths, heads, contents, headers = lengths[:count], heads[:count], contents[:count], headers[:count]
        # No record is joined by itself first: each copy of kilobytes drives other things out of the cache.
        self._pieces.append(b"".join(chain.from_iterable(zip(lengths, heads, contents, headers, strict=True))))
        self._left -= size
        self._count += count
        return begin + count

    def _columns(self, records: Sequence[Output]) -> tuple[list[bytes], list[bytes], list[bytes]]:
        """Of the records, as if all of them fit: what stands before a value, values, headers. Column by column, without
        a loop in Python."""
        keys = [record.key for record in records]
        values = [record.value for record in records]
        headers = [record.headers for record in records]
        places = _places_from(self._count, len(records))
        if None in values:
            sizes: Iterable[bytes] = [NULL if value is None else VARINTS[len(value)] for value in values]
            contents = [value or b"" for value in values]
        else:
            contents = cast(list[bytes], values)
            sizes = map(_varint, map(len, contents))
        heads = list(map(b"".join, zip(places, map(_varint, map(len, keys)), keys, sizes, strict=True)))
        return heads, contents, headers

    # what the client asks -----------------------------------------------------------------------------------------

    def record_count(self) -> int:
        return self._count

    def closed(self) -> bool:
        """It is handed over when nothing more comes."""
        return True

    def close(self) -> None:
        """Nothing to do."""

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self._producer = (producer_id, producer_epoch, base_sequence)

    def _build(self) -> EncodedBatch:
        """The same at every attempt to send it."""
        if self._encoded is None:
            records = tuple(self._pieces)
            self._pieces.clear()
            self._encoded = EncodedBatch(self._head(records), records)
        return self._encoded

    def _head(self, records: Sequence[bytes]) -> bytes:
        at, count = self._timestamp, self._count
        covered = pack(">hiqqqhii", _TRANSACTIONAL, count - 1, at, at, *self._producer, count)
        length = _AFTER_LENGTH + sum(map(len, records))
        return pack(">qiibI", 0, length, -1, 2, crc32c(covered, *records)) + covered


def _places_from(first: int, count: int) -> list[bytes]:
    while len(_places) < first + count:
        _places.append(b"\0\0" + VARINTS[len(_places)])
    return _places[first : first + count]


class ClientsBatch(BatchBuilder):  # type: ignore[misc]   # aiokafka is untyped here
    """The client's own builder, for records without headers: those it takes quicker, one by one, in compiled code."""

    def __init__(self, limit: int, timestamp: int) -> None:
        """As a RecordBatch."""
        super().__init__(limit, 0, is_transactional=1)
        self._relative_offset: int = 0
        self._timestamp = timestamp

    def take(self, records: Sequence[Output], begin: int = 0) -> int:
        """As a RecordBatch's; goes past `append`, which adds nothing that is needed here."""
        append, place, at = self._builder.append, self._relative_offset, self._timestamp
        for record in records[begin:] if begin else records:
            headers = _NONE if record.headers is NO_HEADERS else headers_in(record.headers)
            if append(place, at, record.key, record.value, headers) is None:
                break
            place += 1
        begin += place - self._relative_offset
        self._relative_offset = place
        return begin
