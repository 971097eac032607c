"""The stand-in bureau: what it holds about a customer, and how it behaves. Pure; `bureau_service` puts it on Kafka.

A page follows from the credit-history columns of the customer's row, and from nothing else: credit history, existing
credits, other instalment plans, current account, other debtors. It never sees the outcome column: a bureau that knew
who will default would make every figure of the demo a cheat. The weights of its score were set by what the columns
mean, not fitted. Amounts and dates that a page needs and the file does not hold are drawn, the same in every run.
"""

from datetime import timedelta
from hashlib import blake2b
from typing import Literal

from app.demo.bureau_accounts import Standing, liabilities, standing
from app.demo.chance import between, choose, draw
from app.demo.dataset import Row, rows
from app.demo.german_credit import REFERENCE_DATE, row_number
from app.domain.bureau import (
    BureauError,
    BureauResponse,
    CreditReport,
    CreditScore,
    DataSet,
    Liability,
    ScoreFactor,
    Summary,
)
from app.domain.decision import BureauRequest
from app.domain.iso import Currency

Manner = Literal["prompt", "twice", "late", "never"]
MANNERS: tuple[tuple[Manner, float], ...] = (("twice", 0.03), ("late", 0.02), ("never", 0.02), ("prompt", 0.95))

_HISTORY_POINTS = {
    "CRITICAL": -130,
    "DELAYED": -90,
    "NO_CREDITS_OR_ALL_PAID": 0,
    "PAID_SO_FAR": 30,
    "ALL_PAID_HERE": 60,
}
_ACCOUNT_POINTS = {"NONE": -40, "OVERDRAWN": -50, "UP_TO_200_DEM": 0, "OVER_200_DEM_OR_SALARY": 60}
_PLANS_POINTS = {"BANK": -35, "STORES": -35, "NONE": 0}
_DEBTORS_POINTS = {"CO_APPLICANT": -20, "GUARANTOR": 10, "NONE": 0}
_BASE = 640
_LOWEST, _HIGHEST = 300, 850
_CURRENCY: Currency = "EUR"                    # of every amount on file, whatever is asked for
_FACTORS = {
    "history": ("F01", "Late payments or a defaulted account in the history"),
    "account": ("F02", "Current account overdrawn, or none held"),
    "plans": ("F03", "Instalment plans with other lenders"),
    "debtors": ("F04", "Liable together with somebody else"),
    "youth": ("F05", "Short time since the oldest account was opened"),
}


def manner(request: BureauRequest) -> Manner:
    """How the answer comes: at once, twice, after the deadline, or never."""
    return choose(MANNERS, "manner", request.bureau, request.customer_id, request.application_id)


def respond(request: BureauRequest) -> BureauResponse:
    """The one answer to a request. Asking again gives the same event, so that hearing twice is hearing once."""
    number = row_number(request.customer_id)
    row = rows()[number - 1] if number is not None and 1 <= number <= len(rows()) else None
    if row is None or _thin(row, request.bureau):
        return _response(request, "NO_HIT")
    if request.card is not None:
        return _card_answer(request, row)
    if draw("error", request.bureau, row.number) < 0.01:
        return _error(request, "SERVICE_UNAVAILABLE", "The bureau could not read its files", recoverable=True)
    return _response(request, "HIT", report=_page(row, request.bureau))


def _response(
    request: BureauRequest,
    result: Literal["HIT", "NO_HIT", "ERROR"],
    report: CreditReport | None = None,
    error: BureauError | None = None,
) -> BureauResponse:
    return BureauResponse(
        event_id=_event_id(request),
        customer_id=request.customer_id,
        application_id=request.application_id,
        bureau=request.bureau,
        result=result,
        currency=_CURRENCY if report is not None else None,
        report=report,
        error=error,
    )


def _event_id(request: BureauRequest) -> str:
    """Follows from what was asked, and fits the contract's length however long the ids in it are."""
    asked = f"{request.bureau}/{request.customer_id}/{request.application_id}".encode()
    return f"{blake2b(asked, digest_size=16).hexdigest()}.response"


