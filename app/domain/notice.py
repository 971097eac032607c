"""What a lender must tell an applicant who is refused, offered something else, or charged more than the best.

Modelled on US law, whose demands are the most exact: Regulation B, 12 CFR 1002.9 (adverse action, counter-offers), the
Fair Credit Reporting Act, section 615(a) (score disclosure), and Regulation V, 12 CFR 1022.70-75 (risk-based pricing).
"""

from typing import Literal

from msgspec import Struct

from app.domain.bureau import ScoreFactor
from app.domain.quantities import Millis
from app.domain.reason import Reason

NoticeKind = Literal["ADVERSE_ACTION", "COUNTER_OFFER", "RISK_BASED_PRICING"]


class Correspondent(Struct, frozen=True, gc=False):
    """Whom an applicant can write to."""

    name: str
    address: str
    telephone: str | None = None


class Agency(Struct, frozen=True, gc=False):
    """A bureau whose report was used, and how to reach it."""

    bureau: str
    contact: Correspondent


class Right(Struct, frozen=True, gc=False):
    """One right of the applicant: a stable code, and the text that states it."""

    code: str
    text: str


class ScoreDisclosure(Struct, frozen=True, kw_only=True, gc=False):
    """A bureau's score that was used; the lowest and highest that the model gives; `created` is when the bureau's
    answer reached the log. At most four key factors, five if inquiries are one."""

    source: str
    model: str
    value: int
    lowest: int
    highest: int
    created: Millis
    key_factors: tuple[ScoreFactor, ...]


class Notice(Struct, frozen=True, kw_only=True, gc=False):
    """Everything that the letter says, so that whoever sends it needs nothing else."""

    kinds: tuple[NoticeKind, ...]
    reasons: tuple[Reason, ...]                # at most four, most important first; none for risk-based pricing alone
    scores: tuple[ScoreDisclosure, ...]
    creditor: Correspondent
    supervisor: Correspondent                  # the authority that watches over the creditor
    agencies: tuple[Agency, ...]               # bureaus whose data was used
    rights: tuple[Right, ...]
    send_by: Millis
    counter_offer_until: Millis | None         # until when the offers can be accepted instead; None without them
    keep_until: Millis
