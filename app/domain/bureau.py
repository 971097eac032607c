"""What a credit bureau answers: the nested credit page of the Pega seed, or an error, or no hit.

Names follow MISMO 2.x in the project's own spelling: CREDIT_LIABILITY is `liabilities`, LATE_COUNT is `late`,
CREDIT_SUMMARY.DATA_SET is `summaries[].data_sets`. Values of data sets stay text: "02", "N/A" and "-3" are not numbers.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.domain.iso import Currency
from app.domain.quantities import ApplicationId, Bureau, Code, Count, CustomerId, DataValue, EventId, Money, Text

LiabilityType = Literal["INSTALMENT", "REVOLVING", "MORTGAGE", "OPEN", "LEASE", "COLLECTION", "OTHER"]
Ownership = Literal["INDIVIDUAL", "JOINT", "AUTHORIZED_USER", "GUARANTOR", "OTHER"]


class LateCounts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """How many times a payment was late by at least so many days."""

    days_30: Count = 0
    days_60: Count = 0
    days_90: Count = 0


class Liability(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One account as one bureau reports it; (creditor, account_id, opened) names it across bureaus."""

    creditor: Text
    account_id: Code
    opened: date
    monthly_payment_minor: Money
    closed: bool
    late: LateCounts
    past_due_minor: Money
    balance_minor: Money
    type: LiabilityType
    ownership: Ownership


class ScoreFactor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    code: Code
    text: Text


class CreditScore(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A score and why it is not higher. The optional fields are those of a card-transaction score."""

    model: Text
    value: Annotated[int, Meta(ge=0, le=9_999)]
    factors: Annotated[tuple[ScoreFactor, ...], Meta(max_length=8)] = ()
    score_type: Literal["CREDIT", "DELINQUENCY"] = "CREDIT"
    product_type: Code | None = None
    decile: Annotated[int, Meta(ge=1, le=10)] | None = None
    changed_from_last_week: bool | None = None
    new_prospect: bool | None = None


class DataSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One summary attribute, as AT57S: past due amount of open trades verified in the past 12 months."""

    id: Code
    name: Text
    value: DataValue


class Summary(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    data_sets: Annotated[tuple[DataSet, ...], Meta(max_length=512)]


class CreditReport(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    liabilities: Annotated[tuple[Liability, ...], Meta(max_length=1_000)] = ()
    scores: Annotated[tuple[CreditScore, ...], Meta(max_length=32)] = ()
    summaries: Annotated[tuple[Summary, ...], Meta(max_length=32)] = ()


class BureauError(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Why there is no report: PAN_NOT_FOUND, CONSENT_NOT_PROVIDED, MISSING_REQUIRED_FIELD, ..."""

    reason_code: Code
    description: Text
    recoverable: bool = False


class BureauResponse(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A bureau's one answer for one application: HIT carries a report, ERROR an error, NO_HIT neither."""

    event_id: EventId
    customer_id: CustomerId
    application_id: ApplicationId
    bureau: Bureau
    result: Literal["HIT", "NO_HIT", "ERROR"]
    currency: Currency | None = None
    report: CreditReport | None = None
    error: BureauError | None = None

    def __post_init__(self) -> None:
        if (self.report is not None) != (self.result == "HIT"):
            raise ValueError("a HIT carries `report`, and only a HIT does")
        if (self.error is not None) != (self.result == "ERROR"):
            raise ValueError("an ERROR carries `error`, and only an ERROR does")
