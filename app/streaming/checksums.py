"""CRC-32C by the processor's own instruction, for what is fetched and what is produced.

aiokafka computes the checksum of every record batch by table: 0.5 µs a kilobyte, which over a decision's events and
outputs is more than deciding costs, and here less than a tenth of that. What is covered, and what is refused, stays the
protocol's; nothing is left unchecked.
"""

from functools import reduce
from struct import Struct as Layout
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords
from google_crc32c import extend, value

_LENGTH = Layout(">8xi").unpack_from           # of what follows these 12 bytes
_MAGIC_AND_CRC = Layout(">16xBI").unpack_from
_BEFORE_LENGTH, _COVERED_FROM = 12, 21         # bytes: base offset and length; everything up to the checksum
_FORMAT_WITH_CRC32C = 2                        # earlier ones have another checksum, elsewhere


def crc32c(first: bytes, *others: bytes) -> int:
    """Of all of them, one after the other."""
    return int(reduce(extend, others, value(first)))


class CheckedRecords:
    """What a fetch brought of one partition: aiokafka's `MemoryRecords`, each batch checked as it is taken."""

    def __init__(self, fetched: bytes) -> None:
        self._fetched = fetched
        self._batches = MemoryRecords(fetched)
        self._at = 0

    def size_in_bytes(self) -> int:
        return len(self._fetched)

    def has_next(self) -> bool:
        return bool(self._batches.has_next())

    def next_batch(self) -> Any:
        """CorruptRecordException when it is not what the producer sent."""
        batch, start = self._batches.next_batch(), self._at
        self._at = end = start + _BEFORE_LENGTH + _LENGTH(self._fetched, start)[0]
        magic, said = _MAGIC_AND_CRC(self._fetched, start)
        if magic < _FORMAT_WITH_CRC32C:
            sound = batch.validate_crc()
        else:
            sound = crc32c(self._fetched[start + _COVERED_FROM : end]) == said
        if not sound:
            raise CorruptRecordException(f"the record batch at byte {start} of a fetch fails its checksum")
        return batch


def check_as_batches_are_taken() -> None:
    """From now on this process's consumers do. Those made with `check_crcs=False` leave it at that."""
    fetcher.MemoryRecords = CheckedRecords
