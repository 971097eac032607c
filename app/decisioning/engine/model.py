"""A strategy, loaded and checked: its steps as values that an interpreter walks and a compiler writes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.decisioning.language.core import Core, Value
from app.decisioning.language.runtime import Rounding
from app.decisioning.language.types import Type
from app.decisioning.notices.policy import NoticePolicy
from app.decisioning.strategy import BureauPolicy
from app.decisioning.tables.table import Table
from app.domain.decision import Reason
from app.domain.quantities import Millis

INTERNAL_SCORE = "internal_score"

Operation = Literal["sum", "count", "min", "max", "any", "all"]
Over = Literal["liabilities", "summaries"]
Combination = Literal["worst", "median", "primary"]
Extreme = Literal["lowest", "highest"]
Combiner = Literal["sum", "min", "max", "average", "weighted"]
ReasonMethod = Literal["below", "above"]
Use = Literal["rest", "internal_only", "nothing"]


@dataclass(frozen=True, slots=True)
class Named:
    """A value of its own name: what a `values` step sets."""

    name: str
    expression: Core
    text: str = ""                             # as written


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Over all liabilities for which `where` holds, missing when no credit bureau answered; or over all data sets of
    every bureau's summaries, missing when no bureau answered."""

    name: str
    operation: Operation
    item: Core | None                          # None for count
    where: Core | None
    type: Type
    text: str = ""                             # `item` and `where` as written
    where_text: str = ""
    over: Over = "liabilities"


@dataclass(frozen=True, slots=True)
class Pick:
    """One attribute that each bureau states itself, and how several bureaus' statements become one.

    `worst` says which end is worse. It also settles the rest: within one bureau's report the worst of several counts,
    and of an even number of bureaus the median is the worse of the middle two. A code of `special` (-3: no open
    accounts) is the value only where no bureau states a number; of several codes, the least.
    """

    name: str
    source: Literal["score", "summary"]
    key: str                                   # score type, or id of the data set
    combine: Combination
    worst: Extreme
    type: Type
    special: frozenset[int] = frozenset()      # codes that are values of their own, in the type's units


@dataclass(frozen=True, slots=True)
class ReportStep:
    name: str
    aggregates: tuple[Aggregate, ...]
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class ValuesStep:
    name: str
    values: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Characteristic:
    """Its table has one input and one output, `points`; the cell's text names the attribute. A weight is in its points
    and reference already."""

    name: str
    table: Table
    reason: Reason
    reference: int                             # points below which it counts against: its maximum, or an average


@dataclass(frozen=True, slots=True)
class ScorecardStep:
    name: str
    characteristics: tuple[Characteristic, ...]
    initial: int
    scale: int
    score: str                                 # the name that the sum takes
    bands: Table
    reason_limit: int
    combine: Combiner = "sum"
    reason_method: ReasonMethod = "below"      # which side of a characteristic's reference counts against it


@dataclass(frozen=True, slots=True)
class TableStep:
    name: str
    table: Table


@dataclass(frozen=True, slots=True)
class Rule:
    reason: Reason
    condition: Core
    text: str = ""                             # the condition as written


@dataclass(frozen=True, slots=True)
class RulesStep:
    """Every rule that holds gives its reason; `output` is true when none does."""

    name: str
    rules: tuple[Rule, ...]
    output: str


@dataclass(frozen=True, slots=True)
class FilterStep:
    """Inside the offers: the first condition that fails drops the proposition, with its reason."""

    name: str
    rules: tuple[Rule, ...]                    # `condition` is what must hold


@dataclass(frozen=True, slots=True)
class RankKey:
    expression: Core
    descending: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proposition:
    """`columns` by currency: money differs, everything else repeats."""

    name: str
    columns: Mapping[str, tuple[Value, ...]]


OfferPart = ValuesStep | TableStep | FilterStep


@dataclass(frozen=True, slots=True)
class OffersStep:
    name: str
    columns: tuple[str, ...]
    propositions: tuple[Proposition, ...]
    parts: tuple[OfferPart, ...]
    rank: tuple[RankKey, ...]
    rate_scale: int
    column_types: tuple[Type, ...] = ()        # of `columns`
    advance: str = "amount"                    # the name of what is paid out: `advance` where the strategy sets it
    terms: tuple[int, int] = (1, 1)            # the shortest and the longest, in months


@dataclass(frozen=True, slots=True)
class OutcomeStep:
    """The table gives `outcome` and `because`: groups of reasons found on the way, and codes of `reasons`."""

    name: str
    table: Table
    reasons: Mapping[str, Reason]
    offers_with: frozenset[str]                # outcomes whose verdict tells the offers


Step = ReportStep | ValuesStep | ScorecardStep | TableStep | RulesStep | OffersStep | OutcomeStep


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the lack of a bureau's data means for the decision."""

    use: Use
    outcome: Literal["REFER", "DECLINE"] | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of its own name; of money, one a currency. `later` values replace it, each from its instant on."""

    name: str
    type: Type
    values: Mapping[str, Value]                # by currency
    reference: str = ""
    later: tuple["Change", ...] = ()           # by instant, ascending

    def in_force(self, at: Millis) -> Mapping[str, Value]:
        """The values for an application that was recorded at this instant."""
        return next((change.values for change in reversed(self.later) if change.since <= at), self.values)


@dataclass(frozen=True, slots=True)
class Change:
    """What a parameter becomes from an instant on."""

    since: Millis
    values: Mapping[str, Value]
    reference: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why one step may use a characteristic that the jurisdiction otherwise prohibits."""

    characteristic: str
    step: str
    reference: str


@dataclass(frozen=True, slots=True)
class StrategyModel:
    name: str
    version: int
    content_hash: str
    products: frozenset[str]
    effective_from: Millis
    bureaus: tuple[BureauPolicy, ...]
    deadline_ms: int
    offer_validity_ms: int
    currencies: Mapping[str, Rounding]
    other_currency: Treatment
    treatments: Mapping[tuple[bool, str], Treatment]   # (required, reason code of the lack)
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    notices: NoticePolicy | None = None
    jurisdiction: str = ""                     # a key of the jurisdictions' file
    exemptions: tuple[Exemption, ...] = ()

    @property
    def scorecards(self) -> tuple[ScorecardStep, ...]:
        """In flow order."""
        return tuple(step for step in self.steps if isinstance(step, ScorecardStep))

    @property
    def internal_card(self) -> ScorecardStep:
        """The scorecard whose score is the verdict's internal score: the one that names it so, otherwise the first."""
        return next((card for card in self.scorecards if card.score == INTERNAL_SCORE), self.scorecards[0])

    def tables(self) -> Iterator[Table]:
        """Every table whose rows are told in a verdict, in flow order."""
        for step in self.steps:
            if isinstance(step, TableStep | OutcomeStep):
                yield step.table
            elif isinstance(step, ScorecardStep):
                yield step.bands
            elif isinstance(step, OffersStep):
                yield from (part.table for part in step.parts if isinstance(part, TableStep))
