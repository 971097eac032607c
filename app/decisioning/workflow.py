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

from app.decisioning.judgement import Grounds, Judgement, not_expected
from app.decisioning.learning import seen
from app.decisioning.permission import permissions, why_not
from app.decisioning.plainly import settled_plainly
from app.decisioning.standing import Standing, standings_of
from app.decisioning.strategy import Strategy
from app.domain.case import ApplicationFact, Asked, Case, ConsentFile
from app.domain.quantities import Millis, Trigger


class Step(Struct, frozen=True, gc=False):
    """What has become of a case: its new state, whom to ask, the judgement if it is ready, when to look again."""

    case: Case
    ask: tuple[Asked, ...]
    judgement: Judgement | None
    wake: Millis | None


def settle(case: Case, file: ConsentFile | None, strategy: Strategy, reached: Millis = 0) -> Step:
    """Moves a case on. `reached` is an instant that the clock has passed *and* up to which every input has been read;
    only it lets a deadline fire. Pure: the result follows from the facts alone, not from the order in which they were
    learnt nor from how often one has looked before."""
    fact = case.application
    if fact is None or case.deadline is None:
        return Step(case, (), None, None)
    if not fact.body.bureau_consent:
        purged = _purge(case, frozenset(p.name for p in strategy.bureaus))
        return Step(purged, (), _judge("NO_CONSENT", fact, (), strategy, fact.received.timestamp), None)

    if (judgement := settled_plainly(case, fact, file, strategy)) is not None:
        return Step(case, (), judgement, None)
    return settle_closely(case, file, strategy, reached)


def settle_closely(case: Case, file: ConsentFile | None, strategy: Strategy, reached: Millis = 0) -> Step:
    """`settle` of an application with consent, whatever has been granted, withdrawn, answered or missed."""
    fact = case.application
    if fact is None or case.deadline is None:
        raise ValueError("there is no application yet")
    application, deadline = fact.body, case.deadline
    consents = permissions(file)
    start = fact.received.timestamp
    now = min(max(_latest(case, fact, file), reached), deadline)
    standings = standings_of(case, consents, strategy, application, deadline)
    withdrawn = [s for s in standings if s.ever_withdrawn]
    if withdrawn and (purged := _purge_withdrawn(case, withdrawn, now)) is not case:
        case = purged
        standings = standings_of(case, consents, strategy, application, deadline)

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


def _first_settled(standings: Sequence[Standing], start: Millis, now: Millis) -> tuple[Millis, Trigger] | None:
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


def _latest(case: Case, fact: ApplicationFact, file: ConsentFile | None) -> Millis:
    latest = fact.received.timestamp
    for response in case.responses:
        latest = max(latest, response.received.timestamp)
    for consent in file.facts if file is not None else ():
        latest = max(latest, consent.received.timestamp)
    return latest


def _asks(case: Case, standings: list[Standing], start: Millis, now: Millis) -> Iterator[Asked]:
    """Whom to ask: a bureau that has not answered, from the first instant at which a consent covers it."""
    for s in standings:
        if s.answer is not None or (case.asked and any(a.bureau == s.policy.name for a in case.asked)):
            continue
        for at in [start, *sorted([p.start for p in s.consents if start < p.start <= now])]:
            consent = s.usable_consent(at)
            if consent is not None and consent.usable(now):
                yield Asked(s.policy.name, at, consent.consent_id)
                break


def _purge_withdrawn(case: Case, withdrawn: Sequence[Standing], now: Millis) -> Case:
    """Without the answers that a withdrawal has caught up with, and without the requests under what was withdrawn."""
    answers = frozenset(s.policy.name for s in withdrawn if s.answer is not None and s.purged(s.answer, now))
    requests = frozenset(
        p.consent_id for s in withdrawn for p in s.consents if p.withdrawn is not None and p.withdrawn <= now
    )
    case = _purge(case, answers)
    asked = tuple(a for a in case.asked if a.consent_id not in requests)
    return case if len(asked) == len(case.asked) else msgspec.structs.replace(case, asked=asked)


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
    trigger: Trigger, fact: ApplicationFact, standings: Sequence[Standing], strategy: Strategy, at: Millis
) -> Judgement:
    by_name = {s.policy.name: s for s in standings}
    grounds = Grounds(fact)
    for policy in strategy.bureaus:
        standing = by_name.get(policy.name)
        if standing is None:
            grounds.lack(policy, not_expected(fact.body))
            continue
        consent = standing.usable_consent(at)
        if consent is None:
            grounds.lack(policy, why_not(standing.consents, at))
            grounds.used += [f.received for p in standing.consents for f in p.facts if f.received.timestamp <= at]
            continue
        grounds.used.append(consent.facts[0].received)
        answer = standing.answer_at(at)
        if answer is None:
            grounds.lack(policy, "BUREAU_TIMEOUT")
        else:
            grounds.hear(answer)
    return grounds.judgement(trigger, at)
