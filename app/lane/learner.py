"""What one fact does to a lane's tables. It decides nothing: the cases that it has touched are looked at later."""

from collections.abc import Callable, Iterator

from msgspec import structs

from app.contracts.reasons import Refused
from app.decisioning.learning import (
    Unmoved,
    begin_case,
    begin_file,
    forget_ended_consents,
    learn_after_decision,
    learn_application,
    learn_consent,
    learn_response,
    open_case,
)
from app.decisioning.strategy import Strategy
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import ApplicationFact, Case, ConsentFact, Marker, Pin, Received, ResponseFact
from app.domain.consent import ConsentEvent
from app.domain.quantities import Millis
from app.lane.intake import Origin
from app.lane.parts import LaneParts
from app.lane.tables import key_of


class Learner:
    """Raises Refused for what is to become a dead letter."""

    def __init__(self, parts: LaneParts, settle_before: Callable[[Received], None]) -> None:
        """`settle_before` a fact: decides what the facts before it have made ready."""
        self._shelf = parts.shelf
        self._tables = parts.tables
        self._cases = parts.tables.cases
        self._consents = parts.tables.consents
        self._keys_of = parts.tables.keys_of
        self._agenda = parts.agenda
        self._outbox = parts.outbox
        self._limits = parts.limits
        self._settle_before = settle_before
        self._wanted: dict[str, frozenset[str]] = {}           # bureaus of a strategy, by content hash

    def take_application(self, received: Received, body: LoanApplication, json: bytes, _: bytes | None) -> None:
        customer = body.customer_id
        key, known = key_of(customer, body.application_id), self._keys_of(customer)
        entry = self._entry(key, known, received) if known else None
        fact = ApplicationFact(received, body, json)
        if isinstance(entry, Marker):
            return self._take_late(key, entry, fact)
        if entry is not None and entry.application is None and self._has_expired(entry, received.timestamp):
            self.expire_orphan(key, entry)
            entry = None
        strategy = self._shelf.in_force(body.product, received.timestamp)
        if strategy is None:
            raise Refused("UNKNOWN_PRODUCT", "no strategy in force serves this product at the record's timestamp")
        deadline = received.timestamp + strategy.deadline_ms
        if entry is None:
            self._tables.begin(key, begin_case(fact, strategy.pin, deadline))
        else:
            moved = learn_application(entry, fact, strategy.pin, deadline)
            if isinstance(moved, Unmoved):
                return self._unmoved(moved, received)
            self._tables.move_on(key, self._adopt_orphans(entry, moved, strategy), entry)
            self._agenda.answered.append(key)
        self._agenda.touched[key] = received.timestamp
        return None

    def take_response(self, received: Received, body: BureauResponse, json: bytes, original: bytes | None) -> None:
        customer = body.customer_id
        key, known = key_of(customer, body.application_id), self._keys_of(customer)
        entry = self._entry(key, known, received) if known else None
        fact = ResponseFact(received, body, json, original)
        if isinstance(entry, Case):
            try:
                return self._take_answer(key, entry, fact)
            except Refused:                    # unless what came before it has decided the case: then it is late
                if key in self._agenda.touched:
                    self._settle_before(received)
                entry = self._cases.get(key)
                if not isinstance(entry, Marker):
                    raise
        if isinstance(entry, Marker):
            return self._take_late(key, entry, fact)
        if self._tables.orphans >= self._limits.max_orphans:
            raise Refused("ORPHAN", "its application has not come, and too many answers wait already")
        self._take_answer(key, None, fact)
        self._agenda.wakes.set(received.timestamp + self._limits.orphan_ttl_ms, key)
        return None

    def _take_answer(self, key: str, entry: Case | None, fact: ResponseFact) -> None:
        received, body = fact.received, fact.body
        case = entry or open_case(received, body)
        learnt = learn_response(case, fact)
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, received)
        size = received.size
        for earlier in case.responses:
            size += earlier.received.size
        if size > self._limits.max_case_bytes:
            raise Refused("CASE_TOO_LARGE", f"the answers of this case exceed {self._limits.max_case_bytes} bytes")
        if learnt.pin is not None:
            if body.bureau not in (self._wanted.get(learnt.pin.content_hash) or self._wanted_by(learnt.pin)):
                raise _unknown_bureau(self._strategy(learnt.pin))
            if learnt.deadline is not None and received.timestamp > learnt.deadline:
                self._outbox.count(self._outbox.tally.late, received.topic)
            self._agenda.touched[key] = received.timestamp
            self._agenda.answered.append(key)
        return self._tables.begin(key, learnt) if entry is None else self._tables.move_on(key, learnt, entry)

    def take_consent(self, received: Received, body: ConsentEvent, _: bytes, __: bytes | None) -> None:
        customer = body.customer_id
        file, fact = self._consents.get(customer), ConsentFact(received, body)
        learnt = begin_file(fact) if file is None else learn_consent(file, fact)
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, received)
        if len(learnt.facts) > self._limits.max_consents:
            learnt = forget_ended_consents(learnt, received.timestamp - self._limits.marker_ttl_ms)
            if len(learnt.facts) > self._limits.max_consents:
                raise Refused("CASE_TOO_LARGE", f"more than {self._limits.max_consents} consents of one customer")
        self._consents.write(customer, learnt, keep=True)
        for key in self._keys_of(customer):
            entry = self._cases[key]
            if isinstance(entry, Case) and entry.pin is not None:
                self._agenda.touched[key] = received.timestamp
                if entry.responses:
                    self._agenda.answered.append(key)
        return None

    def expire_orphan(self, key: str, case: Case) -> None:
        """Its answers become dead letters."""
        refused = Refused("ORPHAN", "its application did not come in time")
        for response in case.responses:
            self._outbox.dead_letter(Origin.of(response), response.original or response.json, refused)
        self._tables.remove(key)

    def _has_expired(self, orphaned: Case, at: Millis) -> bool:
        """By the log's time, so that it does not matter whether anybody has looked since."""
        return orphaned.opened + self._limits.orphan_ttl_ms < at

    def _entry(self, key: str, known: tuple[str, ...], received: Received) -> Case | Marker | None:
        """What is known of the case. An event id belongs to one event: the same id in another of the customer's cases
        is a conflict."""
        for other in known:
            if other != key and _holds(self._cases[other], received):
                self._unmoved(Unmoved.CONFLICT, received)
        return self._cases.get(key)

    def _strategy(self, pin: Pin) -> Strategy:
        return self._shelf.pinned(pin.strategy, pin.version, pin.content_hash)

    def _wanted_by(self, pin: Pin) -> frozenset[str]:
        """Bureaus that a strategy would ask. StrategyError, naming it, when this worker lacks it."""
        wanted = self._wanted[pin.content_hash] = frozenset([policy.name for policy in self._strategy(pin).bureaus])
        return wanted

    def _adopt_orphans(self, orphaned: Case, case: Case, strategy: Strategy) -> Case:
        """Answers that came before their application: those of bureaus that nobody would have asked are refused now."""
        wanted = {policy.name for policy in strategy.bureaus}
        for response in orphaned.responses:
            if response.body.bureau not in wanted:
                refused = _unknown_bureau(strategy)
                self._outbox.dead_letter(Origin.of(response), response.original or response.json, refused)
            elif response.received.timestamp > (case.deadline or 0):
                self._outbox.count(self._outbox.tally.late, response.received.topic)
        kept = tuple(r for r in case.responses if r.body.bureau in wanted)
        return case if len(kept) == len(case.responses) else structs.replace(case, responses=kept)

    def _take_late(self, key: str, marker: Marker, fact: ApplicationFact | ResponseFact) -> None:
        """A fact after the decision is remembered and counted; it makes no new decision."""
        learnt = learn_after_decision(marker, fact.received, fact.body)
        if isinstance(learnt, Unmoved):
            return self._unmoved(learnt, fact.received)
        if isinstance(fact, ApplicationFact):
            return self._unmoved(Unmoved.CONFLICT, fact.received)
        self._cases[key] = learnt
        return self._outbox.count(self._outbox.tally.late, fact.received.topic)

    def _unmoved(self, why: Unmoved, received: Received) -> None:
        if why is Unmoved.REPEAT:
            return self._outbox.count(self._outbox.tally.repeats, received.topic)
        if why is Unmoved.LATE:
            return self._outbox.count(self._outbox.tally.late, received.topic)
        if why is Unmoved.DUPLICATE_ANSWER:
            raise Refused("DUPLICATE_ANSWER", "this bureau has answered for this application already; the first stands")
        raise Refused("CONFLICT", "the same id came before with other content; the first stands")


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
