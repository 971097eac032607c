"""The vehicle of the delivery tests: a lane that counts and sums per key and says so for every event.

A lost event leaves a gap in a key's counts, a doubled one a repeat, a wrong state a wrong total: nothing can hide.
The values of its events are numbers, or words that make it misbehave.
"""

from collections.abc import Mapping, Sequence

import msgspec

from app.lane.records import Harvest, Output, Portion, Record, Restored, Tally

OFFSETS = b"/offsets"


class Counted(msgspec.Struct, array_like=True):
    """What a key has come to."""

    count: int = 0
    total: int = 0
    deadline: int | None = None
    answer: int | None = None                  # when the first one came, before or after its question


class Told(msgspec.Struct, array_like=True):
    """One output an event: the key's count and total after it."""

    number: int
    count: int
    total: int
    why: str


class CounterLane:
    """`add 3` counts; `wait 500` sets a deadline so many milliseconds later, which an `answer` in time takes away;
    `large 9` emits so many bytes; `refuse` is a dead letter; `poison` raises; anything else is passed over."""

    def __init__(self, partition: int, out: str, changelogs: Sequence[str]) -> None:
        self.partition = partition
        self._out, self._changelogs = out, changelogs
        self._keys: dict[bytes, Counted] = {}
        self._dirty: set[bytes] = set()
        self._outputs: list[Output] = []
        self._tally = Tally()
        self._offsets: tuple[dict[str, int], dict[str, bytes]] | None = None

    @property
    def open_cases(self) -> int:
        return sum(1 for counted in self._keys.values() if counted.deadline is not None)

    @property
    def half_learnt(self) -> int:
        return 0

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        assert changelog in self._changelogs
        for record in records:
            if record.key == OFFSETS:
                self._offsets = msgspec.msgpack.decode(record.value, type=tuple[dict[str, int], dict[str, bytes]])
            elif record.value is None:
                self._keys.pop(record.key, None)
            else:
                self._keys[record.key] = msgspec.msgpack.decode(record.value, type=Counted)

    def restored(self) -> Restored:
        offsets, topic_ids = self._offsets or (None, {})
        return Restored(offsets=offsets, topic_ids=topic_ids, cases=len(self._keys), consents=0)

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        self._tally.events[topic] = self._tally.events.get(topic, 0) + len(records)
        for record in records:
            self._learn(record)

    def _learn(self, record: Record) -> None:
        verb, _, number = (record.value or b"").decode().partition(" ")
        counted = self._keys.get(record.key) or Counted()
        self._keys[record.key] = counted
        match verb:
            case "add":
                counted.count += 1
                counted.total += int(number)
                self._tell(record.key, counted, int(number), "added")
                self._tally.completing.append(record.timestamp)
            case "wait":
                counted.deadline = record.timestamp + int(number)
                self._settle(record.key, counted)
            case "answer":
                counted.answer = record.timestamp
                self._settle(record.key, counted)
            case "large":
                self._tell(record.key, counted, 0, "x" * int(number))
            case "refuse":
                label = ("inputs", "REFUSED")
                self._tally.dead_letters[label] = self._tally.dead_letters.get(label, 0) + 1
            case "poison":
                raise KeyError(record.key)
        self._dirty.add(record.key)

    def _settle(self, key: bytes, counted: Counted) -> None:
        """In whichever order question and answer are read."""
        if counted.deadline is not None and counted.answer is not None and counted.answer <= counted.deadline:
            counted.deadline = None
            self._tell(key, counted, 0, "answered")

    def _tell(self, key: bytes, counted: Counted, number: int, why: str) -> None:
        self._outputs.append(Output(key, msgspec.msgpack.encode(Told(number, counted.count, counted.total, why))))

    def next_wake(self) -> int | None:
        return min((c.deadline for c in self._keys.values() if c.deadline is not None), default=None)

    def settle_answered(self) -> list[Portion]:
        return []

    def wake(self, reached: int) -> int:
        due = [key for key, c in self._keys.items() if c.deadline is not None and c.deadline <= reached]
        for key in due:
            self._keys[key].deadline = None
            self._tell(key, self._keys[key], 0, "deadline")
            self._dirty.add(key)
        return len(due)

    def harvest(self, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> Harvest:
        changes = [Output(key, msgspec.msgpack.encode(self._keys[key])) for key in sorted(self._dirty)]
        offsets = Output(OFFSETS, msgspec.msgpack.encode((dict(next_offsets), dict(topic_ids))))
        harvest = Harvest({self._out: self._outputs, self._changelogs[0]: [*changes, offsets]}.items(), self._tally)
        self._dirty, self._outputs, self._tally = set(), [], Tally()
        return harvest
