"""Each row of the German credit data as a loan application. `mapping.SOURCES` says where every field comes from."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from app.demo.chance import between, choose, draw
from app.demo.dataset import Row
from app.domain.application import Applicant, Card, LoanApplication
from app.domain.quantities import Accommodation, EmploymentStatus, MaritalStatus

REFERENCE_DATE = date(2026, 1, 1)              # ages and employments are as of this day, in every run
DEM_PER_EUR = Decimal("1.95583")               # fixed by Council Regulation (EC) No 2866/98

Seal = Callable[[str], str]                    # a card number in clear -> its envelope

_EMPLOYED_MONTHS = {
    "UNDER_1_YEAR": (1, 11),
    "1_TO_4_YEARS": (12, 47),
    "4_TO_7_YEARS": (48, 83),
    "OVER_7_YEARS": (84, 240),
}
_MARITAL_BY_AGE: tuple[tuple[int, tuple[tuple[MaritalStatus, float], ...]], ...] = (
    (25, (("MARRIED", 0.10), ("CIVIL_PARTNERSHIP", 0.02), ("SINGLE", 0.88))),
    (35, (("MARRIED", 0.42), ("DIVORCED", 0.07), ("SEPARATED", 0.03), ("SINGLE", 0.48))),
    (60, (("MARRIED", 0.62), ("DIVORCED", 0.16), ("WIDOWED", 0.03), ("UNDISCLOSED", 0.02), ("SINGLE", 0.17))),
    (150, (("MARRIED", 0.60), ("DIVORCED", 0.10), ("WIDOWED", 0.22), ("SINGLE", 0.08))),
)
_LIVING_MINOR = 620_00                         # one adult, a month
_LIVING_PER_DEPENDANT_MINOR = 140_00
_RENT_MINOR = 380_00
_SPECIAL_OFFER_FROM_MINOR = 1_500_00
_STUDENT_UNTIL_AGE = 26
_RETIRED_FROM_AGE = 65


def customer_id(number: int) -> str:
    return f"customer-{number:04d}"


def application_id(number: int) -> str:
    return f"application-{number:04d}"


def row_number(customer: str) -> int | None:
    """Which row a customer of the demo is; None for anybody else."""
    name, _, number = customer.partition("-")
    return int(number) if name == "customer" and len(number) == 4 and number.isdecimal() else None


def application(row: Row, seal: Seal) -> LoanApplication:
    """The row's application. The same row gives the same application, but for the seal around the card number."""
    status = _employment_status(row)
    product = _product(row, status)
    return LoanApplication(
        event_id=application_id(row.number),
        customer_id=customer_id(row.number),
        application_id=application_id(row.number),
        product=product,
        amount_minor=amount_minor(row),
        currency="EUR",
        term_months=row.term_months,
        bureau_consent=draw("bureau consent", row.number) >= 0.04,
        applicant=_applicant(row, status, product),
        card=_card(row, seal),
    )


def amount_minor(row: Row) -> int:
    """The amount in euro cents."""
    return int((Decimal(row.amount_dem) * 100 / DEM_PER_EUR).quantize(Decimal(1), ROUND_HALF_UP))


def card_number(number: int) -> str:
    """A number of the right form that no card bears: 9 is not given to any issuer of payment cards."""
    body = f"99990000000{number:04d}"
    digits = [int(d) for d in reversed(body)]
    luhn = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    return f"{body}{-luhn % 10}"


def _applicant(row: Row, status: EmploymentStatus, product: str) -> Applicant:
    expenses = _expenses_minor(row)
    instalment = amount_minor(row) / row.term_months
    return Applicant(
        date_of_birth=_date_of_birth(row),
        marital_status=_marital_status(row),
        employment_status=status,
        last_employment_start=_employment_start(row),
        accommodation=_accommodation(row),
        has_insurance=row.property in {"SAVINGS_AGREEMENT_OR_LIFE_INSURANCE", "REAL_ESTATE"},
        months_on_book=_months_on_book(row),
        monthly_income_minor=expenses + round(instalment * 100 / row.instalment_rate),
        monthly_expenses_minor=expenses,
        region=f"{between(1, 16, 'region', row.number):03d}",
        main_document_expires=_document_expires(row),
        preferred_propositions=_preferred(row, product),
    )


