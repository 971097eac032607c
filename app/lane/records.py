"""What goes into a lane and what comes out of it."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct, field

from app.contracts.wire import NO_HEADERS
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
    headers: bytes = NO_HEADERS                # as they are spelt on the wire: see contracts.wire


class Tally(Struct, gc=False):
    """What happened in one batch, for the metrics; counted once a batch, never an id among the labels."""

    events: dict[str, int] = field(default_factory=dict)  # input topic -> records read
    decisions: dict[tuple[str, str], int] = field(default_factory=dict)  # (outcome, segment) -> cases decided
    triggers: dict[str, int] = field(default_factory=dict)  # trigger -> cases decided
    dead_letters: dict[tuple[str, str], int] = field(default_factory=dict)  # (topic, reason code)
    repeats: dict[str, int] = field(default_factory=dict)  # topic -> facts seen before
    late: dict[str, int] = field(default_factory=dict)  # topic -> facts after deadline or decision
    unknown_fields: dict[str, int] = field(default_factory=dict)  # topic -> events with fields not in the contract
    requests: dict[str, int] = field(default_factory=dict)  # bureau -> requests
    completing: list[Millis] = field(default_factory=list)  # record timestamps of the completing events


Portion = tuple[str, Sequence[Output]]         # topic (outputs, dead letters and changelogs alike), records


class Harvest(Struct, gc=False):
    """Everything that one transaction must hold, and what to count once it is committed: the tally is complete when the
    last portion has been taken. A lane may work while they are taken."""

    portions: Iterable[Portion]
    tally: Tally

    def gathered(self) -> dict[str, list[Output]]:
        """All portions, by topic."""
        found: dict[str, list[Output]] = {}
        for topic, records in self.portions:
            found.setdefault(topic, []).extend(records)
        return found


class Restored(Struct):
    """What a lane found in its changelogs."""

    offsets: dict[str, int] | None             # input topic -> next offset; None: the changelog holds no offsets
    topic_ids: dict[str, bytes]                # topic -> the cluster's id of it when the offsets were written
    cases: int
    consents: int


class LaneLimits(Struct, frozen=True, kw_only=True):
    """Bounds that keep a lane's memory and records finite."""

    orphan_ttl_ms: int                         # how long a response waits for its application
    marker_ttl_ms: int                         # how long a decided case is remembered: longer than inputs are kept
    max_orphans: int = 100_000                 # a lane holds at most so many cases without an application
    max_case_bytes: int = 1_500_000            # events of one case together
    max_consents: int = 500                    # consent events of one customer
