"""Kafka's record batch (format 2), put together from ready bytes.

aiokafka's builder takes one record after another, encodes its headers each time, and copies it into a buffer that
grows. Here the parts of all records are joined once, headers come encoded, and the checksum is the processor's.

    batch    base offset, length, epoch, format, checksum, attributes, ..., producer, sequence, count | records
    record   length | attributes, deltas of timestamp and offset | key | value | headers
"""

from collections.abc import Sequence
from itertools import islice
from struct import pack
from typing import NamedTuple

from app.contracts.wire import NULL, VARINTS
from app.lane.records import Output
from app.streaming.checksums import crc32c

HEAD_BYTES = 61
_AFTER_LENGTH = 49                             # bytes of the head that its length counts
_TRANSACTIONAL = 0x10                          # the only attribute: no compression, no control records

_places: list[bytes] = []                      # by the place in the batch: attributes, no delta of time, the offset's


class EncodedBatch(NamedTuple):
    """Ready to be sent; in two pieces, because joining them would copy a megabyte."""

    head: bytes
    records: bytes


class RecordBatch:
    """What aiokafka's accumulator and sender ask of a `BatchBuilder`. All of its records have one timestamp."""

    def __init__(self, limit: int, timestamp: int) -> None:
        """`limit` in bytes; a single larger record is taken all the same, for the broker to refuse. `timestamp` in ms
        since 1970."""
        self._left = limit - HEAD_BYTES
        self._timestamp = timestamp
        self._parts: list[bytes] = []
        self._count = 0
        self._producer = (-1, -1, -1)          # id, epoch, sequence number of the first record
        self._encoded: EncodedBatch | None = None

    def take(self, records: Sequence[Output], begin: int = 0) -> int:
        """Takes those from `begin` on, in order, as long as they fit; returns the place of the first one that does
        not."""
        parts, left, place = self._parts, self._left, self._count
        _number(place + len(records) - begin)
        for record in islice(records, begin, None):
            key, value, headers = record.key, record.value, record.headers
            if value is None:
                value = b""
                head = _places[place] + VARINTS[len(key)] + key + NULL
            else:
                head = _places[place] + VARINTS[len(key)] + key + VARINTS[len(value)]
            size = len(head) + len(value) + len(headers)
            length = VARINTS[size]
            left -= size + len(length)
            if left < 0 and place:
                break
            parts += (length, head, value, headers)
            place += 1
        begin += place - self._count
        self._left, self._count = left, place
        return begin

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
            records = b"".join(self._parts)
            self._parts.clear()
            self._encoded = EncodedBatch(self._head(records), records)
        return self._encoded

    def _head(self, records: bytes) -> bytes:
        at, count = self._timestamp, self._count
        covered = pack(">hiqqqhii", _TRANSACTIONAL, count - 1, at, at, *self._producer, count)
        return pack(">qiibI", 0, _AFTER_LENGTH + len(records), -1, 2, crc32c(covered, records)) + covered


def _number(places: int) -> None:
    while len(_places) < places:
        _places.append(b"\0\0" + VARINTS[len(_places)])
