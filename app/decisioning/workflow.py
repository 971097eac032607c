"""The one workflow that the stream and the simulation share: given what is known of a case, what is to be done now?

A case is decided at the earliest instant at which everything expected was settled, whatever the order in which the
facts were read. A bureau is *expected* when the strategy names it and, for a card bureau, the application carries a
consented card. An expected bureau is *settled* at an instant when it has answered and a consent lets us use the answer,
or when its consent has been withdrawn. Without consent on the application the case is decided at once; at the deadline,
with what is there.

    application ────┬── bureau_consent is false ───────────────> NO_CONSENT
                    ├── every expected bureau answered ────────> COMPLETE
                    ├── ... or its consent withdrawn ──────────> WITHDRAWAL
                    └── the deadline passed ───────────────────> DEADLINE
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from app.decisioning.learning import seen
from app.decisioning.permission import Permission, covering, permissions, why_not
from app.decisioning.strategy import BureauPolicy, Strategy
from app.domain.application import LoanApplication
from app.domain.case import ApplicationFact, Asked, Case, ConsentFile, Received, ResponseFact
from app.domain.decision import Evidence, Missing
from app.domain.quantities import Millis, Trigger


class Judgement(Struct, frozen=True, gc=False):
    """The case is ready: judge this evidence. `facts` are those that the decision rests on, oldest first; the JSON of
    the evidence's application and responses stands beside it, for the audit record."""

    trigger: Trigger
    evidence: Evidence
    facts: tuple[Received, ...]
    application_json: bytes
    responses_json: tuple[bytes, ...]


class Step(Struct, frozen=True, gc=False):
    """What has become of a case: its new state, whom to ask, the judgement if it is ready, when to look again."""

    case: Case
    ask: tuple[Asked, ...]
    judgement: Judgement | None
    wake: Millis | None


class _Standing(Struct, frozen=True, gc=False):
    """Where one expected bureau stands."""

    policy: BureauPolicy
    answer: ResponseFact | None
    consents: tuple[Permission, ...]
    ever_withdrawn: bool

    def usable_consent(self, at: Millis) -> Permission | None:
        for p in self.consents:
            if p.start <= at < p.end:
                return p
        return None

    def answered(self, at: Millis) -> bool:
        return self.answer is not None and self.answer.received.timestamp <= at and self.usable_consent(at) is not None

    def withdrawn(self, at: Millis) -> bool:
        """Whether the customer has taken back the consent for this bureau, and given no other."""
        return (
            self.ever_withdrawn
            and self.usable_consent(at) is None
            and any(p.withdrawn is not None and p.withdrawn <= at for p in self.consents)
        )

    def instants(self) -> list[Millis]:
        """The moments at which this standing can change from unsettled to settled."""
        moments = [] if self.answer is None else [self.answer.received.timestamp]
        for p in self.consents:
            moments.append(p.start)
            if p.withdrawn is not None:
                moments.append(p.withdrawn)
        return moments


def expected(policy: BureauPolicy, application: LoanApplication) -> bool:
    """Whether the case waits for this bureau."""
    if not application.bureau_consent:
        return False
    return policy.subject == "PERSON" or (application.card is not None and application.card.has_consent)


def settle(case: Case, file: ConsentFile | None, strategy: Strategy, reached: Millis = 0) -> Step:
    """Moves a case on. `reached` is an instant that the clock has passed *and* up to which every input has been read;
    only it lets a deadline fire. Pure; the result does not depend on the order in which facts were learnt."""
    fact = case.application
    if fact is None or case.deadline is None:
        return Step(case, (), None, None)
    application, deadline = fact.body, case.deadline
    if not application.bureau_consent:
        purged = _purge(case, frozenset(p.name for p in strategy.bureaus))
        return Step(purged, (), _judge("NO_CONSENT", fact, (), strategy, fact.received.timestamp), None)

    start = fact.received.timestamp
    now = min(max(_latest(case, fact, file), reached), deadline)
    standings = _standings(case, permissions(file), strategy, application, deadline)
    if gone := [s.policy.name for s in standings if s.ever_withdrawn and s.withdrawn(now)]:
        case = _purge(case, frozenset(gone))
        standings = _standings(case, permissions(file), strategy, application, deadline)

    settled = _first_settled(standings, start, now)
    if settled is not None:
        at, trigger = settled
        return Step(case, (), _judge(trigger, fact, standings, strategy, at), None)
    if reached >= deadline:
        return Step(case, (), _judge("DEADLINE", fact, standings, strategy, deadline), None)

    ask = tuple(_asks(case, standings, start, now))
    if ask:
        case = msgspec.structs.replace(case, asked=(*case.asked, *ask))
    wake = deadline
    for standing in standings:
        for instant in standing.instants():
            if now < instant < wake:
                wake = instant
    return Step(case, ask, None, wake)


