"""One lane: everything about the customers whose keys hash to one partition number, in one place, in order.

Records of the input topics go in; decisions, requests, dead letters and changelog records come out, a transaction at a
time. There is no clock and no I/O here: whoever drives the lane says which instant has been reached. After any error a
lane is thrown away and restored from its changelogs; there is no other way back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from app.contracts.encode import encode_body
from app.contracts.names import (
    BUREAU_REQUESTS,
    BUREAU_RESPONSES,
    CONSENTS,
    CREDIT_OFFERS,
    DECISIONS,
    LOAN_APPLICATIONS,
    SCORE_SEGMENTS,
)
from app.contracts.reasons import Refused
from app.decisioning.learning import (
    Unmoved,
    forget_ended_consents,
    learn_after_decision,
    learn_application,
    learn_consent,
    learn_response,
    open_case,
    shrink,
)
from app.decisioning.permission import instants_to_come
from app.decisioning.strategy import Shelf, Strategy
from app.decisioning.workflow import Judgement, settle
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import ApplicationFact, Case, ConsentFact, ConsentFile, Marker, Pin, Received, ResponseFact
from app.domain.consent import ConsentEvent
from app.domain.quantities import Millis
from app.lane.alarms import Alarms
from app.lane.events import request, told
from app.lane.intake import Intake, Origin
from app.lane.outbox import Outbox
from app.lane.records import Harvest, LaneLimits, Record, Restored
from app.lane.tables import Tables, key_of

Fact = ApplicationFact | ResponseFact


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
        self._shelf = shelf
        self._tables = tables
        self._outbox = outbox
        self._limits = limits
        self._next: dict[str, int] = {}        # input role -> the offset after the last record learnt
        self._wakes = Alarms()                 # deadlines, consents that begin, orphans that expire
        self._expiries = Alarms()              # markers, by record time
        self._record_time: Millis = 0
        self._read_last: str | None = None     # input role of the event in hand, None while an alarm is
        self._takes: dict[str, Callable[[Received, Any, bytes, bytes | None], None]] = {
            LOAN_APPLICATIONS: self._take_application,
            CONSENTS: self._take_consent,
            BUREAU_RESPONSES: self._take_response,
        }
        self._moment: Millis = 0               # record timestamp of the event in hand, or the instant of the alarm

    @property
    def open_cases(self) -> int:
        """Cases not yet decided, orphaned answers among them."""
        return self._tables.open_cases

    # restoring ----------------------------------------------------------------------------------------------------

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        """Takes records of one changelog in log order; the last one of a key stands."""
        self._tables.restore(changelog, records)

    def restored(self) -> Restored:
        """Call once, after the last record: sets the alarms and refuses what this worker cannot decide.
        StrategyError names the version that an open case has pinned and this worker lacks."""
        found = self._tables.found()
        limits, entries = self._limits, self._tables.cases.entries
        open_cases = [(key, entry) for key, entry in entries() if not isinstance(entry, Marker)]
        for pin in {case.pin for _, case in open_cases if case.pin is not None}:
            self._strategy(pin)
        self._wakes.set_all([(c.deadline or c.opened + limits.orphan_ttl_ms, key) for key, c in open_cases])
        self._expiries.set_all(
            [(entry.decided + limits.marker_ttl_ms, key) for key, entry in entries() if isinstance(entry, Marker)]
        )
        for customer, file in self._tables.consents.items():
            for instant in instants_to_come(file):
                for key in self._tables.keys_of(customer):
                    self._wakes.set(instant, key)
        for topic, offset in (found.offsets or {}).items():
            if topic in self._intakes:
                self._next[self._intakes[topic].role] = offset
        return found

    # learning -----------------------------------------------------------------------------------------------------

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        """Takes records of one input topic in log order. Bad input becomes a dead letter; only a bug raises."""
        intake = self._intakes[topic]
        role, read, next_offsets = intake.role, intake.read, self._next
        take = self._takes[role]
        self._read_last = role
        self._outbox.tally.events[role] = self._outbox.tally.events.get(role, 0) + len(records)
        for record in records:
            next_offsets[role] = record.offset + 1
            self._moment = timestamp = record.timestamp
            if timestamp > self._record_time:  # noqa: PLR1730  quicker than max()
                self._record_time = timestamp
            try:
                body, unknown_fields = read(record)
                value = record.value or b""
                received = Received(role, body.event_id, timestamp, record.offset, len(value))
                if unknown_fields:
                    self._count(self._outbox.tally.unknown_fields, role)
                    take(received, body, encode_body(body), value)
                else:
                    take(received, body, value, None)
            except Refused as refused:
                origin = Origin(role, record.offset, timestamp, record.key, record.headers)
                self._outbox.dead_letter(origin, record.value, refused)

    def _take_application(self, received: Received, body: LoanApplication, json: bytes, _: bytes | None) -> None:
        fact = ApplicationFact(received, body, json)
        key = key_of(body.customer_id, body.application_id)
        entry = self._tables.cases.get(key)
        if (siblings := self._tables.keys_of(body.customer_id)) and siblings != (key,):
            self._refuse_reused_id(key, siblings, received)
        if isinstance(entry, Marker):
            return self._take_late(key, entry, fact)
        strategy = self._shelf.in_force(fact.body.product, fact.received.timestamp)
        if strategy is None:
            raise Refused("UNKNOWN_PRODUCT", "no strategy in force serves this product at the record's timestamp")
        case = entry or open_case(fact.received, fact.body)
        pin = Pin(strategy.name, strategy.version, strategy.content_hash)
        learnt = learn_application(case, fact, pin, fact.received.timestamp + strategy.deadline_ms)
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, fact.received)
        if entry is not None:
            learnt = self._adopt_orphans(entry, learnt, strategy)
        return self._advance(key, learnt, strategy)

    def _adopt_orphans(self, orphaned: Case, case: Case, strategy: Strategy) -> Case:
        """Answers that came before their application: those of bureaus that nobody would have asked are refused now."""
        wanted = {policy.name for policy in strategy.bureaus}
        for response in orphaned.responses:
            if response.body.bureau not in wanted:
                refused = _unknown_bureau(strategy)
                self._outbox.dead_letter(Origin.of(response), response.original or response.json, refused)
            elif response.received.timestamp > (case.deadline or 0):
                self._count(self._outbox.tally.late, response.received.topic)
        kept = tuple(r for r in case.responses if r.body.bureau in wanted)
        return case if len(kept) == len(case.responses) else structs.replace(case, responses=kept)

    def _take_response(self, received: Received, body: BureauResponse, json: bytes, original: bytes | None) -> None:
        fact = ResponseFact(received, body, json, original)
        key = key_of(body.customer_id, body.application_id)
        entry = self._tables.cases.get(key)
        if (siblings := self._tables.keys_of(body.customer_id)) and siblings != (key,):
            self._refuse_reused_id(key, siblings, received)
        if isinstance(entry, Marker):
            return self._take_late(key, entry, fact)
        if entry is None:
            if self._tables.orphans >= self._limits.max_orphans:
                raise Refused("ORPHAN", "its application has not come, and too many answers wait already")
            entry = open_case(fact.received, fact.body)
        learnt = learn_response(entry, fact)
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, fact.received)
        if sum([r.received.size for r in learnt.responses]) > self._limits.max_case_bytes:
            raise Refused("CASE_TOO_LARGE", f"the answers of this case exceed {self._limits.max_case_bytes} bytes")
        if learnt.pin is None:
            if key not in self._tables.cases:
                self._wakes.set(learnt.opened + self._limits.orphan_ttl_ms, key)
            return self._tables.put(key, learnt)
        strategy = self._strategy(learnt.pin)
        if body.bureau not in [policy.name for policy in strategy.bureaus]:
            raise _unknown_bureau(strategy)
        if entry.deadline is not None and fact.received.timestamp > entry.deadline:
            self._count(self._outbox.tally.late, fact.received.topic)
        return self._advance(key, learnt, strategy)

    def _take_consent(self, received: Received, body: ConsentEvent, _: bytes, __: bytes | None) -> None:
        customer = body.customer_id
        file = self._tables.consents.get(customer) or ConsentFile(customer)
        learnt = learn_consent(file, ConsentFact(received, body))
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, received)
        if len(learnt.facts) > self._limits.max_consents:
            learnt = forget_ended_consents(learnt, received.timestamp - self._limits.marker_ttl_ms)
            if len(learnt.facts) > self._limits.max_consents:
                raise Refused("CASE_TOO_LARGE", f"more than {self._limits.max_consents} consents of one customer")
        self._tables.consents[customer] = learnt
        for key in self._tables.keys_of(customer):
            entry = self._tables.cases[key]
            if isinstance(entry, Case) and entry.pin is not None:
                self._advance(key, entry, self._strategy(entry.pin))
        return None

    def _take_late(self, key: str, marker: Marker, fact: Fact) -> None:
        """A fact after the decision is remembered and counted; it makes no new decision."""
        learnt = learn_after_decision(marker, fact.received, fact.body)
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, fact.received)
        if isinstance(fact, ApplicationFact):
            return self._unmoved(Unmoved.CONFLICT, fact.received)
        self._tables.cases[key] = learnt
        return self._count(self._outbox.tally.late, fact.received.topic)

    def _refuse_reused_id(self, key: str, siblings: tuple[str, ...], received: Received) -> None:
        """An event id belongs to one event: the same id in another case of the customer is a conflict."""
        for other in siblings:
            if other != key and _holds(self._tables.cases[other], received):
                self._unmoved(Unmoved.CONFLICT, received)

    def _unmoved(self, why: Unmoved, received: Received) -> None:
        if why is Unmoved.REPEAT:
            return self._count(self._outbox.tally.repeats, received.topic)
        if why is Unmoved.LATE:
            return self._count(self._outbox.tally.late, received.topic)
        if why is Unmoved.DUPLICATE_ANSWER:
            raise Refused("DUPLICATE_ANSWER", "this bureau has answered for this application already; the first stands")
        raise Refused("CONFLICT", "the same id came before with other content; the first stands")

    # deciding -----------------------------------------------------------------------------------------------------

    def next_wake(self) -> Millis | None:
        """The earliest instant at which something must be looked at without new traffic."""
        return self._wakes.next()

    def last_deadline(self) -> Millis:
        """The latest deadline of an open case; 0 when there is none."""
        entries = self._tables.cases.entries()
        return max((e.deadline or 0 for _, e in entries if not isinstance(e, Marker)), default=0)

    def wake(self, reached: Millis) -> int:
        """Looks at everything due at or before `reached`: an instant that the clock has passed and up to which every
        input has been read. Returns how many cases it looked at."""
        self._read_last = None
        keys = self._wakes.due(reached)
        for key in keys:
            entry = self._tables.cases.get(key)
            if not isinstance(entry, Case):
                continue
            if entry.pin is not None:
                self._moment = min(reached, entry.deadline or reached)
                self._advance(key, entry, self._strategy(entry.pin), reached)
            elif entry.opened + self._limits.orphan_ttl_ms <= reached:
                self._expire_orphan(key, entry)
        return len(keys)

    def _advance(self, key: str, case: Case, strategy: Strategy, reached: Millis = 0) -> None:
        step = settle(case, self._tables.consents.get(case.customer_id), strategy, reached)
        if step.judgement is not None:
            self._decide(key, step.case, step.judgement, strategy)
            return
        before = self._tables.cases.get(key)
        if step.case is not before:
            self._tables.put(key, step.case)
        if step.wake is not None and (step.wake != case.deadline or not (isinstance(before, Case) and before.pin)):
            self._wakes.set(step.wake, key)
        for asked in step.ask:
            policy = next(p for p in strategy.bureaus if p.name == asked.bureau)
            self._outbox.publish(asked.at, {BUREAU_REQUESTS: request(step.case, asked, policy.subject)})
            self._count(self._outbox.tally.requests, asked.bureau)

    def _decide(self, key: str, case: Case, judgement: Judgement, strategy: Strategy) -> None:
        verdict = strategy.decide(judgement.evidence)
        made, segment, offers = told(judgement, verdict, strategy, self._next, self._read_last)
        as_of = judgement.evidence.as_of
        self._outbox.publish(as_of, {DECISIONS: made, SCORE_SEGMENTS: segment, CREDIT_OFFERS: offers})
        marker = shrink(case, made.decision_id, as_of)
        self._tables.put(key, marker)
        self._expiries.set(as_of + self._limits.marker_ttl_ms, key)
        tally = self._outbox.tally
        label = (made.outcome, made.segment)
        tally.decisions[label] = tally.decisions.get(label, 0) + 1
        self._count(tally.triggers, made.trigger)
        tally.completing.append(self._moment)

    def _expire_orphan(self, key: str, case: Case) -> None:
        refused = Refused("ORPHAN", "its application did not come in time")
        for response in case.responses:
            self._outbox.dead_letter(Origin.of(response), response.original or response.json, refused)
        self._tables.remove(key)

    def _strategy(self, pin: Pin) -> Strategy:
        return self._shelf.pinned(pin.strategy, pin.version, pin.content_hash)

    # staging ------------------------------------------------------------------------------------------------------

    def staged(self) -> int:
        """How many records the next transaction holds already, changelog records aside."""
        return self._outbox.staged

    def harvest(self, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> Harvest:
        """Everything that belongs into one transaction together with `next_offsets`; both are kept in the changelog and
        given back by `restored`, by whatever names the driver of the lane uses."""
        for key in self._expiries.due(self._record_time):
            entry = self._tables.cases.get(key)
            if isinstance(entry, Marker) and entry.decided + self._limits.marker_ttl_ms <= self._record_time:
                self._tables.remove(key)
        self._tables.write_changes(self._outbox, next_offsets, topic_ids)
        return self._outbox.take()

    @staticmethod
    def _count(counts: dict[str, int], label: str) -> None:
        counts[label] = counts.get(label, 0) + 1


def _unknown_bureau(strategy: Strategy) -> Refused:
    return Refused("UNKNOWN_BUREAU", f"strategy {strategy.name} version {strategy.version} asks no such bureau")


def _holds(entry: Case | Marker, received: Received) -> bool:
    """Whether an event of this topic and id is among the facts of a case."""
    return (received.topic, received.event_id) in set(_fact_ids(entry))


def _fact_ids(entry: Case | Marker) -> Iterator[tuple[str, str]]:
    if isinstance(entry, Marker):
        yield from ((s.topic, s.event_id) for s in entry.seen)
        return
    yield from ((s.topic, s.event_id) for s in entry.spent)
    yield from ((r.received.topic, r.received.event_id) for r in entry.responses)
    if entry.application is not None:
        yield entry.application.received.topic, entry.application.received.event_id
