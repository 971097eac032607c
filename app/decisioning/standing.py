"""Where the bureaus stand that a case waits for."""

from msgspec import Struct

from app.decisioning.permission import Permission, covering
from app.decisioning.strategy import BureauPolicy, Strategy
from app.domain.application import LoanApplication
from app.domain.case import Case, ResponseFact
from app.domain.quantities import Millis


class Standing(Struct, frozen=True, gc=False):
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
        return self.answer_at(at) is not None and self.usable_consent(at) is not None

    def answer_at(self, at: Millis) -> ResponseFact | None:
        """The answer, if it lay in the log by then and no withdrawal has purged it since."""
        answer = self.answer
        if answer is None or answer.received.timestamp > at or (self.ever_withdrawn and self.purged(answer, at)):
            return None
        return answer

    def purged(self, answer: ResponseFact, at: Millis) -> bool:
        """Whether the consent for this bureau stood withdrawn at any instant since it had answered. What is purged does
        not come back with a new consent; and it must not depend on when somebody looked."""
        came = answer.received.timestamp
        instants = [came, *[i for p in self.consents for i in (p.withdrawn, p.end) if i is not None and came < i <= at]]
        return any(self.withdrawn(instant) for instant in instants)

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


def standings_of(
    case: Case, consents: tuple[Permission, ...], strategy: Strategy, application: LoanApplication, deadline: Millis
) -> list[Standing]:
    """Of every expected bureau, in the strategy's order."""
    standings = []
    for policy in strategy.bureaus:
        if expected(policy, application):
            of_bureau = covering(consents, policy.name, policy.purpose)
            withdrawn = any(p.withdrawn is not None for p in of_bureau)
            standings.append(Standing(policy, answer_of(case, policy.name, deadline), of_bureau, withdrawn))
    return standings


def answer_of(case: Case, bureau: str, deadline: Millis) -> ResponseFact | None:
    """A bureau's answer, unless it came after the deadline: then it is late, even if it was read in time."""
    for response in case.responses:
        if response.body.bureau == bureau and response.received.timestamp <= deadline:
            return response
    return None
