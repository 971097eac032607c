"""How an offer is repaid, month by month: worked out anew from what the audit record tells of it."""

from collections.abc import Sequence

from rich.table import Table

from app.decisioning.money.annuity import RATE_SCALE
from app.decisioning.money.rounding import Conventions
from app.decisioning.money.schedule import Loan, Row, Schedule, schedule
from app.domain.decision import PricedOffer
from app.domain.iso import minor_unit_decimals
from app.errors import MoneyError

_SHOWN = 3                                     # months at the beginning, and at the end


def instalments(offer: PricedOffer) -> str:
    """23 instalments of 134.18 EUR and a last one of 134.23 EUR."""
    last = _money(offer.last_instalment_minor, offer.currency)
    if offer.term_months == 1:
        return f"one instalment of {last}"
    level = _money(offer.instalment_minor, offer.currency)
    if offer.instalment_minor == offer.last_instalment_minor:
        return f"{offer.term_months} instalments of {level}"
    rest = "one instalment" if offer.term_months == 2 else f"{offer.term_months - 1} instalments"
    return f"{rest} of {level} and a last one of {last}"


def schedule_of(offer: PricedOffer) -> Schedule | None:
    """Interest accrues monthly on the unrounded balance, as the annuity functions of strategies have it. None where a
    strategy reckons otherwise: then these payments do not end at zero."""
    rate = round(offer.annual_rate * 10**RATE_SCALE)
    try:
        loan = Loan(offer.amount_minor, rate, offer.term_months, level=offer.instalment_minor)
        found = schedule(loan, Conventions())
    except MoneyError:
        return None
    return found if found.last == offer.last_instalment_minor else None


def repayment(offers: Sequence[PricedOffer]) -> Table | None:
    """The best offer's schedule, its middle left out; None where there is none to show."""
    found = schedule_of(offers[0]) if offers else None
    if found is None:
        return None
    table = Table(box=None, padding=(0, 2), header_style="bright_black", pad_edge=True)
    for heading in ("month", "payment", "interest", "repaid", f"balance, {offers[0].currency}"):
        table.add_column(heading, justify="right")
    rows = found.rows
    for row in rows[:_SHOWN]:
        table.add_row(*_cells(row, offers[0].currency))
    if len(rows) > 2 * _SHOWN:
        table.add_row(*["..."] * 5, style="bright_black")
    for row in rows[max(_SHOWN, len(rows) - _SHOWN):]:
        table.add_row(*_cells(row, offers[0].currency))
    return table


def _cells(row: Row, currency: str) -> tuple[str, ...]:
    figures = (row.payment, row.interest, row.principal, row.balance)
    return str(row.number), *(_figure(own, currency) for own in figures)


def _figure(minor: int, currency: str) -> str:
    decimals = minor_unit_decimals(currency)
    return f"{minor / 10**decimals:,.{decimals}f}"


def _money(minor: int, currency: str) -> str:
    return f"{_figure(minor, currency)} {currency}"
