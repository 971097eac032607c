"""Suite A's events, and what is kept of a case, as Faust's models: names and types as its guide has them ("Models").

Inputs are validated by Faust (`validation=True`, which includes coercion, and is stated of nested models, too, as they
do not inherit it); what the app itself keeps is not, as the guide leaves it. Days and instants stay text, as the kernel
has them, which is cheaper than to have Faust make a `datetime` of them.
"""

# mypy: disable-error-code="misc, call-arg"
# Faust tells mypy nothing: its models are Any here.

import faust


class Consent(faust.Record, validation=True):
    given: bool
    purpose: str


class Applicant(faust.Record, validation=True):
    date_of_birth: str
    marital_status: str
    employment_status: str
    last_employment_start: str
    accommodation: str
    has_insurance: bool
    months_on_book: int
    income_minor: int
    expenses_minor: int


class Application(faust.Record, validation=True):
    event_id: str
    application_id: str
    customer_id: str
    product: str
    amount_minor: int
    term_months: int
    currency: str
    region: str
    channel: str
    submitted_at: str
    consent: Consent
    applicant: Applicant


class Liability(faust.Record, validation=True):
    creditor: str
    account_id: str
    opened: str
    monthly_payment_minor: int
    late_30: int
    late_60: int
    late_90: int
    is_closed: bool
    past_due_minor: int


class Answer(faust.Record, validation=True):
    event_id: str
    application_id: str
    customer_id: str
    bureau: str
    score: int
    responded_at: str
    summary: dict[str, str]
    liabilities: list[Liability]


class Case(faust.Record):
    """The table's value. Of a decided case only the mark is left."""

    application: Application | None = None
    answer: Answer | None = None
    decided: bool = False
