"""Two of the thousand told as a story: one who gets an offer, and one who does not."""

from collections.abc import Iterable

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.audit.explanation import money, offer_line, shown_aggregate, shown_value, verdict
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.domain.bureau import BureauResponse
from app.domain.decision import DecisionMade


def two_to_tell(decisions: Iterable[DecisionMade]) -> list[DecisionMade]:
    """The approval and the refusal that have the most to tell; of equal ones the first."""
    told = []
    everything = sorted(decisions, key=lambda d: d.application_id)
    for outcomes in ({"APPROVE"}, {"DECLINE", "REFER"}):
        candidates = [d for d in everything if d.outcome in outcomes]
        if candidates:
            told.append(max(candidates, key=_much_to_tell))
    return told


def _much_to_tell(decision: DecisionMade) -> tuple[int, int, int]:
    accounts = sum(len(r.report.liabilities) for r in decision.responses if r.report is not None)
    return len(decision.responses), min(len(decision.offers) + len(decision.reasons), 4), min(accounts, 3)


def story(decision: DecisionMade) -> Group:
    """What was asked, what was known, what counted, what came of it."""
    asked = decision.application
    applicant = asked.applicant
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(style="bright_black", no_wrap=True)
    lines.add_column(overflow="fold")
    lines.add_row(
        "asks",
        f"{money(asked.amount_minor, asked.currency)} over {asked.term_months} months, as {asked.product}; "
        f"{_word(applicant.employment_status)}, {_word(applicant.marital_status)}, "
        f"{money(applicant.monthly_income_minor, asked.currency)} a month in, "
        f"{money(applicant.monthly_expenses_minor, asked.currency)} out",
    )
    lines.add_row("facts", _facts(decision))
    for response in decision.responses:
        lines.add_row(response.bureau, _answer(response, decision))
    lines.add_row("counted", _aggregates(decision))
    if decision.points:
        lines.add_row("points", _points(decision))
    if decision.rows:
        lines.add_row("rows", ", ".join(f"{match.table} row {match.row}" for match in decision.rows))
    if decision.reasons:
        lines.add_row("because", " ".join(reason.text for reason in decision.reasons))
    lines.add_row("offers", "\n".join(offer_line(offer) for offer in decision.offers) or "none")
    heading = Text.assemble((f"{decision.application_id}", "bold"), ": ", verdict(decision))
    return Group(heading, Padding(lines, (0, 0, 0, 2)))


def _facts(decision: DecisionMade) -> str:
    """In seconds from the application's coming."""
    start = next(f.timestamp for f in decision.facts if f.topic == LOAN_APPLICATIONS)
    parts = ["application"]
    for topic, name in ((CONSENTS, "consent"), (BUREAU_RESPONSES, "answer")):
        parts += [f"{name} {(f.timestamp - start) / 1000:+.2f} s" for f in decision.facts if f.topic == topic]
    return ", ".join(parts + [f"{m.bureau}: {m.reason_code}" for m in decision.missing])


def _answer(response: BureauResponse, decision: DecisionMade) -> str:
    report = response.report
    if report is None:
        return response.result
    currency = response.currency or decision.application.currency
    parts = [f"score {score.value} ({score.model})" for score in report.scores]
    for account in report.liabilities:
        state = "closed" if account.closed else f"{money(account.monthly_payment_minor, currency)} a month"
        late = account.late
        lateness = f", late {late.days_30}/{late.days_60}/{late.days_90} times" if late.days_30 else ""
        parts.append(f"{account.creditor} {account.type.lower()} ({state}{lateness})")
    parts.extend(f"AT57S {s.value}" for summary in report.summaries for s in summary.data_sets if s.id == "AT57S")
    return "; ".join(parts)


def _aggregates(decision: DecisionMade) -> str:
    currency = decision.application.currency
    return ", ".join(
        f"{name.removesuffix('_minor').replace('_', ' ')} {shown_aggregate(name, value, currency)}"
        for name, value in decision.aggregates.items()
        if value is not None
    )


def _points(decision: DecisionMade) -> str:
    points = " + ".join(
        f"{p.points:g} ({p.characteristic.replace('_', ' ')} {shown_value(p)})" for p in decision.points
    )
    return f"{points} = {decision.internal_score:g}" if decision.internal_score is not None else points


def _word(code: str) -> str:
    return code.lower().replace("_", " ")
