"""What becomes of a case that facts or time have touched: a decision, a question to a bureau, or a later look."""

from collections.abc import Iterator, MutableMapping

from app.contracts.ids import decision_id
from app.contracts.names import BUREAU_REQUESTS, CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS
from app.decisioning.judgement import Judgement
from app.decisioning.learning import shrink
from app.decisioning.strategy import Strategy
from app.decisioning.workflow import settle
from app.domain.case import Case, Pin, Received
from app.domain.quantities import Millis
from app.lane.events import request, told
from app.lane.parts import LaneParts

PORTION = 32                                   # cases: their outputs are packed while they are still in the cache


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
        self._pinned: dict[str, Strategy] = {}  # by content hash, which covers name and version

    def settle_touched(self) -> Iterator[None]:
        """Looks once at every case that facts have touched, in the order in which they did so first; pauses between
        portions of them."""
        touched, self._agenda.touched = self._agenda.touched, {}
        for number, (key, moment) in enumerate(touched.items()):
            if number and not number % PORTION:
                yield
            case = self._tables.cases.get(key)
            if isinstance(case, Case):
                self.advance(key, case, moment)

    def settle_before(self, received: Received) -> None:
        """Looks at them in the middle of a batch, before the fact that was received is learnt."""
        self._cut[received.topic] = received.offset
        for _ in self.settle_touched():
            pass

    def advance(self, key: str, case: Case, moment: Millis, reached: Millis = 0, *, woken: bool = False) -> None:
        """`moment` is the record timestamp or the instant that brought this about; `reached` as of `settle`."""
        pin = case.pin
        if pin is None:
            return
        strategy = self._pinned.get(pin.content_hash) or self.strategy(pin)
        step = settle(case, self._tables.consents.get(case.customer_id), strategy, reached)
        if step.judgement is not None:
            self._decide(key, case, step.case, step.judgement, strategy, woken=woken)
            self._outbox.tally.completing.append(moment)
            return
        if step.case is not case:
            self._tables.put(key, step.case, case)
        if step.wake is not None:
            self._agenda.wakes.set(step.wake, key)
        for asked in step.ask:
            policy = next(p for p in strategy.bureaus if p.name == asked.bureau)
            trace = decision_id(case.customer_id, case.application_id)
            self._outbox.publish(asked.at, trace, {BUREAU_REQUESTS: request(step.case, asked, policy.subject)})
            self._outbox.count(self._outbox.tally.requests, asked.bureau)

    def _decide(
        self, key: str, before: Case, case: Case, judgement: Judgement, strategy: Strategy, *, woken: bool
    ) -> None:
        verdict = strategy.decide(judgement.evidence)
        made, segment, offers = told(judgement, verdict, strategy, self._cut, woken=woken)
        as_of = judgement.evidence.as_of
        self._outbox.publish(as_of, made.decision_id, {DECISIONS: made, SCORE_SEGMENTS: segment, CREDIT_OFFERS: offers})
        self._tables.put(key, shrink(case, made.decision_id, as_of), before)
        self._agenda.expiries.set(as_of + self._limits.marker_ttl_ms, key)
        tally = self._outbox.tally
        label = (made.outcome, made.segment)
        tally.decisions[label] = tally.decisions.get(label, 0) + 1
        self._outbox.count(tally.triggers, made.trigger)

    def strategy(self, pin: Pin) -> Strategy:
        """StrategyError, naming it, when this worker lacks it."""
        strategy = self._shelf.pinned(pin.strategy, pin.version, pin.content_hash)
        self._pinned[pin.content_hash] = strategy
        return strategy
