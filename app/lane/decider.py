"""What becomes of a case that facts or time have touched: a decision, a question to a bureau, or a later look."""

from collections import Counter
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from itertools import islice

from msgspec import Struct

from app.contracts.encode import encode_body
from app.contracts.ids import decision_id
from app.contracts.names import BUREAU_REQUESTS
from app.decisioning.judgement import Judgement
from app.decisioning.learning import shrink
from app.decisioning.plainly import settled_plainly
from app.decisioning.strategy import Strategy
from app.decisioning.workflow import Step, settle
from app.domain.case import Case, Pin, Received
from app.domain.quantities import Millis
from app.lane.events import request
from app.lane.parts import LaneParts
from app.lane.telling import Teller

PORTION = 32                                   # cases: their outputs are packed while they are still in the cache


class _Ready(Struct, frozen=True, gc=False):
    """A case that is to be decided, as it was settled."""

    key: str
    moment: Millis                             # as of `advance`
    case: Case
    judgement: Judgement
    teller: Teller


class Decider:
    """Works on the lane's tables and outbox."""

    def __init__(self, parts: LaneParts, cut: MutableMapping[str, int]) -> None:
        """`cut` is the lane's own count of how far it has read, by input role."""
        self._shelf = parts.shelf
        self._tables = parts.tables
        self._agenda = parts.agenda
        self._outbox = parts.outbox
        self._limits = parts.limits
        self._cut = cut
        self._tellers: dict[str, Teller] = {}  # by content hash, which covers name and version

    def settle_answered(self) -> Iterator[None]:
        """Decides those of the cases answered since the last call that nearly all are: complete, under a consent that
        nobody has withdrawn. Looks no closer at the others. Pauses between portions."""
        answered, self._agenda.answered = self._agenda.answered, []
        left = iter(dict.fromkeys(answered))
        while portion := list(islice(left, PORTION)):
            ready = [r for r in map(self._plainly_settled, portion) if r is not None]
            self._decide(ready, woken=False)
            for r in ready:
                del self._agenda.touched[r.key]
            yield

    def settle_touched(self) -> Iterator[None]:
        """Looks once at every case that facts have touched, in the order in which they did so first; pauses between
        portions of them."""
        touched, self._agenda.touched = self._agenda.touched, {}
        self._agenda.answered.clear()
        left = iter(touched.items())
        portion = list(islice(left, PORTION))
        while portion:
            self._settle_portion(portion)
            portion = list(islice(left, PORTION))
            if portion:
                yield

    def settle_before(self, received: Received) -> None:
        """Looks at them in the middle of a batch, before the fact that was received is learnt."""
        self._cut[received.topic] = received.offset
        for _ in self.settle_touched():
            pass

    def advance(self, key: str, case: Case, moment: Millis, reached: Millis = 0, *, woken: bool = False) -> None:
        """`moment` is the record timestamp or the instant that brought this about; `reached` as of `settle`."""
        ready = self._settled(key, case, moment, reached)
        if ready is not None:
            self._decide([ready], woken=woken)

    def _settle_portion(self, touched: Iterable[tuple[str, Millis]]) -> None:
        """First all are settled, then those that are ready are decided: no case hangs on another."""
        cases = self._tables.cases
        ready = []
        for key, moment in touched:
            case = cases.get(key)
            if isinstance(case, Case):
                settled = self._settled(key, case, moment, 0)
                if settled is not None:
                    ready.append(settled)
        self._decide(ready, woken=False)

    def _plainly_settled(self, key: str) -> _Ready | None:
        case, moment = self._tables.cases.get(key), self._agenda.touched.get(key)
        if moment is None or not isinstance(case, Case) or case.pin is None or case.application is None:
            return None
        teller = self._tellers.get(case.pin.content_hash) or self._teller(case.pin)
        fact, file = case.application, self._tables.consents.get(case.customer_id)
        if not fact.body.bureau_consent:
            return None
        judgement = settled_plainly(case, fact, file, teller.strategy)
        return None if judgement is None else _Ready(key, moment, case, judgement, teller)

    def _settled(self, key: str, case: Case, moment: Millis, reached: Millis) -> _Ready | None:
        pin = case.pin
        if pin is None:
            return None
        teller = self._tellers.get(pin.content_hash) or self._teller(pin)
        step = settle(case, self._tables.consents.get(case.customer_id), teller.strategy, reached)
        if step.judgement is not None:
            return _Ready(key, moment, step.case, step.judgement, teller)
        self._wait(key, case, step, teller.strategy)
        return None

    def _wait(self, key: str, before: Case, step: Step, strategy: Strategy) -> None:
        case = step.case
        if case is not before:
            self._tables.move_on(key, case, before)
        if step.wake is not None:
            self._agenda.wakes.set(step.wake, key)
        for asked in step.ask:
            policy = next(p for p in strategy.bureaus if p.name == asked.bureau)
            event = request(case, asked, policy.subject)
            trace = decision_id(case.customer_id, case.application_id)
            encoded = (BUREAU_REQUESTS, event.event_id, encode_body(event))
            self._outbox.publish(asked.at, trace, case.customer_id, [encoded])
            self._outbox.count(self._outbox.tally.requests, asked.bureau)

    def _decide(self, ready: Sequence[_Ready], *, woken: bool) -> None:
        cut, outbox = encode_body(self._cut), self._outbox
        verdicts = [r.teller.decide(r.judgement.evidence) for r in ready]
        told = [
            r.teller.tell(r.judgement, verdict, cut, woken=woken)
            for r, verdict in zip(ready, verdicts, strict=True)
        ]
        for r, (decision, events) in zip(ready, told, strict=True):
            as_of = r.judgement.evidence.as_of
            outbox.publish(as_of, decision, r.case.customer_id, events)
            self._tables.close(r.key, shrink(r.case, decision, as_of))
            self._agenda.expiries.set(as_of + self._limits.marker_ttl_ms, r.key)
        tally = outbox.tally
        tally.completing += [r.moment for r in ready]
        for label, number in Counter([(v.outcome, v.segment) for v in verdicts]).items():
            tally.decisions[label] = tally.decisions.get(label, 0) + number
        for trigger, number in Counter([r.judgement.trigger for r in ready]).items():
            tally.triggers[trigger] = tally.triggers.get(trigger, 0) + number

    def strategy(self, pin: Pin) -> Strategy:
        """StrategyError, naming it, when this worker lacks it."""
        return self._teller(pin).strategy

    def _teller(self, pin: Pin) -> Teller:
        teller = Teller(self._shelf.pinned(pin.strategy, pin.version, pin.content_hash))
        self._tellers[pin.content_hash] = teller
        return teller
