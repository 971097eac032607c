"""Events such as the service receives, as many as a benchmark wants: the same seed gives the same bytes.

Each customer grants consent, applies once and is answered for by one bureau with four liabilities. Incomes, scores,
arrears and wishes vary so that every segment and outcome occurs.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID

import msgspec
from msgspec import Struct

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.domain.application import Applicant, LoanApplication
from app.domain.bureau import (
    BureauResponse,
    CreditReport,
    CreditScore,
    DataSet,
    LateCounts,
    Liability,
    ScoreFactor,
    Summary,
)
from app.domain.consent import ConsentGranted
from app.domain.quantities import EmploymentStatus

BUREAU = "EQUIFAX"
LIABILITIES = 4
_GRANTED = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
_EXPIRES = datetime(2036, 1, 2, 9, 30, tzinfo=UTC)
_EMPLOYMENT: tuple[EmploymentStatus, ...] = (
    "EMPLOYED", "EMPLOYED", "EMPLOYED", "SELF_EMPLOYED", "STUDENT", "RETIRED", "UNEMPLOYED",
)
_CREDITORS = ("Aurora Bank", "Harbour Savings", "Meridian Card Services", "Northern Leasing", "Old Town Mutual")
_FACTORS = (
    ScoreFactor(code="14", text="Length of time accounts have been established"),
    ScoreFactor(code="10", text="Proportion of balances to credit limits is too high"),
)

_encode = msgspec.json.Encoder().encode


class Customer(Struct, frozen=True):
    """Everything that one customer sends, by the input's role and in the order in which it happens."""

    customer_id: str
    events: dict[str, bytes]

    @property
    def key(self) -> bytes:
        return self.customer_id.encode()


def customers(
    count: int, *, first: int = 0, seed: int = 20_261_123, liabilities: int = LIABILITIES
) -> Iterator[Customer]:
    """Customers number `first` to `first + count - 1`. Each depends on the seed, its number and how many liabilities
    the bureau reports."""
    for number in range(first, first + count):
        yield customer(number, seed, liabilities)


def customer(number: int, seed: int, liabilities: int = LIABILITIES) -> Customer:
    rng = Random(f"{seed}/{number}")
    customer_id, application_id = f"c-{number:08d}", f"a-{number:08d}"
    return Customer(
        customer_id,
        {
            CONSENTS: _encode(_consent(rng, customer_id, number)),
            LOAN_APPLICATIONS: _encode(_application(rng, customer_id, application_id)),
            BUREAU_RESPONSES: _encode(_response(rng, customer_id, application_id, liabilities)),
        },
    )


def _consent(rng: Random, customer_id: str, number: int) -> ConsentGranted:
    return ConsentGranted(
        event_id=_event_id(rng),
        customer_id=customer_id,
        consent_id=f"k-{number:08d}",
        purpose="CREDIT_BUREAU",
        bureaus=(BUREAU,),
        granted_at=_GRANTED,
        expires_at=_EXPIRES,
    )


def _application(rng: Random, customer_id: str, application_id: str) -> LoanApplication:
    income = rng.randrange(60_000, 700_000, 500)
    status = rng.choice(_EMPLOYMENT)
    applicant = Applicant(
        date_of_birth=date(rng.randint(1955, 2006), rng.randint(1, 12), rng.randint(1, 28)),
        marital_status=rng.choice(("MARRIED", "SINGLE", "DIVORCED", "WIDOWED")),
        employment_status=status,
        last_employment_start=date(rng.randint(2008, 2025), rng.randint(1, 12), 1) if "EMPLOYED" in status else None,
        accommodation=rng.choice(("OWNER", "MORTGAGE", "TENANT", "WITH_PARENTS")),
        has_insurance=rng.random() < 0.4,
        months_on_book=rng.randrange(0, 90),
        monthly_income_minor=income,
        monthly_expenses_minor=income * rng.randint(20, 70) // 100,
        region=f"{rng.randint(1, 40):03d}",
        main_document_expires=date(rng.randint(2036, 2040), rng.randint(1, 12), 15),
        preferred_propositions=("CustomerLoan", "CustomerLoanSpecialOffer"),
    )
    return LoanApplication(
        event_id=_event_id(rng),
        customer_id=customer_id,
        application_id=application_id,
        product="CustomerLoan",
        amount_minor=rng.randrange(50_000, 1_500_000, 1_000),
        currency="EUR",
        term_months=rng.choice((12, 24, 36, 48, 60)),
        bureau_consent=True,
        applicant=applicant,
    )


def _response(rng: Random, customer_id: str, application_id: str, liabilities: int) -> BureauResponse:
    return BureauResponse(
        event_id=_event_id(rng),
        customer_id=customer_id,
        application_id=application_id,
        bureau=BUREAU,
        result="HIT",
        currency="EUR",
        report=CreditReport(
            liabilities=tuple(_liability(rng) for _ in range(liabilities)),
            scores=(CreditScore(model="Risk 5.0", value=rng.randint(430, 820), factors=_FACTORS),),
            summaries=(
                Summary(
                    data_sets=(
                        DataSet(id="AT57S", name="Past due amount, open trades, 12 months", value=_past_due(rng)),
                        DataSet(id="AT20S", name="Months since oldest trade opened", value=str(rng.randint(3, 300))),
                    )
                ),
            ),
        ),
    )


def _liability(rng: Random) -> Liability:
    is_late = rng.random() < 0.15
    balance = rng.randrange(0, 2_000_000, 100)
    return Liability(
        creditor=rng.choice(_CREDITORS),
        account_id=f"AC-{rng.randrange(10**8):08d}",
        opened=date(rng.randint(2008, 2025), rng.randint(1, 12), rng.randint(1, 28)),
        monthly_payment_minor=balance // rng.randint(24, 120),
        closed=rng.random() < 0.25,
        late=LateCounts(days_30=rng.randint(1, 4), days_60=rng.randint(0, 2)) if is_late else LateCounts(),
        past_due_minor=rng.randrange(0, 50_000) if is_late else 0,
        balance_minor=balance,
        type=rng.choice(("INSTALMENT", "REVOLVING", "MORTGAGE", "LEASE")),
        ownership=rng.choice(("INDIVIDUAL", "JOINT")),
    )


def _past_due(rng: Random) -> str:
    """What AT57S may hold: an amount, usually none, or a special value."""
    return rng.choices(("0", str(rng.randint(1, 90)), str(rng.randint(101, 900)), "-3", "N/A"), (70, 10, 6, 7, 7))[0]


def _event_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))
