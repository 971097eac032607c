"""One lane: everything about the customers whose keys hash to one partition number, in one place, in order.

Records of the input topics go in; decisions, requests, dead letters and changelog records come out, a transaction at a
time. There is no clock and no I/O here: whoever drives the lane says which instant has been reached. After any error a
lane is thrown away and restored from its changelogs; there is no other way back.

Nothing that a transaction holds is seen before it commits. So a case that its facts complete may be decided at once,
and the others are looked at when it ends: a case whose facts came together asks nobody for an answer that is there,
and leaves one changelog record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.contracts.decode import Extended
from app.contracts.encode import encode_body
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.contracts.reasons import Refused
from app.contracts.state import StoredCase
from app.decisioning.permission import instants_to_come
from app.decisioning.strategy import Shelf
from app.domain.case import Case, Received
from app.domain.quantities import Millis
from app.lane.agenda import Agenda
from app.lane.decider import Decider
from app.lane.intake import Intake, Origin
from app.lane.learner import Learner
from app.lane.outbox import Outbox
from app.lane.parts import LaneParts
from app.lane.records import Harvest, LaneLimits, Portion, Record, Restored
from app.lane.tables import Tables, key_of

Take = Callable[[Received, Any, bytes, bytes | None], None]


class Lane:
    """Learns records, decides cases, stages what one transaction must hold."""

    def __init__(
        self,
        *,
        partition: int,
        intakes: Mapping[str, Intake],
        shelf: Shelf,
        tables: Tables,
        outbox: Outbox,
        limits: LaneLimits,
    ) -> None:
        """`intakes` by the topic's name in the cluster. Restore before learning."""
        self.partition = partition
        self._intakes = intakes
        self._tables = tables
        self._outbox = outbox
        self._limits = limits
        self._next: dict[str, int] = {}        # input role -> the offset after the last record learnt
        self._record_time: Millis = 0
        self._agenda = Agenda(limits.marker_ttl_ms)
        parts = LaneParts(shelf=shelf, tables=tables, agenda=self._agenda, outbox=outbox, limits=limits)
        self._decider = Decider(parts, self._next)
        self._learner = learner = Learner(parts, self._decider.settle_before)
        self._takes: dict[str, Take] = {
            LOAN_APPLICATIONS: learner.take_application,
            CONSENTS: learner.take_consent,
            BUREAU_RESPONSES: learner.take_response,
        }

    @property
    def open_cases(self) -> int:
        """Cases not yet decided, orphaned answers among them."""
        return self._tables.open_cases

    @property
    def half_learnt(self) -> int:
        """Cases that facts have touched since the last harvest, and that are still to be looked at."""
        return len(self._agenda.touched)

    # restoring ----------------------------------------------------------------------------------------------------

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        """Takes records of one changelog in log order; the last one of a key stands."""
        self._tables.restore(changelog, records)

    def restored(self) -> Restored:
        """Call once, after the last record: sets the alarms and refuses what this worker cannot decide.
        StrategyError names the version that an open case has pinned and this worker lacks."""
        found, entries = self._tables.found()
        limits, expiries = self._limits, self._agenda.expiries
        wakes: list[tuple[Millis, str]] = []
        pins = set()
        for key, entry in entries:
            if isinstance(entry, StoredCase):
                wakes.append((entry.deadline or entry.opened + limits.orphan_ttl_ms, key))
                if entry.pin is not None:
                    pins.add(entry.pin)
                    file = self._tables.consents.peek(entry.customer_id)
                    wakes += [(instant, key) for instant in (() if file is None else instants_to_come(file))]
            else:
                expiries.set(entry.decided + limits.marker_ttl_ms, key)
        self._agenda.wakes.set_all(wakes)
        for pin in pins:
            self._decider.strategy(pin)
        for topic, offset in (found.offsets or {}).items():
            if topic in self._intakes:
                self._next[self._intakes[topic].role] = offset
        return found

    # learning -----------------------------------------------------------------------------------------------------

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        """Takes records of one input topic in log order. Bad input becomes a dead letter; only a bug raises."""
        if not records:
            return
        intake = self._intakes[topic]
        role = intake.role
        take = self._takes[role]
        tally = self._outbox.tally
        tally.events[role] = tally.events.get(role, 0) + len(records)
        for record, found in zip(records, intake.read(records), strict=True):
            timestamp, value = record.timestamp, record.value or b""
            try:
                if type(found) is Refused:
                    raise found
                if type(found) is Extended:
                    self._outbox.count(tally.unknown_fields, role)
                    received = Received(role, found.body.event_id, timestamp, record.offset, len(value))
                    take(received, found.body, encode_body(found.body), value)
                else:
                    take(Received(role, found.event_id, timestamp, record.offset, len(value)), found, value, None)
            except Refused as refused:
                origin = Origin(role, record.offset, timestamp, record.key, record.headers)
                self._outbox.dead_letter(origin, record.value, refused)
        self._next[role] = records[-1].offset + 1
        self._record_time = max(self._record_time, records[-1].timestamp)

    # deciding -----------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Looks at every case that facts have touched. `wake` and `harvest` begin with it."""
        for _ in self._decider.settle_touched():
            pass

    def settle_case(self, customer_id: str, application_id: str) -> None:
        """Looks at this case only, if facts have touched it."""
        key = key_of(customer_id, application_id)
        moment, case = self._agenda.touched.pop(key, None), self._tables.cases.get(key)
        if moment is not None and isinstance(case, Case):
            self._decider.advance(key, case, moment)

    def settle_answered(self) -> Iterator[Portion]:
        """Decides what the answers learnt last have made complete, while its facts are in the processor's cache, and
        gives it away. `harvest` would decide the same of it, unless a withdrawal that races the answer is read before:
        which of the two came first is told by the decision's cut."""
        for _ in self._decider.settle_answered():
            yield from self._outbox.take()

    def next_wake(self) -> Millis | None:
        """The earliest instant at which something must be looked at without new traffic."""
        return self._agenda.wakes.next()

    def last_deadline(self) -> Millis:
        """The latest deadline of an open case; 0 when there is none."""
        return max((e.deadline or 0 for e in self._tables.cases.values() if isinstance(e, Case)), default=0)

    def wake(self, reached: Millis) -> int:
        """Looks at everything due at or before `reached`: an instant that the clock has passed and up to which every
        input has been read. Returns how many cases it looked at."""
        self.settle()
        keys = self._agenda.wakes.due(reached)
        for key in keys:
            case = self._tables.cases.get(key)
            if not isinstance(case, Case):
                continue
            if case.pin is not None:
                self._decider.advance(key, case, min(reached, case.deadline or reached), reached, woken=True)
            elif case.opened + self._limits.orphan_ttl_ms <= reached:
                self._learner.expire_orphan(key, case)
        return len(keys)

    # staging ------------------------------------------------------------------------------------------------------

    def harvest(self, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> Harvest:
        """Everything that belongs into one transaction together with `next_offsets`; both are kept in the changelog and
        given back by `restored`, by whatever names the driver of the lane uses."""
        return Harvest(self._portions(next_offsets, topic_ids), self._outbox.tally)

    def _portions(self, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> Iterator[Portion]:
        for _ in self._decider.settle_touched():
            yield from self._outbox.take()
        for key in self._agenda.expiries.due(self._record_time):
            self._tables.remove(key)
        self._tables.write_changes(self._outbox, next_offsets, topic_ids)
        yield from self._outbox.take()
        self._outbox.begin_tally()
