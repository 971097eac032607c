"""The service's lane for suite A: its transport, its tables, its transactions, and the small strategy in place of the
product's workflow.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from app.contracts.state import OFFSETS_KEY, LaneOffsets, Place, decode_offsets, encode_state
from app.errors import LaneError
from app.lane.records import Harvest, Output, Portion, Record, Restored, Tally
from app.lane.table import Table
from benchmarks.portable.compiled import decide
from benchmarks.portable.job import Job
from benchmarks.portable.model import Answer, Application, decode_answer, decode_application, encode

_DECIDED_VALUE = b"D"
_APPLICATION_TAG, _ANSWER_TAG = b"A", b"B"


class Waiting(Struct, frozen=True, gc=False):
    """A case of which one event has come."""

    event: Application | Answer
    json: bytes                                # the event as it was read: its changelog value, behind a tag


Entry = Waiting | Literal["decided"]
DECIDED: Literal["decided"] = "decided"


class JoinLane:
    """Keeps what app.streaming.driven.DrivenLane promises."""

    def __init__(self, partition: int, job: Job) -> None:
        self.partition = partition
        self._job = job
        self._cases: Table[Entry] = Table(
            _encoded, lambda key, row: _decoded(row, Place(job.changelog, partition, None, key.encode()))
        )
        self._offsets: LaneOffsets | None = None
        self._segments: list[Output] = []
        self._offers: list[Output] = []
        self._tally = Tally()
        self.open_cases = 0
        self._open_before = 0                  # at the last harvest

    @property
    def half_learnt(self) -> int:
        """Cases begun since the last harvest, less those decided."""
        return max(self.open_cases - self._open_before, 0)

    # state --------------------------------------------------------------------------------------------------------

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        for record in records:
            key = record.key or b""
            if key == OFFSETS_KEY:
                place = Place(changelog, self.partition, record.offset, key)
                self._offsets = decode_offsets(record.value or b"", place)
            else:
                self._cases.restore(key.decode(), record.value)

    def restored(self) -> Restored:
        self.open_cases = sum(row != _DECIDED_VALUE for _, row in self._cases.rows())
        offsets = self._offsets
        return Restored(
            offsets=None if offsets is None else dict(offsets.next),
            topic_ids={} if offsets is None else dict(offsets.topic_ids),
            cases=len(self._cases),
            consents=0,
        )

    # work ---------------------------------------------------------------------------------------------------------

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        """Joins and decides. msgspec.DecodeError for an event that is not what the model says."""
        if topic == self._job.applications:
            self._learn_applications(records)
        else:
            self._learn_answers(records)
        events = self._tally.events
        events[topic] = events.get(topic, 0) + len(records)

    def _learn_applications(self, records: Sequence[Record]) -> None:
        cases = self._cases
        for record in records:
            json = record.value or b""
            application = decode_application(json)
            entry = cases.get(application.application_id)
            if entry is None:
                cases[application.application_id] = Waiting(application, json)
                self.open_cases += 1
            elif isinstance(entry, Waiting) and isinstance(entry.event, Answer):
                self._decide(record, application, entry.event)

    def _learn_answers(self, records: Sequence[Record]) -> None:
        cases = self._cases
        for record in records:
            json = record.value or b""
            answer = decode_answer(json)
            entry = cases.get(answer.application_id)
            if entry is None:
                cases[answer.application_id] = Waiting(answer, json)
                self.open_cases += 1
            elif isinstance(entry, Waiting) and isinstance(entry.event, Application):
                self._decide(record, entry.event, answer)

    def _decide(self, record: Record, application: Application, answer: Answer) -> None:
        segment, offers = decide(application, answer)
        key = record.key or b""
        self._segments.append(Output(key, encode(segment)))
        self._offers.append(Output(key, encode(offers)))
        self._cases.write(application.application_id, DECIDED, keep=False)
        self._tally.completing.append(record.timestamp)
        self.open_cases -= 1

    def settle_answered(self) -> list[Portion]:
        """The outputs so far."""
        portions: list[Portion] = [(self._job.segments, self._segments), (self._job.offers, self._offers)]
        self._segments, self._offers = [], []
        return portions

    def next_wake(self) -> None:
        """Nothing here happens by the clock."""

    def wake(self, _reached: int) -> int:
        return 0

    def harvest(self, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> Harvest:
        changes = [Output(key.encode(), row) for key, row in self._cases.take_changes()]
        offsets = encode_state(LaneOffsets(dict(next_offsets), dict(topic_ids)))
        changes.append(Output(OFFSETS_KEY, offsets))
        job = self._job
        portions = ((job.segments, self._segments), (job.offers, self._offers), (job.changelog, changes))
        harvest = Harvest(portions, self._tally)
        self._segments, self._offers, self._tally = [], [], Tally()
        self._open_before = self.open_cases
        return harvest


def _encoded(entry: Entry) -> bytes:
    if not isinstance(entry, Waiting):
        return _DECIDED_VALUE
    return (_APPLICATION_TAG if isinstance(entry.event, Application) else _ANSWER_TAG) + entry.json


def _decoded(value: bytes, place: Place) -> Entry:
    tag, json = value[:1], value[1:]
    if tag == _DECIDED_VALUE:
        return DECIDED
    if tag == _APPLICATION_TAG:
        return Waiting(decode_application(json), json)
    if tag == _ANSWER_TAG:
        return Waiting(decode_answer(json), json)
    raise LaneError(f"state at {place.topic}-{place.partition} offset {place.offset} has an unknown tag {tag!r}")
