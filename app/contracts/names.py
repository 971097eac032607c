"""The topics' roles, and what each is called on a given cluster.

A *role* is the name of a folder in topics/; it never changes and is what facts, decisions and metrics say. A *name* is
what the cluster calls that topic: a prefix keeps several installations (or tests) apart on one cluster.
"""

from functools import cached_property

from msgspec import Struct

LOAN_APPLICATIONS = "loan-applications"
CONSENTS = "consents"
BUREAU_RESPONSES = "bureau-responses"
BUREAU_REQUESTS = "bureau-requests"
SCORE_SEGMENTS = "score-segments"
CREDIT_OFFERS = "credit-offers"
DECISIONS = "decisions"
DEAD_LETTERS = "dead-letters"
CASES_CHANGELOG = "creditstream-cases-changelog"
CONSENTS_CHANGELOG = "creditstream-consents-changelog"

INPUTS = (LOAN_APPLICATIONS, CONSENTS, BUREAU_RESPONSES)
OUTPUTS = (BUREAU_REQUESTS, SCORE_SEGMENTS, CREDIT_OFFERS, DECISIONS, DEAD_LETTERS)
CHANGELOGS = (CASES_CHANGELOG, CONSENTS_CHANGELOG)
ROLES = INPUTS + OUTPUTS + CHANGELOGS

_TABLES = {CASES_CHANGELOG: "cases", CONSENTS_CHANGELOG: "consents"}


class TopicNames(Struct, frozen=True, dict=True):
    """What one installation calls its topics. `app_id` is the consumer group too; changelogs follow Faust's naming."""

    prefix: str = ""
    application: str = "creditstream"

    @cached_property
    def app_id(self) -> str:
        return self.prefix + self.application

    @cached_property
    def by_role(self) -> dict[str, str]:
        """Role -> name, for all roles."""
        return {role: self.prefix + role for role in INPUTS + OUTPUTS} | {
            role: f"{self.app_id}-{table}-changelog" for role, table in _TABLES.items()
        }

    @cached_property
    def roles(self) -> dict[str, str]:
        """Name -> role, for all names."""
        return {name: role for role, name in self.by_role.items()}

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        return tuple(self.by_role[role] for role in INPUTS)

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        return tuple(self.by_role[role] for role in OUTPUTS)

    @cached_property
    def changelogs(self) -> tuple[str, ...]:
        return tuple(self.by_role[role] for role in CHANGELOGS)

    @property
    def loan_applications(self) -> str:
        return self.by_role[LOAN_APPLICATIONS]

    @property
    def consents(self) -> str:
        return self.by_role[CONSENTS]

    @property
    def bureau_responses(self) -> str:
        return self.by_role[BUREAU_RESPONSES]

    @property
    def bureau_requests(self) -> str:
        return self.by_role[BUREAU_REQUESTS]

    @property
    def score_segments(self) -> str:
        return self.by_role[SCORE_SEGMENTS]

    @property
    def credit_offers(self) -> str:
        return self.by_role[CREDIT_OFFERS]

    @property
    def decisions(self) -> str:
        return self.by_role[DECISIONS]

    @property
    def dead_letters(self) -> str:
        return self.by_role[DEAD_LETTERS]

    @property
    def cases_changelog(self) -> str:
        return self.by_role[CASES_CHANGELOG]

    @property
    def consents_changelog(self) -> str:
        return self.by_role[CONSENTS_CHANGELOG]


def transactional_prefix(app_id: str) -> str:
    """What the transactional ids of all lanes of one installation begin with; the lane's number follows."""
    return f"{app_id}-lane-"
