"""What a customer asks for, and who asks."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from app.domain.iso import Country, Currency
from app.domain.quantities import (
    Accommodation,
    ApplicationId,
    CustomerId,
    EmploymentStatus,
    EventId,
    MaritalStatus,
    Money,
    Months,
    Name,
    PositiveMoney,
    Region,
    TermMonths,
)

SealedPan = Annotated[str, Meta(pattern=r"^pan\.v1\.[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_-]{40,200}$(?!\n)")]


class Applicant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Classified personal: held in cases and decisions only, never in logs, metrics, segments or offers."""

    date_of_birth: date
    marital_status: MaritalStatus
    employment_status: EmploymentStatus
    last_employment_start: date | None = None
    accommodation: Accommodation
    has_insurance: bool
    months_on_book: Months
    monthly_income_minor: Money
    monthly_expenses_minor: Money
    region: Region
    main_document_expires: date
    preferred_propositions: Annotated[tuple[Name, ...], Meta(max_length=16)] = ()


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A payment card: its number sealed (see contracts.sealing), never in clear."""

    sealed_pan: SealedPan
    issuer_country: Country
    has_consent: bool


class LoanApplication(Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """One wish for credit. An amended wish is a new `application_id` that `supersedes` the old."""

    event_id: EventId
    customer_id: CustomerId
    application_id: ApplicationId
    product: Name
    amount_minor: PositiveMoney
    currency: Currency
    term_months: TermMonths
    bureau_consent: bool
    applicant: Applicant
    card: Card | None = None
    supersedes: ApplicationId | None = None