def _first_settled(standings: Sequence[_Standing], start: Millis, now: Millis) -> tuple[Millis, Trigger] | None:
    """The earliest instant up to now at which every bureau was settled. Sought only when each has something that could
    settle it."""
    instants = {start}
    for standing in standings:
        if standing.answer is None and not standing.ever_withdrawn:
            return None
        instants.update([i for i in standing.instants() if start < i <= now])
    for at in sorted(instants):
        trigger: Trigger = "COMPLETE"
        for standing in standings:
            if not standing.answered(at):
                if not standing.withdrawn(at):
                    break
                trigger = "WITHDRAWAL"
        else:
            return at, trigger
    return None


def _standings(
    case: Case, consents: tuple[Permission, ...], strategy: Strategy, application: LoanApplication, deadline: Millis
) -> list[_Standing]:
    standings = []
    for policy in strategy.bureaus:
        if expected(policy, application):
            of_bureau = covering(consents, policy.name, policy.purpose)
            withdrawn = any([p.withdrawn is not None for p in of_bureau])  # noqa: C419  a list is quicker
            standings.append(_Standing(policy, _answer(case, policy.name, deadline), of_bureau, withdrawn))
    return standings


def _answer(case: Case, bureau: str, deadline: Millis) -> ResponseFact | None:
    """A bureau's answer, unless it came after the deadline: then it is late, even if it was read in time."""
    for response in case.responses:
        if response.body.bureau == bureau and response.received.timestamp <= deadline:
            return response
    return None


def _latest(case: Case, fact: ApplicationFact, file: ConsentFile | None) -> Millis:
    latest = fact.received.timestamp
    for response in case.responses:
        latest = max(latest, response.received.timestamp)
    for consent in file.facts if file is not None else ():
        latest = max(latest, consent.received.timestamp)
    return latest


def _asks(case: Case, standings: list[_Standing], start: Millis, now: Millis) -> Iterator[Asked]:
    """Whom to ask: a bureau that has not answered, from the first instant at which a consent covers it."""
    for s in standings:
        if s.answer is not None or (case.asked and any(a.bureau == s.policy.name for a in case.asked)):
            continue
        for at in [start, *sorted([p.start for p in s.consents if start < p.start <= now])]:
            consent = s.usable_consent(at)
            if consent is not None and consent.usable(now):
                yield Asked(s.policy.name, at, consent.consent_id)
                break


def _purge(case: Case, bureaus: frozenset[str]) -> Case:
    """Without consent the answers go, and so do the open requests; what is left tells a repeat from a conflict."""
    gone = tuple(r for r in case.responses if r.body.bureau in bureaus)
    asked = tuple(a for a in case.asked if a.bureau not in bureaus)
    if not gone and len(asked) == len(case.asked):
        return case
    return msgspec.structs.replace(
        case,
        asked=asked,
        responses=tuple(r for r in case.responses if r.body.bureau not in bureaus),
        spent=(*case.spent, *(seen(r.received, r.body) for r in gone)),
    )


def _judge(
    trigger: Trigger, fact: ApplicationFact, standings: Sequence[_Standing], strategy: Strategy, at: Millis
) -> Judgement:
    by_name = {s.policy.name: s for s in standings}
    used = [fact.received]
    responses: list[ResponseFact] = []
    missing: list[Missing] = []
    for policy in strategy.bureaus:
        standing = by_name.get(policy.name)
        if standing is None:
            missing.append(Missing(policy.name, _not_expected(policy, fact.body)))
            continue
        consent = standing.usable_consent(at)
        if consent is None:
            missing.append(Missing(policy.name, why_not(standing.consents, at)))
            used += [f.received for p in standing.consents for f in p.facts if f.received.timestamp <= at]
            continue
        used.append(consent.facts[0].received)
        answer = standing.answer
        if answer is None or answer.received.timestamp > at:
            missing.append(Missing(policy.name, "BUREAU_TIMEOUT"))
            continue
        used.append(answer.received)
        if answer.body.result == "HIT":
            responses.append(answer)
        else:
            missing.append(Missing(policy.name, f"BUREAU_{answer.body.result}"))
    return Judgement(
        trigger,
        Evidence(
            fact.body, tuple([r.body for r in responses]), tuple(missing), at, fact.received.timestamp
        ),
        _oldest_first(used),
        fact.json,
        tuple([r.json for r in responses]),
    )


def _oldest_first(used: list[Received]) -> tuple[Received, ...]:
    """Each once: a consent may cover several bureaus."""
    by_age = {(r.timestamp, r.topic, r.event_id): r for r in used}
    return tuple([by_age[key] for key in sorted(by_age)])


def _not_expected(policy: BureauPolicy, application: LoanApplication) -> str:
    if application.bureau_consent and application.card is None:
        return "CARD_NOT_GIVEN"
    return "CONSENT_NOT_GIVEN"
