"""Where to go next."""

from collections.abc import Mapping

from rich.console import Group
from rich.rule import Rule
from rich.text import Text

from app.audit.explanation import money, verdict
from app.domain.decision import DecisionMade

_AND_NOW = """\
creditstream demo --keep-running          the same, and then send events of your own
creditstream check                        the strategy that decided, checked, with its test cases
creditstream broker start                 a Kafka that stays; then topics apply, worker, send
creditstream --help                       everything else"""


def after_the_demo(applications: int, seconds: float) -> Group:
    """The last lines of a demo that went well."""
    return Group(
        Text(),
        Rule(Text("Where to go next", style="bold"), align="left", style="bright_black"),
        Text(_AND_NOW),
        Text(),
        Text.assemble(
            ("✓ ", "green"),
            f"{applications:,} applications: exactly one decision, one segment and one list of offers each. "
            f"{seconds:.0f} s in all.",
        ),
    )


def one_more_decision(decision: DecisionMade) -> Text:
    """One line about a decision that came while everything stays up."""
    best = decision.offers[0] if decision.offers else None
    offer = "no offer" if best is None else f"{best.proposition}, {money(best.amount_minor, best.currency)}"
    return Text.assemble(f"{decision.application_id} of {decision.customer_id}: ", verdict(decision), f", {offer}")


def while_it_runs(settings: Mapping[str, str], url: str) -> Group:
    """How to send an event and to watch, while everything is up."""
    exports = "\n".join(f"export {name}={value}" for name, value in sorted(settings.items()))
    return Group(
        Text(),
        Rule(Text("Everything stays up. In another terminal", style="bold"), align="left", style="bright_black"),
        Text(
            f"{exports}\n"
            "creditstream send loan-applications --example > mine.json     # edit it as you like\n"
            "creditstream send loan-applications mine.json                 # the decision appears below\n"
            "creditstream explain application-0042 --customer customer-0042\n"
            f"curl -s {url}/metrics | grep creditstream_decisions"
        ),
        Text("Ctrl-C ends it, and leaves nothing behind.", style="bright_black"),
    )
