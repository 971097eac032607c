"""A case that is ready: what is to be judged, and the facts that the decision will rest on."""

from operator import attrgetter

from msgspec import Struct

from app.decisioning.strategy import BureauPolicy
from app.domain.application import LoanApplication
from app.domain.case import ApplicationFact, Received, ResponseFact
from app.domain.decision import Evidence, Missing
from app.domain.quantities import Millis, Trigger

_AGE = attrgetter("timestamp", "topic", "event_id")


class Judgement(Struct, frozen=True, gc=False):
    """The case is ready: judge this evidence. `facts` are those that the decision rests on, oldest first; the JSON of
    the evidence's application and responses stands beside it, for the audit record."""

    trigger: Trigger
    evidence: Evidence
    facts: tuple[Received, ...]
    application_json: bytes
    responses_json: tuple[bytes, ...]


class Grounds:
    """What a judgement rests on, gathered bureau by bureau."""

    __slots__ = ("_answers", "_fact", "_missing", "used")

    def __init__(self, fact: ApplicationFact) -> None:
        self.used = [fact.received]
        self._fact = fact
        self._answers: list[ResponseFact] = []
        self._missing: list[Missing] = []

    def hear(self, answer: ResponseFact) -> None:
        self.used.append(answer.received)
        if answer.body.result == "HIT":
            self._answers.append(answer)
        else:
            self._missing.append(no_report(answer))

    def lack(self, policy: BureauPolicy, reason_code: str) -> None:
        self._missing.append(Missing(policy.name, reason_code))

    def judgement(self, trigger: Trigger, at: Millis) -> Judgement:
        fact, answers = self._fact, self._answers
        bodies, jsons = tuple([a.body for a in answers]), tuple([a.json for a in answers])
        evidence = Evidence(fact.body, bodies, tuple(self._missing), at, fact.received.timestamp)
        return Judgement(trigger, evidence, oldest_first(self.used), fact.json, jsons)


def oldest_first(used: list[Received]) -> tuple[Received, ...]:
    """Each once: a consent may cover several bureaus."""
    used.sort(key=_AGE)
    return tuple([r for place, r in enumerate(used) if not place or r != used[place - 1]])


def no_report(answer: ResponseFact) -> Missing:
    """What an answer without a report says is missing."""
    return Missing(answer.body.bureau, f"BUREAU_{answer.body.result}")


def not_expected(application: LoanApplication) -> str:
    """Why the case does not wait for a bureau."""
    if application.bureau_consent and application.card is None:
        return "CARD_NOT_GIVEN"
    return "CONSENT_NOT_GIVEN"
