"""From records to facts: decoded by their contract, and lying where they belong."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.contracts.decode import Decoder, Extended, Fact
from app.contracts.keys import librdkafka_default_partition, partitions_of
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


class Intake:
    """Reads the records of one input topic in one partition."""

    def __init__(self, role: str, decoder: Decoder[Any], partition: int, partitions: int) -> None:
        self.role = role
        self._decode_all = decoder.decode_all
        self._partition = partition
        self._partitions = partitions

    def read(self, records: Sequence[Record]) -> list[Fact | Extended | Refused]:
        """What each record holds, in order. Refused, too, when its key is not the customer's, or does not hash to this
        partition: the hashes of a batch are computed together."""
        found = self._decode_all(records)
        keys = [record.key for record in records]
        right = partitions_of([key or b"" for key in keys], self._partitions)
        own = self._partition
        for place, fact in enumerate(found):
            if not isinstance(fact, Refused):
                key = keys[place]
                body = fact.body if isinstance(fact, Extended) else fact
                if not key or key != body.customer_id.encode() or right[place] != own:
                    found[place] = self._misplaced(key, body.customer_id, right[place])
        return found

    def _misplaced(self, key: bytes | None, customer_id: str, right: int) -> Refused:
        if not key:
            return Refused(KEY_MISSING, "the record has no key; set it to the UTF-8 customer_id")
        if key != customer_id.encode():
            said = "the key differs from the body's customer_id; both must be the same UTF-8 text"
            return Refused(KEY_MISMATCH, said)
        said = f"it lies in partition {self._partition}; its key hashes (murmur2) to {right} of {self._partitions}"
        if librdkafka_default_partition(key, self._partitions) == self._partition:
            said += "; this is where librdkafka's default partitioner puts it: set partitioner=murmur2_random"
        return Refused(WRONG_PARTITION, said)
