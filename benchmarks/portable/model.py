"""The events of suite A. Decoding one checks the presence and the type of every field."""

import msgspec
from msgspec import Struct


class Consent(Struct, gc=False):
    given: bool
    purpose: str


class Applicant(Struct, gc=False):
    date_of_birth: str
    marital_status: str
    employment_status: str
    last_employment_start: str
    accommodation: str
    has_insurance: bool
    months_on_book: int
    income_minor: int                          # a month
    expenses_minor: int                        # a month


class Application(Struct, gc=False):
    """Someone wants a loan: the first event of a case."""

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


class Liability(Struct, gc=False):
    creditor: str
    account_id: str
    opened: str
    monthly_payment_minor: int
    late_30: int
    late_60: int
    late_90: int
    is_closed: bool
    past_due_minor: int


class Answer(Struct, gc=False):
    """What a bureau knows of the applicant: the second event of a case."""

    event_id: str
    application_id: str
    customer_id: str
    bureau: str
    score: int
    responded_at: str
    summary: dict[str, str]
    liabilities: list[Liability]


class Segment(Struct, gc=False):
    """The first output of a case."""

    application_id: str
    customer_id: str
    decision_id: str
    segment: str
    internal_score: int
    bureau_score: int
    total_liabilities_minor: int
    total_delinquency: int
    at57s_minor: int


class Offer(Struct, gc=False):
    proposition: str
    amount_minor: int
    rate: float                                # a year
    term: int                                  # months
    instalment_minor: int


class Offers(Struct, gc=False):
    """The second output of a case; the list may be empty."""

    application_id: str
    customer_id: str
    decision_id: str
    segment: str
    offers: list[Offer]


decode_application = msgspec.json.Decoder(Application).decode
decode_answer = msgspec.json.Decoder(Answer).decode
encode = msgspec.json.Encoder().encode
