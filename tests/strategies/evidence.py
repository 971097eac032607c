"""Hypothesis strategies for facts: applications, bureau pages and whole evidences, valid by the domain's own types."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import get_args

from hypothesis import strategies as st

from app.decisioning.engine.standing import LACKS
from app.decisioning.strategy import BureauPolicy
from app.domain.application import Applicant, LoanApplication
from app.domain.bureau import BureauResponse, CreditReport, CreditScore, DataSet, LateCounts, Liability, Summary
from app.domain.decision import Evidence, Missing
from app.domain.quantities import Accommodation, EmploymentStatus, MaritalStatus

FIRST, LAST = datetime(2020, 1, 2), datetime(2040, 1, 1)  # noqa: DTZ001 - naive bounds, read as UTC below
PROPOSITIONS = ("CustomerLoan", "CustomerLoanSpecialOffer", "StudentLoan", "TripleLoan")
REGIONS = ("001", "002", "003", "004", "EAST")

as_of = st.datetimes(FIRST, LAST).map(lambda moment: int((moment - datetime(1970, 1, 1)).total_seconds() * 1000))  # noqa: DTZ001
small_money = st.one_of(st.integers(0, 500_000), st.sampled_from([0, 1, 10**15]))


def dates(first: int, last: int) -> st.SearchStrategy[date]:
    return st.dates(date(first, 1, 1), date(last, 12, 31))


applicants = st.builds(
    Applicant,
    date_of_birth=dates(1940, 2012),
    marital_status=st.sampled_from(get_args(MaritalStatus)),
    employment_status=st.sampled_from(get_args(EmploymentStatus)),
    last_employment_start=st.none() | dates(1980, 2041),
    accommodation=st.sampled_from(get_args(Accommodation)),
    has_insurance=st.booleans(),
    months_on_book=st.integers(0, 60) | st.integers(0, 1_200),
    monthly_income_minor=small_money,
    monthly_expenses_minor=st.integers(0, 200_000) | small_money,
    region=st.sampled_from(REGIONS),
    main_document_expires=dates(2019, 2045),
    preferred_propositions=st.lists(st.sampled_from(PROPOSITIONS), max_size=3, unique=True).map(tuple),
)


def applications(
    currencies: Sequence[str] = ("EUR", "USD", "JPY"),
    *,
    ids: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[LoanApplication]:
    """`ids` gives event, customer and application ids when they matter."""
    names = st.just("x-1") if ids is None else ids
    return st.builds(
        LoanApplication,
        event_id=names,
        customer_id=names,
        application_id=names,
        product=st.sampled_from(PROPOSITIONS),
        amount_minor=st.integers(1, 2_000_000) | st.integers(1, 10**15),
        currency=st.sampled_from(currencies),
        term_months=st.integers(1, 90) | st.integers(1, 600),
        bureau_consent=st.booleans(),
        applicant=applicants,
    )


liabilities = st.builds(
    Liability,
    creditor=st.sampled_from(["First Bank", "Second Bank"]),
    account_id=st.sampled_from(["A-1", "A-2", "B-1"]),
    opened=st.sampled_from([date(1999, 1, 1), date(2015, 6, 30)]),
    monthly_payment_minor=small_money,
    closed=st.booleans(),
    late=st.builds(LateCounts, days_30=st.integers(0, 4), days_60=st.integers(0, 4), days_90=st.integers(0, 10_000)),
    past_due_minor=small_money,
    balance_minor=small_money,
    type=st.sampled_from(["INSTALMENT", "REVOLVING", "MORTGAGE", "OTHER"]),
    ownership=st.sampled_from(["INDIVIDUAL", "JOINT"]),
)

scores = st.builds(
    CreditScore,
    model=st.just("model"),
    value=st.integers(300, 850) | st.integers(0, 9_999),
    score_type=st.sampled_from(["CREDIT", "DELINQUENCY"]),
)

data_sets = st.builds(
    DataSet,
    id=st.sampled_from(["AT57S", "AT34A", "AT02S"]),
    name=st.just("a data set"),
    value=st.sampled_from(["", "N/A", "-3", "-4", "-5", "02", "100", "101", "30.5", "30.55", "0000001", "1e3", " 7"])
    | st.integers(0, 10**12).map(str),
)

reports = st.builds(
    CreditReport,
    liabilities=st.lists(liabilities, max_size=5).map(tuple),
    scores=st.lists(scores, max_size=3).map(tuple),
    summaries=st.lists(st.builds(Summary, data_sets=st.lists(data_sets, max_size=4).map(tuple)), max_size=2).map(tuple),
)


def responses(bureau: str, currencies: Sequence[str | None] = (None, "EUR")) -> st.SearchStrategy[BureauResponse]:
    """A hit of this bureau."""
    return st.builds(
        BureauResponse,
        event_id=st.just(f"r-{bureau}"),
        customer_id=st.just("x-1"),
        application_id=st.just("x-1"),
        bureau=st.just(bureau),
        result=st.just("HIT"),
        currency=st.sampled_from(currencies),
        report=reports,
    )


@st.composite
def evidences(
    draw: st.DrawFn, bureaus: Sequence[BureauPolicy], currencies: Sequence[str] = ("EUR", "USD", "JPY")
) -> Evidence:
    """All that a strategy with these bureaus may be shown: each of them has a response or a reason to lack one."""
    application = draw(applications(currencies))
    heard: list[BureauResponse] = []
    missing: list[Missing] = []
    same_currency = (None, application.currency)
    for policy in bureaus:
        if draw(st.integers(0, 9)) < 7:
            heard.append(draw(responses(policy.name, same_currency if draw(st.integers(0, 9)) else (None, "GBP"))))
        else:
            missing.append(Missing(policy.name, draw(st.sampled_from(sorted(LACKS)))))
    return Evidence(application, tuple(heard), tuple(missing), draw(as_of))
