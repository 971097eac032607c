"""Facts that could come out otherwise, and evidence in which one of them does."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, get_args

from msgspec import structs

from app.decisioning.notices.policy import Lever, NoticePolicy
from app.domain.bureau import BureauResponse, CreditReport, Liability
from app.domain.decision import Evidence
from app.domain.quantities import Accommodation, EmploymentStatus

# Never suggested, whatever a strategy says: nobody can change them, or may be asked to.
UNCHANGEABLE = {
    "date_of_birth": "what nobody can change",
    "age": "what nobody can change",
    "marital_status": "a prohibited basis of credit",
    "preferred_propositions": "a wish, not a fact that credit depends on",
}

PAYING_OFF = "liabilities"                     # one account paid off and closed
CHOICES = ("product", "employment_status", "accommodation", "has_insurance")

_NUMBERS = {                                   # name -> field, of the application or the applicant, and its range
    "requested_amount": ("amount_minor", 1, 10**15),
    "requested_term": ("term_months", 1, 600),
    "monthly_income": ("monthly_income_minor", 0, 10**15),
    "monthly_expenses": ("monthly_expenses_minor", 0, 10**15),
    "months_on_book": ("months_on_book", 0, 1_200),
}
_DATES = ("last_employment_start", "main_document_expires")
_OF_APPLICATION = ("amount_minor", "term_months", "product")

LEVERS = (*_NUMBERS, *_DATES, *CHOICES, PAYING_OFF)


def choice_of(lever: Lever, evidence: Evidence) -> str | bool:
    """What the application says of a fact without order."""
    of = evidence.application if lever.name in _OF_APPLICATION else evidence.application.applicant
    found: str | bool = getattr(of, lever.name)
    return found


def alternatives(lever: Lever, evidence: Evidence, products: frozenset[str]) -> Iterator[tuple[str | bool, Evidence]]:
    """Every other value of a fact without order, with the evidence in which it holds."""
    possible: dict[str, Sequence[str | bool]] = {
        "product": sorted(products),
        "employment_status": get_args(EmploymentStatus),
        "accommodation": get_args(Accommodation),
        "has_insurance": (False, True),
    }
    own = choice_of(lever, evidence)
    for other in possible[lever.name]:
        if other != own:
            yield other, _with(evidence, **{lever.name: other})


def number_of(lever: Lever, evidence: Evidence, stated: dict[str, Any]) -> int | None:
    """The fact's value as a whole number of its units (dates as day numbers); None when it is not known.
    `stated` are the verdict's aggregates."""
    application = evidence.application
    if lever.name in _NUMBERS:
        field = _NUMBERS[lever.name][0]
        return int(getattr(application if field in _OF_APPLICATION else application.applicant, field))
    if lever.name in _DATES:
        day: date | None = getattr(application.applicant, lever.name)
        return None if day is None else day.toordinal()
    value = stated.get(lever.name)
    return None if value is None else round(value * 10**lever.scale)


def is_date(lever: Lever) -> bool:
    return lever.name in _DATES


def bounds(lever: Lever, policy: NoticePolicy, evidence: Evidence, today: int) -> tuple[int, int]:
    """How far a number can go. An employment began between birth and today; a document expires within 30 years."""
    if lever.name in _NUMBERS:
        return _NUMBERS[lever.name][1:]
    if lever.name == "last_employment_start":
        return evidence.application.applicant.date_of_birth.toordinal(), today
    if lever.name == "main_document_expires":
        return today, today + 30 * 365
    for score in policy.scores:
        if score.pick == lever.name:
            return score.lowest, score.highest
    return 0, 9_999 if lever.score_type else 10**12


def with_number(lever: Lever, evidence: Evidence, value: int) -> Evidence:
    """The evidence in which the fact has this value; a bureau's figure has it with every bureau that states one."""
    if lever.name in _NUMBERS:
        return _with(evidence, **{_NUMBERS[lever.name][0]: value})
    if lever.name in _DATES:
        return _with(evidence, **{lever.name: date.fromordinal(value)})
    return structs.replace(evidence, responses=tuple(_restated(lever, r, value) for r in evidence.responses))


def paid_off(evidence: Evidence) -> Iterator[tuple[Liability, Evidence]]:
    """Each open account in turn, and the evidence in which every bureau reports it closed and nothing owed on it."""
    seen: set[tuple[object, ...]] = set()
    for response in evidence.responses:
        for liability in () if response.report is None else response.report.liabilities:
            key = _account(liability)
            if not liability.closed and key not in seen:
                seen.add(key)
                yield liability, structs.replace(
                    evidence, responses=tuple(_closed(response, key) for response in evidence.responses)
                )


def _with(evidence: Evidence, **fields: Any) -> Evidence:
    application = evidence.application
    if not fields.keys() & set(_OF_APPLICATION):
        fields = {"applicant": structs.replace(application.applicant, **fields)}
    return structs.replace(evidence, application=structs.replace(application, **fields))


def _account(liability: Liability) -> tuple[object, ...]:
    return liability.creditor, liability.account_id, liability.opened


def _closed(response: BureauResponse, key: tuple[object, ...]) -> BureauResponse:
    def each(report: CreditReport) -> CreditReport:
        liabilities = tuple(
            structs.replace(own, closed=True, balance_minor=0, past_due_minor=0) if _account(own) == key else own
            for own in report.liabilities
        )
        return structs.replace(report, liabilities=liabilities)

    return _reported(response, each)


def _restated(lever: Lever, response: BureauResponse, value: int) -> BureauResponse:
    text = str(value) if not lever.scale else f"{value // 10**lever.scale}.{value % 10**lever.scale:0{lever.scale}d}"

    def each(report: CreditReport) -> CreditReport:
        if lever.score_type is not None:
            scores = tuple(
                structs.replace(s, value=value) if s.score_type == lever.score_type else s for s in report.scores
            )
            return structs.replace(report, scores=scores)
        summaries = tuple(
            structs.replace(
                summary,
                data_sets=tuple(
                    structs.replace(d, value=text) if d.id == lever.data_set else d for d in summary.data_sets
                ),
            )
            for summary in report.summaries
        )
        return structs.replace(report, summaries=summaries)

    return _reported(response, each)


def _reported(response: BureauResponse, each: Callable[[CreditReport], CreditReport]) -> BureauResponse:
    return response if response.report is None else structs.replace(response, report=each(response.report))
