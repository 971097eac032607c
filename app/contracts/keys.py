"""Which partition a key belongs to: the default partitioner of Java clients and of aiokafka.

Source of the algorithm: murmur2 as in Apache Kafka's `org.apache.kafka.common.utils.Utils.murmur2`, seed 0x9747b28c,
sign bit masked off, modulo the number of partitions.
"""

from zlib import crc32

_SEED = 0x9747B28C
_M = 0x5BD1E995
_32_BITS = 0xFFFFFFFF


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


def partition_of(key: bytes, partitions: int) -> int:
    """Where a record with this key must lie."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def librdkafka_default_partition(key: bytes, partitions: int) -> int:
    """Where librdkafka's default partitioner (`consistent_random`) puts the key: for the hint, never for routing."""
    return crc32(key) % partitions
