"""From records to facts: decoded by their contract, and lying where they belong."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.contracts.decode import Decoder, Extended, Fact
from app.contracts.keys import OwnPartition, librdkafka_default_partition, partition_of
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


_NO_FACTS = frozenset((Refused, Extended))


class Intake:
    """Reads the records of one input topic in one partition."""

    def __init__(self, role: str, decoder: Decoder[Any], own: OwnPartition) -> None:
        self.role = role
        self._decode_all = decoder.decode_all
        self._own = own

    def read(self, records: Sequence[Record]) -> list[Fact | Extended | Refused]:
        """What each record holds, in order. Refused, too, when its key is not the customer's, or does not hash to this
        partition."""
        found = self._decode_all(records)
        keys = [record.key for record in records]
        if self._are_in_place(keys, found):
            return found
        for place, (key, fact) in enumerate(zip(keys, found, strict=True)):
            if not isinstance(fact, Refused):
                body = fact.body if isinstance(fact, Extended) else fact
                found[place] = self._misplaced(key, body.customer_id) or fact
        return found

    def _are_in_place(self, keys: list[bytes | None], found: Sequence[Any]) -> bool:
        """Whether all records hold facts, and none of them is `_misplaced`: the twin of that, for a whole batch."""
        if not _NO_FACTS.isdisjoint(map(type, found)):
            return False
        customers = [fact.customer_id.encode() for fact in found]
        return keys == customers and self._own.holds_all(customers)

    def _misplaced(self, key: bytes | None, customer_id: str) -> Refused | None:
        if not key:
            return Refused(KEY_MISSING, "the record has no key; set it to the UTF-8 customer_id")
        if key != customer_id.encode():
            said = "the key differs from the body's customer_id; both must be the same UTF-8 text"
            return Refused(KEY_MISMATCH, said)
        if self._own.holds_all([key]):
            return None
        own, partitions = self._own.number, self._own.partitions
        right = partition_of(key, partitions)
        said = f"it lies in partition {own}; its key hashes (murmur2) to {right} of {partitions}"
        if librdkafka_default_partition(key, partitions) == own:
            said += "; this is where librdkafka's default partitioner puts it: set partitioner=murmur2_random"
        return Refused(WRONG_PARTITION, said)
