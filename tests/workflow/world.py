"""A case told as a story: facts learnt one after another, the workflow asked after each."""

from msgspec import Struct

from app.decisioning.judgement import Judgement
from app.decisioning.learning import Unmoved, learn_application, learn_consent, learn_response, open_case
from app.decisioning.strategy import BureauPolicy
from app.decisioning.workflow import Step, settle
from app.domain.case import ApplicationFact, Asked, Case, ConsentFact, ConsentFile, Pin, ResponseFact
from tests.builders import APPLICATION, CUSTOMER

PERIOD = 15.0                                  # seconds from application to deadline


class Policies(Struct, frozen=True):
    """Only what the workflow reads of a strategy."""

    bureaus: tuple[BureauPolicy, ...]
    deadline_ms: int = int(PERIOD * 1000)


ONE = Policies((BureauPolicy("EQUIFAX", required=True),))
THREE = Policies(tuple(BureauPolicy(name, required=True) for name in ("EQUIFAX", "EXPERIAN", "TRANSUNION")))
WITH_CARD = Policies(
    (
        BureauPolicy("EQUIFAX", required=True),
        BureauPolicy("MASTERCARD", required=False, purpose="CARD_DATA", subject="CARD"),
    )
)


class Story:
    """Learns facts in the order told; stops listening once the case is decided."""

    def __init__(self, policies: Policies = ONE) -> None:
        self.policies = policies
        self.case: Case | None = None
        self.file = ConsentFile(CUSTOMER)
        self.judgement: Judgement | None = None
        self.asked: list[Asked] = []
        self.wake: int | None = None
        self.unmoved: list[Unmoved] = []

    def tell(self, *facts: ApplicationFact | ConsentFact | ResponseFact) -> "Story":
        for fact in facts:
            if self.judgement is None:
                self._learn(fact)
                self.pass_time(0)
        return self

    def pass_time(self, reached: int) -> Step | None:
        if self.case is None or self.judgement is not None:
            return None
        step = settle(self.case, self.file, self.policies, reached)
        self.case, self.judgement, self.wake = step.case, step.judgement, step.wake
        self.asked.extend(step.ask)
        return step

    def _learn(self, fact: ApplicationFact | ConsentFact | ResponseFact) -> None:
        if isinstance(fact, ConsentFact):
            file = learn_consent(self.file, fact)
            if isinstance(file, Unmoved):
                self.unmoved.append(file)
            else:
                self.file = file
            return
        case = self.case or open_case(fact.received, fact.body)
        if isinstance(fact, ApplicationFact):
            deadline = fact.received.timestamp + self.policies.deadline_ms
            learnt = learn_application(case, fact, Pin("test", 1, "0" * 64), deadline)
        else:
            learnt = learn_response(case, fact)
        if isinstance(learnt, Unmoved):
            self.unmoved.append(learnt)
        else:
            self.case = learnt
        assert (case.customer_id, case.application_id) == (CUSTOMER, APPLICATION)
