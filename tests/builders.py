"""Facts for tests: valid unless told otherwise. Instants are seconds after T0, written as small numbers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from app.domain.application import Applicant, LoanApplication
from app.domain.bureau import (
    BureauError,
    BureauResponse,
    CreditReport,
    CreditScore,
    DataSet,
    LateCounts,
    Liability,
    Summary,
)
from app.domain.case import ApplicationFact, ConsentFact, Received, ResponseFact
from app.domain.consent import ConsentGranted, ConsentWithdrawn

T0 = 1_760_000_000_000                         # 2025-10-09T08:53:20Z, in milliseconds
CUSTOMER, APPLICATION = "c-1", "a-1"


def ms(seconds: float) -> int:
    return T0 + int(seconds * 1000)


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(T0 / 1000, UTC) + timedelta(seconds=seconds)


def received(topic: str, event_id: str, at: float, offset: int = 0) -> Received:
    return Received(topic=topic, event_id=event_id, timestamp=ms(at), offset=offset, size=100)


def an_applicant(**changes: Any) -> Applicant:
    usual = {
        "date_of_birth": date(1980, 5, 5),
        "marital_status": "MARRIED",
        "employment_status": "EMPLOYED",
        "last_employment_start": date(2015, 1, 1),
        "accommodation": "OWNER",
        "has_insurance": True,
        "months_on_book": 40,
        "monthly_income_minor": 450_000,
        "monthly_expenses_minor": 120_000,
        "region": "010",
        "main_document_expires": date(2033, 1, 1),
    }
    return Applicant(**{**usual, **changes})


def an_application(**changes: Any) -> LoanApplication:
    usual = {
        "event_id": "e-app",
        "customer_id": CUSTOMER,
        "application_id": APPLICATION,
        "product": "CustomerLoan",
        "amount_minor": 500_000,
        "currency": "EUR",
        "term_months": 36,
        "bureau_consent": True,
        "applicant": an_applicant(),
    }
    return LoanApplication(**{**usual, **changes})


def a_grant(
    at: float,
    bureaus: Sequence[str],
    *,
    consent_id: str = "k-1",
    expires: float | None = None,
    event_id: str | None = None,
    purpose: Any = "CREDIT_BUREAU",
) -> ConsentGranted:
    return ConsentGranted(
        event_id=event_id or f"e-{consent_id}",
        customer_id=CUSTOMER,
        consent_id=consent_id,
        purpose=purpose,
        bureaus=tuple(bureaus),
        granted_at=instant(at),
        expires_at=None if expires is None else instant(expires),
    )


def a_withdrawal(at: float, *, consent_id: str = "k-1", event_id: str = "e-w") -> ConsentWithdrawn:
    return ConsentWithdrawn(
        event_id=event_id, customer_id=CUSTOMER, consent_id=consent_id, withdrawn_at=instant(at)
    )


def a_report(score: int = 700, liabilities: int = 2) -> CreditReport:
    return CreditReport(
        liabilities=tuple(
            Liability(
                creditor="First Bank",
                account_id=f"acc-{i}",
                opened=date(2019, 1, 1),
                monthly_payment_minor=10_000,
                closed=False,
                late=LateCounts(),
                past_due_minor=0,
                balance_minor=100_000,
                type="INSTALMENT",
                ownership="INDIVIDUAL",
            )
            for i in range(liabilities)
        ),
        scores=(CreditScore(model="test", value=score),),
        summaries=(Summary(data_sets=(DataSet(id="AT57S", name="past due", value="0"),)),),
    )


def a_response(
    bureau: str = "EQUIFAX", *, event_id: str | None = None, result: Any = "HIT", **changes: Any
) -> BureauResponse:
    usual: dict[str, Any] = {
        "event_id": event_id or f"e-{bureau.lower()}",
        "customer_id": CUSTOMER,
        "application_id": APPLICATION,
        "bureau": bureau,
        "result": result,
        "currency": "EUR" if result == "HIT" else None,
        "report": a_report() if result == "HIT" else None,
        "error": BureauError(reason_code="BUSY", description="try later") if result == "ERROR" else None,
    }
    return BureauResponse(**{**usual, **changes})


def application_fact(at: float, body: LoanApplication | None = None) -> ApplicationFact:
    body = body or an_application()
    return ApplicationFact(received("loan-applications", body.event_id, at), body, encoded(body))


def consent_fact(at: float, body: ConsentGranted | ConsentWithdrawn) -> ConsentFact:
    return ConsentFact(received("consents", body.event_id, at), body)


def response_fact(at: float, body: BureauResponse | None = None) -> ResponseFact:
    body = body or a_response()
    return ResponseFact(received("bureau-responses", body.event_id, at), body, encoded(body))


def encoded(body: object) -> bytes:
    return msgspec.json.encode(body)
