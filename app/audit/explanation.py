"""A decision told to a person: what was asked, what was known, what counted, which rows decided, what came of it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.audit.repayment import instalments, repayment
from app.contracts.names import LOAN_APPLICATIONS
from app.domain.decision import DecisionMade, Points, PricedOffer
from app.domain.iso import minor_unit_decimals
from app.domain.quantities import Millis

OUTCOME_STYLE = {"APPROVE": "bold green", "DECLINE": "bold red", "REFER": "bold yellow"}
SEGMENT_STYLE = {"GREEN": "green", "YELLOW": "yellow", "RED": "red", "UNSCORED": "bright_black"}

_TRIGGERS = {
    "COMPLETE": "every fact that it waited for had come",
    "DEADLINE": "the deadline had passed",
    "WITHDRAWAL": "the customer withdrew a consent",
    "NO_CONSENT": "the application allows no bureau data",
}


def explanation(decision: DecisionMade, more: Iterable[tuple[str, RenderableType]] = ()) -> Group:
    """All of it, for whoever may see the audit record: it shows facts about the person. `more` sections come last:
    those that the audit record alone cannot give."""
    return Group(
        _heading(decision),
        *_section("Facts used", _facts(decision)),
        *_section("Known of the applicant and from the bureaus", _known(decision)),
        *_section("Points", _points(decision)),
        *_section("Rows matched", _rows(decision)),
        *_section("Reasons", _reasons(decision)),
        *_section("Offers", _offers(decision)),
        *_section("Repayment of the best offer", repayment(decision.offers)),
        *_section("Notice", _notice(decision)),
        *(part for title, content in more for part in _section(title, content)),
    )


def money(minor: int, currency: str) -> str:
    """1234567 EUR -> 12,345.67 EUR."""
    decimals = minor_unit_decimals(currency)
    return f"{minor / 10**decimals:,.{decimals}f} {currency}"


def moment(at: Millis) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"


def verdict(decision: DecisionMade) -> Text:
    """APPROVE, segment GREEN."""
    return Text.assemble(
        (decision.outcome, OUTCOME_STYLE[decision.outcome]),
        ", segment ",
        (decision.segment, SEGMENT_STYLE[decision.segment]),
    )


def _section(title: str, content: RenderableType | None) -> tuple[RenderableType, ...]:
    return () if content is None else (Text(), Text(title, style="bold"), content)


def _heading(decision: DecisionMade) -> Group:
    asked = decision.application
    first = Text.assemble((f"{decision.application_id} of {decision.customer_id}: ", "bold"), verdict(decision))
    return Group(
        first,
        Text(
            f"asked for {asked.product}, {money(asked.amount_minor, asked.currency)} over {asked.term_months} months; "
            f"decided as of {moment(decision.as_of)}: {_TRIGGERS[decision.trigger]}"
        ),
        Text(
            f"by strategy {decision.strategy} version {decision.strategy_version}, content "
            f"{decision.strategy_hash[:16]}; decision {decision.decision_id}",
            style="bright_black",
        ),
    )


def _facts(decision: DecisionMade) -> Table:
    table = grid("topic", "event", "after the application")
    applied = min((f.timestamp for f in decision.facts if f.topic == LOAN_APPLICATIONS), default=decision.as_of)
    for fact in decision.facts:
        table.add_row(fact.topic, fact.event_id, f"{(fact.timestamp - applied) / 1000:+.3f} s")
    for missing in decision.missing:
        table.add_row(f"not used: {missing.bureau}", missing.reason_code, "", style="yellow")
    return table


def _known(decision: DecisionMade) -> Table:
    applicant = decision.application.applicant
    currency = decision.application.currency
    known: dict[str, object] = {
        "born": applicant.date_of_birth,
        "marital status": applicant.marital_status,
        "employment": applicant.employment_status,
        "last employment start": applicant.last_employment_start or "none",
        "accommodation": applicant.accommodation,
        "insurance": "yes" if applicant.has_insurance else "no",
        "months on book": applicant.months_on_book,
        "income a month": money(applicant.monthly_income_minor, currency),
        "expenses a month": money(applicant.monthly_expenses_minor, currency),
        "region": applicant.region,
        "document expires": applicant.main_document_expires,
    }
    known |= {
        name.removesuffix("_minor").replace("_", " "): shown_aggregate(name, value, currency)
        for name, value in decision.aggregates.items()
    }
    table = Table.grid(padding=(0, 2))
    pairs = [(Text(f"  {name}", style="bright_black"), Text(str(value))) for name, value in known.items()]
    half = (len(pairs) + 1) // 2
    for left, right in zip(pairs[:half], [*pairs[half:], (Text(), Text())], strict=False):
        table.add_row(*left, *right)
    return table


def shown_aggregate(name: str, value: str | float | bool | None, currency: str) -> str:
    """Amounts as money, the unknown as unknown."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_minor") and isinstance(value, int):
        return money(value, currency)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _points(decision: DecisionMade) -> Table | None:
    if not decision.points:
        return None
    table = grid("characteristic", "value", "attribute", right=("points",))
    for points in decision.points:
        table.add_row(points.characteristic, shown_value(points), points.attribute, f"{points.points:g}")
    if decision.internal_score is not None:
        table.add_row("internal score", "", "", Text(f"{decision.internal_score:g}", style="bold"))
    if decision.bureau_score is not None:
        table.add_row("bureau score", "", "", Text(str(decision.bureau_score), style="bold"))
    return table


def shown_value(points: Points) -> str:
    return "unknown" if points.value is None else str(points.value)


def _rows(decision: DecisionMade) -> Table | None:
    if not decision.rows:
        return None
    table = grid("table", right=("row",))
    for match in decision.rows:
        table.add_row(match.table, str(match.row))
    return table


def _reasons(decision: DecisionMade) -> Table | None:
    if not decision.reasons:
        return None
    table = grid("code", "what it means", "given by")
    for reason in decision.reasons:
        table.add_row(reason.code, reason.text, reason.source)
    return table


def _offers(decision: DecisionMade) -> RenderableType:
    if not decision.offers:
        return Text("  none")
    return Padding(Group(*(offer_line(offer) for offer in decision.offers)), (0, 0, 0, 2))


def _notice(decision: DecisionMade) -> RenderableType | None:
    """What must be sent, and by when; `--notice` shows the letter."""
    if decision.notice is None:
        return None
    kinds = " and ".join(kind.lower().replace("_", " ") for kind in decision.notice.kinds)
    return Text(f"  {kinds}, to be sent by {moment(decision.notice.send_by)[:10]}")


def offer_line(offer: PricedOffer) -> str:
    """1. CustomerLoan (requested): 1,000.00 EUR at 6.90%, APR 6.90% (effective 7.12%), 12 instalments of 86.48 EUR,
    costs 37.76 EUR."""
    return (
        f"{offer.rank}. {offer.proposition} ({offer.ranking.lower()}): {money(offer.amount_minor, offer.currency)} "
        f"at {offer.annual_rate:.2%}, APR {offer.apr:.2%} (effective {offer.effective_rate:.2%}), "
        f"{instalments(offer)}, costs {money(offer.total_cost_minor, offer.currency)}{_paid_out(offer)}"
    )


def _paid_out(offer: PricedOffer) -> str:
    """Where fees are kept back from the loan, or lent with it."""
    if offer.advance_minor == offer.amount_minor:
        return ""
    return f", of which {money(offer.advance_minor, offer.currency)} are paid out"


def grid(*left: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="bright_black", pad_edge=True)
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right")
    return table
