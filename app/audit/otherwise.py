"""What would have changed an outcome, told in sentences."""

from app.audit.explanation import money
from app.decisioning.notices.nearest import Shown, WouldApprove

_AMOUNTS = frozenset({"requested_amount", "monthly_income", "monthly_expenses", "liabilities"})
_FACTS = {
    "requested_amount": "the amount asked for",
    "requested_term": "the term asked for, in months",
    "product": "the product asked for",
    "monthly_income": "the income a month",
    "monthly_expenses": "the expenses a month",
    "months_on_book": "the months as our customer",
    "last_employment_start": "the start of the employment",
    "employment_status": "the employment",
    "accommodation": "the accommodation",
    "has_insurance": "insurance",
    "main_document_expires": "the expiry of the main document",
}


def sentence(change: WouldApprove, currency: str) -> str:
    """the income a month: 1,600.00 EUR instead of 1,200.00 EUR."""
    offers = change.verdict.offers
    then = f"approved, segment {change.verdict.segment}"
    if offers:
        then += f", {offers[0].proposition} of {money(offers[0].amount_minor, currency)}"
    if change.fact == "liabilities":
        owed = money(int(change.before or 0), currency)
        return f"the account at {change.detail} paid off ({owed}): {then}"
    fact = _FACTS.get(change.fact, change.fact.replace("_", " "))
    after, before = (_value(change.fact, value, currency) for value in (change.after, change.before))
    return f"{fact}: {after} instead of {before}: {then}"


def _value(fact: str, value: Shown, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return money(value, currency) if fact in _AMOUNTS and isinstance(value, int) else str(value)
