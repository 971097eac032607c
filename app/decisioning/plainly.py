"""The short cut through `workflow.settle`, which nearly every case takes."""

from operator import attrgetter

from app.decisioning.judgement import Judgement, no_report, not_expected, oldest_first
from app.decisioning.permission import FOREVER, millis
from app.decisioning.standing import answer_of, expected
from app.decisioning.strategy import BureauPolicy, Strategy
from app.domain.case import ApplicationFact, Case, ConsentFile, Received
from app.domain.consent import ConsentGranted
from app.domain.decision import Evidence, Missing

_TIME = attrgetter("timestamp")


def settled_plainly(
    case: Case, fact: ApplicationFact, file: ConsentFile | None, strategy: Strategy
) -> Judgement | None:
    """What `workflow.settle_closely` says of a case whose expected bureaus have all answered, each under one consent
    that was granted by then, by a customer who has withdrawn none. None: look closer."""
    application, applied = fact.body, fact.received
    deadline, at, end = case.deadline or 0, applied.timestamp, FOREVER
    used: list[Received] = []
    bodies, jsons, missing = [], [], []
    for policy in strategy.bureaus:
        if not expected(policy, application):
            missing.append(Missing(policy.name, not_expected(application)))
            continue
        answer = answer_of(case, policy.name, deadline)
        if answer is None or (grant := _only_grant(file, policy)) is None:
            return None
        received, consent = grant
        if millis(consent.granted_at) > received.timestamp:
            return None
        at = max(at, received.timestamp, answer.received.timestamp)
        if consent.expires_at is not None:
            end = min(end, millis(consent.expires_at))
        used += answer.received, received
        if answer.body.result == "HIT":
            bodies.append(answer.body)
            jsons.append(answer.json)
        else:
            missing.append(no_report(answer))
    if not at < end or at > deadline:
        return None
    used.append(applied)
    evidence = Evidence(application, tuple(bodies), tuple(missing), at, applied.timestamp)
    return Judgement("COMPLETE", evidence, _by_age(used), fact.json, tuple(jsons))


def _only_grant(file: ConsentFile | None, policy: BureauPolicy) -> tuple[Received, ConsentGranted] | None:
    """The one consent that covers the bureau, where nothing was withdrawn."""
    found = None
    for fact in () if file is None else file.facts:
        body = fact.body
        if not isinstance(body, ConsentGranted):
            return None
        if body.purpose == policy.purpose and policy.name in body.bureaus:
            if found is not None:
                return None
            found = fact.received, body
    return found


def _by_age(used: list[Received]) -> tuple[Received, ...]:
    """Oldest first. At one instant the topic's name decides: an answer, a grant and an application stand in that order
    already."""
    if len(used) > 3:
        return oldest_first(used)
    used.sort(key=_TIME)
    return tuple(used)
