"""From a record to a fact: decoded by its contract, and lying where it belongs."""

from typing import Any, NamedTuple

from app.contracts.decode import Decoder, Fact
from app.contracts.keys import librdkafka_default_partition, partition_of
from app.contracts.reasons import KEY_MISMATCH, KEY_MISSING, WRONG_PARTITION, Refused
from app.domain.case import ResponseFact
from app.domain.quantities import Millis
from app.lane.records import Headers, Record


class Origin(NamedTuple):
    """Where a record came from, for its dead letter: `topic` is the contract's name."""

    topic: str
    offset: int
    timestamp: Millis
    key: bytes | None
    headers: Headers = ()

    @classmethod
    def of(cls, response: ResponseFact) -> "Origin":
        received = response.received
        return cls(received.topic, received.offset, received.timestamp, response.body.customer_id.encode())


class Keys:
    """Remembers which keys were seen to belong to this lane: the hash is computed once a key, not once a record."""

    LIMIT = 1_000_000                          # then it starts over: bounded memory, an occasional second look

    def __init__(self, partition: int, partitions: int) -> None:
        self._partition = partition
        self._partitions = partitions
        self._known: dict[bytes, str] = {}

    def check(self, key: bytes | None, customer_id: str) -> None:
        """Raises Refused unless the key is the customer's and hashes to this lane."""
        if key and self._known.get(key) == customer_id:
            return
        if not key:
            raise Refused(KEY_MISSING, "the record has no key; set it to the UTF-8 customer_id")
        if key != customer_id.encode():
            raise Refused(KEY_MISMATCH, "the key differs from the body's customer_id; both must be the same UTF-8 text")
        right = partition_of(key, self._partitions)
        if right != self._partition:
            raise Refused(WRONG_PARTITION, self._wrong_partition(key, right))
        if len(self._known) >= self.LIMIT:
            self._known.clear()
        self._known[key] = customer_id

    def _wrong_partition(self, key: bytes, right: int) -> str:
        said = f"it lies in partition {self._partition}; its key hashes (murmur2) to {right} of {self._partitions}"
        if librdkafka_default_partition(key, self._partitions) == self._partition:
            return said + "; this is where librdkafka's default partitioner puts it: set partitioner=murmur2_random"
        return said


class Intake:
    """Reads the records of one input topic."""

    def __init__(self, role: str, decoder: Decoder[Any], keys: Keys) -> None:
        self.role = role
        self._decode = decoder.decode
        self._keys = keys

    def read(self, record: Record) -> tuple[Fact, int]:
        """The fact, and how many fields the contract does not know. Raises Refused for anything else."""
        body, unknown_fields = self._decode(record.value, record.headers, record.timestamp)
        self._keys.check(record.key, body.customer_id)
        return body, unknown_fields
