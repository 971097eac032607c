"""What goes into a lane and what comes out of it."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from app.domain.quantities import Millis

Headers = Sequence[tuple[str, bytes]]


class Record(Protocol):
    """A consumed record, as the Kafka client hands it over (aiokafka's ConsumerRecord and its raw records both fit)."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> Millis: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Output(Struct, frozen=True, array_like=True, gc=False):
    """A record to publish to this lane's partition of its topic. `value` None is a tombstone."""

    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]]


class Tally(Struct):
    """What happened in one batch, for the metrics; counted once a batch, never an id among the labels."""

    events: dict[str, int]                         # input topic -> records read
    decisions: dict[tuple[str, str], int]          # (outcome, segment) -> cases decided
    triggers: dict[str, int]                       # trigger -> cases decided
    dead_letters: dict[tuple[str, str], int]       # (topic, reason code)
    repeats: dict[str, int]                        # topic -> facts seen before
    late: dict[str, int]                           # topic -> facts after deadline or decision
    unknown_fields: dict[str, int]                 # topic -> events with fields that the contract does not know
    requests: dict[str, int]                       # bureau -> requests
    completing: list[Millis]                       # record timestamp of the event that completed each case


class Harvest(Struct):
    """Everything that one transaction must hold, and what to count once it is committed."""

    outputs: dict[str, list[Output]]               # topic (outputs, dead letters and changelogs alike) -> records
    tally: Tally
