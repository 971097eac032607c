"""Recorded events through lanes, in the order of their timestamps: what would have been decided, and was it?

Decisions do not depend on how the stream interleaved its inputs, so timestamp order gives the same bytes. The one
exception is a withdrawal that raced the completing answer: there the recorded decision says how far each input had been
read (`cut`), and a replay that follows the recorded decisions reads exactly as far before each, and looks only then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.contracts.names import CHANGELOGS, INPUTS, TopicNames
from app.domain.quantities import Millis
from app.lane.lane import Lane
from app.lane.records import Output
from app.simulation.recording import Recorded

LaneFactory = Callable[[int], Lane]


class Cut(Struct, frozen=True):
    """How far a lane had read when it made a recorded decision, and of which case."""

    next_offsets: dict[str, int]               # input role -> next offset
    customer_id: str
    application_id: str
    as_of: Millis
    woken: bool                                # brought about by an instant that passed, not by a record


class Replayed(Struct, frozen=True):
    """One output record that the replay produced."""

    topic: str
    partition: int
    output: Output


def replay(
    records: Iterable[Recorded],
    new_lane: LaneFactory,
    names: TopicNames,
    cuts: Mapping[int, Sequence[Cut]] | None = None,
) -> Iterator[Replayed]:
    """Outputs lane by lane, each lane in the order in which it decided; changelogs left out. Every case that is open at
    the end is decided by its deadline."""
    lanes: dict[int, list[Recorded]] = defaultdict(list)
    for record in records:
        if record.topic in INPUTS:
            lanes[record.partition].append(record)
    for partition in sorted(lanes):
        lane = new_lane(partition)
        lane.restored()
        in_order = sorted(lanes[partition], key=lambda r: (r.timestamp, INPUTS.index(r.topic), r.offset))
        run = _Run(lane, names)
        for cut in (cuts or {}).get(partition, ()):
            in_order = run.up_to(cut, in_order)
        run.through(in_order)
        run.to_the_last_deadline()
        for topic, outputs in lane.harvest({}, {}).portions:
            role = names.roles[topic]
            if role not in CHANGELOGS:
                yield from (Replayed(role, partition, output) for output in outputs)


class _Run:
    def __init__(self, lane: Lane, names: TopicNames) -> None:
        self._lane = lane
        self._names = names

    def through(self, records: Sequence[Recorded]) -> None:
        """Reads on, record by record; whatever was due before a record's timestamp happens before it."""
        for record in records:
            self._happen_before(record.timestamp)
            self._learn(record)
            self._lane.settle()

    def up_to(self, cut: Cut, records: Sequence[Recorded]) -> list[Recorded]:
        """Reads exactly what the lane had read when it decided, and looks at that case only: when the lane looked at
        the others, their own cuts say. Gives back the rest."""
        rest: list[Recorded] = []
        for record in records:
            if record.offset < cut.next_offsets.get(record.topic, 0):
                self._learn(record)
            else:
                rest.append(record)
        if cut.woken:
            self._lane.settle()
            self._happen_before(cut.as_of + 1)
        else:
            self._lane.settle_case(cut.customer_id, cut.application_id)
        return rest

    def _learn(self, record: Recorded) -> None:
        self._lane.learn(self._names.by_role[record.topic], [record])

    def to_the_last_deadline(self) -> None:
        self._happen_before(self._lane.last_deadline() + 1)

    def _happen_before(self, instant: Millis) -> None:
        due = self._lane.next_wake()
        while due is not None and due < instant:
            self._lane.wake(due)
            due = self._lane.next_wake()

