"""What the workflow asks of a strategy, whoever wrote it and however it is evaluated."""

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from msgspec import Struct

from app.decisioning.notices.policy import NoticePolicy
from app.domain.case import Pin
from app.domain.consent import Purpose
from app.domain.decision import Evidence, Verdict
from app.domain.quantities import Millis

T = TypeVar("T")


class Ready(Protocol):
    """What a constant that verdicts tell is told as: something that its reader takes for the same."""

    def __call__(self, value: T, /) -> T: ...


class BureauPolicy(Struct, frozen=True):
    """A bureau that the strategy wants to hear, in the order in which it prefers them."""

    name: str
    required: bool
    purpose: Purpose = "CREDIT_BUREAU"
    subject: Literal["PERSON", "CARD"] = "PERSON"    # CARD: asked only of an application with a consented card


class Strategy(Protocol):
    """One version of one product's strategy: loaded, checked, ready to decide."""

    @property
    def name(self) -> str: ...                       # "cash-loan"
    @property
    def version(self) -> int: ...
    @property
    def content_hash(self) -> str: ...               # SHA-256, hex, of everything that can change a decision
    @property
    def pin(self) -> Pin: ...                        # the three of them, as a case keeps them
    @property
    def products(self) -> frozenset[str]: ...        # values of LoanApplication.product that it serves
    @property
    def effective_from(self) -> Millis: ...
    @property
    def bureaus(self) -> tuple[BureauPolicy, ...]: ...
    @property
    def deadline_ms(self) -> int: ...                # from the application's record timestamp
    @property
    def offer_validity_ms(self) -> int: ...          # from as_of
    @property
    def notices(self) -> NoticePolicy | None: ...    # None: this strategy's applicants are owed no letters

    def decide(self, evidence: Evidence) -> Verdict:
        """Pure and total: any evidence gives a verdict; an error inside is a bug, never "no match"."""
        ...

    def deciding(self, ready: Ready) -> Callable[[Evidence], Verdict]:
        """`decide`, for who publishes verdicts: `ready` is given rows and points that many of them tell, once."""
        ...


class Shelf(Protocol):
    """All strategies that a worker holds."""

    def in_force(self, product: str, at: Millis) -> Strategy | None:
        """The version with the latest effective_from <= at that serves the product; None when nothing does."""
        ...

    def pinned(self, name: str, version: int, content_hash: str) -> Strategy:
        """That very strategy; StrategyError, naming it, when this worker lacks it."""
        ...