def _date_of_birth(row: Row) -> date:
    """A day on which the applicant is `age` years old on the reference date, whatever the draw."""
    first = date(REFERENCE_DATE.year - row.age - 1, 1, 2)
    return first + timedelta(days=between(0, 363, "birthday", row.number))


def _marital_status(row: Row) -> MaritalStatus:
    shares = next(shares for below, shares in _MARITAL_BY_AGE if row.age < below)
    return choose(shares, "marital status", row.number)


def _employment_status(row: Row) -> EmploymentStatus:
    chance = draw("employment", row.number)
    if row.age >= _RETIRED_FROM_AGE:
        return "RETIRED"
    if row.age < _STUDENT_UNTIL_AGE and row.employed in {"UNEMPLOYED", "UNDER_1_YEAR", "1_TO_4_YEARS"} and chance < 0.6:
        return "STUDENT"
    if row.employed == "UNEMPLOYED":
        return "UNEMPLOYED"
    if row.job == "MANAGER_OR_SELF_EMPLOYED" and chance < 0.35:
        return "SELF_EMPLOYED"
    return "PART_TIME" if chance > 0.92 else "EMPLOYED"


def _employment_start(row: Row) -> date | None:
    if row.employed == "UNEMPLOYED":
        return None
    low, high = _EMPLOYED_MONTHS[row.employed]
    months = between(low, min(high, max(low, (row.age - 16) * 12)), "employed since", row.number)
    return REFERENCE_DATE - timedelta(days=round(months * 30.44))


def _accommodation(row: Row) -> Accommodation:
    if row.housing == "FOR_FREE":
        return "WITH_PARENTS" if row.age < 30 else "EMPLOYER_PROVIDED"
    return "OWNER" if row.housing == "OWN" else "TENANT"


def _months_on_book(row: Row) -> int:
    most = 3 if row.account == "NONE" and row.credits_here == 1 else 18 * row.credits_here
    if row.account == "OVER_200_DEM_OR_SALARY":
        most += 36
    if row.history == "ALL_PAID_HERE":
        most += 48
    return between(0, most, "months on book", row.number)


def _expenses_minor(row: Row) -> int:
    rent = _RENT_MINOR if row.housing == "RENT" else 0
    spread = between(90, 110, "expenses", row.number)
    return (_LIVING_MINOR + rent + _LIVING_PER_DEPENDANT_MINOR * (row.dependants - 1)) * spread // 100


def _document_expires(row: Row) -> date:
    if draw("document", row.number) < 0.02:
        return date(2025, between(1, 12, "document month", row.number), 15)
    return date(between(2030, 2035, "document year", row.number), between(1, 12, "document month", row.number), 15)


def _product(row: Row, status: EmploymentStatus) -> str:
    if status == "STUDENT":
        return "StudentLoan"
    if amount_minor(row) >= _SPECIAL_OFFER_FROM_MINOR and draw("product", row.number) < 0.5:
        return "CustomerLoanSpecialOffer"
    return "CustomerLoan"


def _preferred(row: Row, product: str) -> tuple[str, ...]:
    other = "CustomerLoan" if product != "CustomerLoan" else "CustomerLoanSpecialOffer"
    preferred: tuple[str, ...] = choose(
        (((product, other), 0.25), ((other, product), 0.15), ((), 0.60)), "preference", row.number
    )
    return preferred


def _card(row: Row, seal: Seal) -> Card | None:
    if draw("card", row.number) >= 0.4:
        return None
    return Card(
        sealed_pan=seal(card_number(row.number)),
        issuer_country="DEU",
        has_consent=draw("card consent", row.number) < 0.9,
    )
