"""What comes in and what is kept, as Faust's models: names and types as its guide has them ("Models", "Tables").

Inputs are validated by Faust (`validation=True`, which includes coercion); what the app itself keeps is not, as the
guide leaves it. Where the guide leaves a choice, the cheaper was taken:
- types are all that is stated: limits and enumerations are left to the rules' own types, into which every event is
  copied anyway, and spelling to nobody;
- days are text: the models know instants (`datetime`) and would make one, with its time of day, of every day;
- instants are parsed by Python: quicker than Faust's own parser, which also takes a fraction's digits for microseconds;
- a consent is one model with optional fields: polymorphic ones need a producer that writes `__faust` into its events.
"""

# mypy: disable-error-code="misc, call-arg"
# Faust tells mypy nothing: its models are Any here.

from datetime import datetime

import faust
from faust.models.fields import StringField


class Applicant(faust.Record, validation=True):
    date_of_birth: str
    marital_status: str
    employment_status: str
    accommodation: str
    has_insurance: bool
    months_on_book: int
    monthly_income_minor: int
    monthly_expenses_minor: int
    region: str
    main_document_expires: str
    last_employment_start: str | None = None
    preferred_propositions: tuple[str, ...] = ()


class Card(faust.Record, validation=True):
    sealed_pan: str
    issuer_country: str
    has_consent: bool


class LoanApplication(faust.Record, validation=True):
    event_id: str
    customer_id: str
    application_id: str
    product: str
    amount_minor: int
    currency: str
    term_months: int
    bureau_consent: bool
    applicant: Applicant
    card: Card | None = None
    supersedes: str | None = None


class Consent(faust.Record, validation=True, date_parser=datetime.fromisoformat):
    """`kind` says whether it is granted or withdrawn, and so which of the optional fields there are."""

    kind: str
    event_id: str
    customer_id: str
    consent_id: str
    purpose: str | None = None
    bureaus: tuple[str, ...] = ()
    granted_at: datetime | None = None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None


class LateCounts(faust.Record, validation=True):
    days_30: int = 0
    days_60: int = 0
    days_90: int = 0


class Liability(faust.Record, validation=True):
    account_id: str
    opened: str
    monthly_payment_minor: int
    closed: bool
    late: LateCounts
    past_due_minor: int
    balance_minor: int
    type: str
    ownership: str
    creditor: str = StringField(allow_blank=True)


class ScoreFactor(faust.Record, validation=True):
    code: str
    text: str = StringField(allow_blank=True)


class CreditScore(faust.Record, validation=True):
    value: int
    model: str = StringField(allow_blank=True)
    factors: tuple[ScoreFactor, ...] = ()
    score_type: str = "CREDIT"
    product_type: str | None = None
    decile: int | None = None
    changed_from_last_week: bool | None = None
    new_prospect: bool | None = None


class DataSet(faust.Record, validation=True):
    id: str
    name: str = StringField(allow_blank=True)
    value: str = StringField(allow_blank=True)


class Summary(faust.Record, validation=True):
    data_sets: tuple[DataSet, ...]


class CreditReport(faust.Record, validation=True):
    liabilities: tuple[Liability, ...] = ()
    scores: tuple[CreditScore, ...] = ()
    summaries: tuple[Summary, ...] = ()


class BureauError(faust.Record, validation=True):
    reason_code: str
    description: str = StringField(allow_blank=True)
    recoverable: bool = False


class BureauResponse(faust.Record, validation=True):
    event_id: str
    customer_id: str
    application_id: str
    bureau: str
    result: str
    currency: str | None = None
    report: CreditReport | None = None
    error: BureauError | None = None


class Received(faust.Record):
    topic: str
    event_id: str
    timestamp: int
    offset: int
    size: int


class ConsentFact(faust.Record):
    received: Received
    body: Consent


class ApplicationFact(faust.Record):
    received: Received
    body: LoanApplication


class ResponseFact(faust.Record):
    received: Received
    body: BureauResponse


class Pin(faust.Record):
    strategy: str
    version: int
    content_hash: str


class Asked(faust.Record):
    bureau: str
    at: int
    consent_id: str


class Seen(faust.Record):
    topic: str
    event_id: str
    digest: int


class Case(faust.Record):
    application_id: str
    opened: int
    application: ApplicationFact | None = None
    pin: Pin | None = None
    deadline: int | None = None
    asked: tuple[Asked, ...] = ()
    responses: tuple[ResponseFact, ...] = ()
    spent: tuple[Seen, ...] = ()


class Consents(faust.Record):
    """A customer's: a table's value."""

    facts: tuple[ConsentFact, ...] = ()


class Cases(faust.Record):
    """A customer's: a table's value."""

    open: dict[str, Case]                      # by application_id
    decided: dict[str, str]                    # decision_id by application_id
