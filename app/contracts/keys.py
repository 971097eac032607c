"""Which partition a key belongs to: the default partitioner of Java clients and of aiokafka.

Source of the algorithm: murmur2 as in Apache Kafka's `org.apache.kafka.common.utils.Utils.murmur2`, seed 0x9747b28c,
sign bit masked off, modulo the number of partitions.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

_SEED = 0x9747B28C
_M = 0x5BD1E995
_32_BITS = 0xFFFFFFFF
_MOST_REMEMBERED = 4_096                       # keys of one partition, and those of one batch more


def murmur2(key: bytes) -> int:
    """The 32-bit hash, unsigned."""
    length = len(key)
    h = _SEED ^ length
    whole = length & ~3
    for start in range(0, whole, 4):
        k = int.from_bytes(key[start : start + 4], "little") * _M & _32_BITS
        k = (k ^ k >> 24) * _M & _32_BITS
        h = h * _M & _32_BITS ^ k
    if length > whole:
        h = (h ^ int.from_bytes(key[whole:], "little")) * _M & _32_BITS
    h = (h ^ h >> 13) * _M & _32_BITS
    return h ^ h >> 15


def murmur2_all(keys: Sequence[bytes]) -> NDArray[np.uint32]:
    """The hash of each key, a column of keys of one length at a time."""
    if len(set(map(len, keys))) == 1:
        return _column(b"".join(keys), len(keys), len(keys[0]))
    hashes = np.empty(len(keys), dtype=np.uint32)
    by_length: dict[int, list[int]] = {}
    for place, key in enumerate(keys):
        by_length.setdefault(len(key), []).append(place)
    for length, places in by_length.items():
        hashes[places] = _column(b"".join([keys[place] for place in places]), len(places), length)
    return hashes


_WORTH_COLUMNS = 16                            # fewer keys are hashed quicker one by one


def _column(joined: bytes, count: int, length: int) -> NDArray[np.uint32]:
    """As murmur2, on unsigned 32-bit arrays, which wrap by themselves."""
    letters = np.frombuffer(joined, dtype=np.uint8).reshape(count, length)
    whole = length & ~3
    words = np.ascontiguousarray(letters[:, :whole]).view("<u4")
    m = np.uint32(_M)
    h = np.full(len(letters), _SEED ^ length, dtype=np.uint32)
    for word in words.T:
        k = word * m
        k = (k ^ k >> np.uint32(24)) * m
        h = h * m ^ k
    if length > whole:
        tail = np.zeros(len(letters), dtype=np.uint32)
        for place in range(whole, length):
            tail |= letters[:, place].astype(np.uint32) << np.uint32(8 * (place - whole))
        h = (h ^ tail) * m
    h = (h ^ h >> np.uint32(13)) * m
    return h ^ h >> np.uint32(15)


def partition_of(key: bytes, partitions: int) -> int:
    """Where a record with this key must lie."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def partitions_of(keys: Sequence[bytes], partitions: int) -> list[int]:
    """`partition_of` each key."""
    if len(keys) < _WORTH_COLUMNS:
        return [partition_of(key, partitions) for key in keys]
    found: list[int] = ((murmur2_all(keys) & np.uint32(0x7FFFFFFF)) % np.uint32(partitions)).tolist()
    return found


class OwnPartition:
    """One partition, and the keys that were found to belong to it lately: a customer's events come close together, on
    every topic, and need hashing once."""

    def __init__(self, number: int, partitions: int) -> None:
        """`number`: one of so many `partitions`."""
        self.number = number
        self.partitions = partitions
        self._known: set[bytes] = set()

    def holds_all(self, keys: Sequence[bytes]) -> bool:
        """Whether each of the keys belongs here."""
        if self._known.issuperset(keys):
            return True
        if partitions_of(keys, self.partitions) != [self.number] * len(keys):
            return False
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        self._known.update(keys)
        return True


def librdkafka_default_partition(key: bytes, partitions: int) -> int:
    """Where librdkafka's default partitioner (`consistent_random`) puts the key: for the hint, never for routing."""
    return crc32(key) % partitions
