"""Where each field of a demo application comes from: a table to show, and to hold the mapping to."""

from typing import Literal

from msgspec import Struct

Origin = Literal["data", "derived", "synthesised"]


class Source(Struct, frozen=True):
    """`data`: the value is in the file. `derived`: it follows from values in the file, by a stated rule.
    `synthesised`: the file does not hold it; it is drawn, the same in every run, from the stated shares."""

    field: str
    origin: Origin
    how: str


SOURCES: tuple[Source, ...] = (
    Source("customer_id, application_id, event_id", "derived", "the row's number, 0001 to 1000"),
    Source("product", "synthesised", "StudentLoan for students; else CustomerLoan; from 1,500 euro half the special"),
    Source("amount_minor, currency", "derived", "credit amount in DEM at the fixed 1.95583 DEM a euro, in cents"),
    Source("term_months", "data", "duration in month"),
    Source("bureau_consent", "synthesised", "true for all but 4 %"),
    Source("card", "synthesised", "4 in 10 applicants; a sealed test number of no issuer; DEU; 9 in 10 consent"),
    Source("supersedes", "synthesised", "none: each row is a first wish"),
    Source("date_of_birth", "derived", "age in years on 1 January 2026; day of the year drawn"),
    Source("marital_status", "synthesised", "drawn by age; the column of the file mixes it with sex and is not read"),
    Source("employment_status", "derived", "unemployed, 65 or older: data; student, part-time, self-employed: drawn"),
    Source("last_employment_start", "derived", "present employment since (a band), the month within it drawn"),
    Source("accommodation", "derived", "housing: rent, own, for free (with parents until 29, then from the employer)"),
    Source("has_insurance", "derived", "property: a savings agreement or life insurance, or real estate"),
    Source("months_on_book", "synthesised", "longer with more credits here, a salary account, credits paid back here"),
    Source("monthly_income_minor", "synthesised", "expenses + disposable income (instalment / instalment rate)"),
    Source("monthly_expenses_minor", "synthesised", "a living by household, with a rent where housing is rented"),
    Source("region", "synthesised", "001 to 016, evenly"),
    Source("main_document_expires", "synthesised", "2030 to 2035; 2 % expired in 2025"),
    Source("preferred_propositions", "synthesised", "4 in 10 name the product they ask for, or another"),
)