def _error(request: BureauRequest, code: str, description: str, *, recoverable: bool) -> BureauResponse:
    error = BureauError(reason_code=code, description=description, recoverable=recoverable)
    return _response(request, "ERROR", error=error)


def _thin(row: Row, bureau: str) -> bool:
    """Nothing on file: a first credit, and no account that a bureau would hear of."""
    unknown = row.history == "NO_CREDITS_OR_ALL_PAID" and row.account == "NONE" and row.plans == "NONE"
    return unknown and draw("thin", bureau, row.number) < 0.1


def _page(row: Row, bureau: str) -> CreditReport:
    accounts = liabilities(row, bureau)
    return CreditReport(
        liabilities=accounts,
        scores=(_score(row, bureau, accounts),),
        summaries=(Summary(data_sets=_data_sets(row, accounts)),),
    )


def _score(row: Row, bureau: str, accounts: tuple[Liability, ...]) -> CreditScore:
    oldest = min((a.opened for a in accounts), default=REFERENCE_DATE)
    parts = {
        "history": _HISTORY_POINTS[row.history],
        "account": _ACCOUNT_POINTS[row.account],
        "plans": _PLANS_POINTS[row.plans],
        "debtors": _DEBTORS_POINTS[row.debtors],
        "youth": -25 if REFERENCE_DATE - oldest < timedelta(days=730) else 0,
    }
    value = _BASE + sum(parts.values()) + between(-15, 15, "bureau's own view", bureau, row.number)
    worst_first = sorted((points, name) for name, points in parts.items() if points < 0)
    return CreditScore(
        model=f"{bureau} Score 5",
        value=min(max(value, _LOWEST), _HIGHEST),
        factors=tuple(ScoreFactor(code=_FACTORS[n][0], text=_FACTORS[n][1]) for _, n in worst_first[:4]),
    )


def _data_sets(row: Row, accounts: tuple[Liability, ...]) -> tuple[DataSet, ...]:
    """Summary attributes as bureaus write them: text, zero-padded, with special values that are not numbers."""
    open_ = [a for a in accounts if not a.closed]
    months = (REFERENCE_DATE - min((a.opened for a in accounts), default=REFERENCE_DATE)).days // 30
    return (
        DataSet(id="AT01S", name="Number of trades", value=f"{len(accounts):02d}"),
        DataSet(id="AT02S", name="Number of open trades", value=f"{len(open_):02d}"),
        DataSet(id="AT20S", name="Months since oldest trade opened", value=f"{months:03d}" if accounts else "-4"),
        DataSet(
            id="AT57S",
            name="Past due amount of open trades verified in past 12 months",
            value=_past_due(row, accounts, open_),
        ),
    )


def _past_due(row: Row, accounts: tuple[Liability, ...], open_: list[Liability]) -> str:
    if not accounts:
        return "-4"
    if not open_:
        return "-3"
    if standing(row) is Standing.CLEAN and draw("nothing verified", row.number) < 0.03:
        return "-5"
    return f"{sum(a.past_due_minor for a in open_) // 100:02d}"


def _card_answer(request: BureauRequest, row: Row) -> BureauResponse:
    """A score from card transactions, 1 to 999, high is low risk; some cards are not known to the network."""
    if draw("card unknown", row.number) < 0.08:
        return _error(request, "PAN_NOT_FOUND", "The card network does not know this card", recoverable=False)
    centre = 500 + _ACCOUNT_POINTS[row.account] * 3 + _HISTORY_POINTS[row.history]
    value = min(max(centre + between(-120, 120, "card", row.number), 1), 999)
    score = CreditScore(
        model="Custom Credit Score",
        value=value,
        score_type="DELINQUENCY",
        product_type="CREDIT_CARD",
        decile=min(value // 100 + 1, 10),
        changed_from_last_week=draw("decile changed", row.number) < 0.1,
        new_prospect=False,
    )
    return _response(request, "HIT", report=CreditReport(scores=(score,)))
