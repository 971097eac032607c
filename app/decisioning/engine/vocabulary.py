"""The names that a strategy may use for facts: what each is called, where it lies, what type it has."""

from dataclasses import dataclass
from typing import get_args

from app.decisioning.language.types import BOOLEAN, DATE, TEXT, TEXTS, Type, decimal, integer, money, one_of
from app.domain.quantities import Accommodation, Basis, EmploymentStatus, MaritalStatus

_MOST_MONEY = 10**15
_MOST_COUNT = 10_000
FIGURE_SCALE = 2                               # of the figures that summaries state


@dataclass(frozen=True, slots=True)
class Fact:
    path: str                                  # from the root object of its scope
    type: Type


# Of the application, its applicant, and the evidence as a whole.
CASE_FACTS: dict[str, Fact] = {
    "product": Fact("application.product", TEXT),
    "requested_amount": Fact("application.amount_minor", money(1, _MOST_MONEY)),
    "requested_term": Fact("application.term_months", integer(1, 600, "months")),
    "currency": Fact("application.currency", TEXT),
    "date_of_birth": Fact("applicant.date_of_birth", DATE),
    "marital_status": Fact("applicant.marital_status", one_of(*get_args(MaritalStatus))),
    "employment_status": Fact("applicant.employment_status", one_of(*get_args(EmploymentStatus))),
    "last_employment_start": Fact("applicant.last_employment_start", DATE.maybe()),
    "accommodation": Fact("applicant.accommodation", one_of(*get_args(Accommodation))),
    "has_insurance": Fact("applicant.has_insurance", BOOLEAN),
    "months_on_book": Fact("applicant.months_on_book", integer(0, 1_200, "months")),
    "monthly_income": Fact("applicant.monthly_income_minor", money(0, _MOST_MONEY)),
    "monthly_expenses": Fact("applicant.monthly_expenses_minor", money(0, _MOST_MONEY)),
    "region": Fact("applicant.region", TEXT),
    "main_document_expires": Fact("applicant.main_document_expires", DATE),
    "preferred_propositions": Fact("applicant.preferred_propositions", TEXTS),
}

# Given by the engine itself before the first step, beside `evidence`: COMPLETE, or the outcome that a lack asks for.
GIVEN: dict[str, Type] = {
    "today": DATE,                             # the UTC day of as_of
    "basis": one_of(*get_args(Basis)[:2]),
}

# Of one liability, inside sums and counts over all of them.
LIABILITY_FACTS: dict[str, Fact] = {
    "opened": Fact("item.opened", DATE),
    "monthly_payment": Fact("item.monthly_payment_minor", money(0, _MOST_MONEY)),
    "closed": Fact("item.closed", BOOLEAN),
    "late_30": Fact("item.late.days_30", integer(0, _MOST_COUNT)),
    "late_60": Fact("item.late.days_60", integer(0, _MOST_COUNT)),
    "late_90": Fact("item.late.days_90", integer(0, _MOST_COUNT)),
    "past_due": Fact("item.past_due_minor", money(0, _MOST_MONEY)),
    "balance": Fact("item.balance_minor", money(0, _MOST_MONEY)),
    "type": Fact("item.type", one_of("INSTALMENT", "REVOLVING", "MORTGAGE", "OPEN", "LEASE", "COLLECTION", "OTHER")),
    "ownership": Fact("item.ownership", one_of("INDIVIDUAL", "JOINT", "AUTHORIZED_USER", "GUARANTOR", "OTHER")),
}

# Of one data set of a bureau's summaries, inside sums and counts over all of them. A special value is no figure.
SUMMARY_FACTS: dict[str, Fact] = {
    "attribute": Fact("item.attribute", TEXT),             # AT57S
    "figure": Fact("item.figure", decimal(FIGURE_SCALE, 0, 10**(15 + FIGURE_SCALE)).maybe()),
}

ITEM_FACTS = {"liabilities": LIABILITY_FACTS, "summaries": SUMMARY_FACTS}

# Given for each proposition, beside the columns of the propositions' own table.
PROPOSITION_GIVEN: dict[str, Type] = {
    "proposition": TEXT,
    "ranking": one_of("REQUESTED", "ALTERNATIVE"),
}

# What the steps of the offers must set, beside `advance` where less is paid out than the amount.
OFFER_NAMES = (
    "amount", "term", "annual_rate", "apr", "effective_rate", "instalment", "last_instalment", "maximum_payment",
)
