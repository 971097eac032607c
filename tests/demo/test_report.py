"""The report and the explanation say what was decided and why, in plain text where there is no terminal."""

import io

import pytest
from rich.console import Console

from app.audit.explanation import explanation, money
from app.demo.figures import Hindsight, figures
from app.demo.narrator import Narrator
from app.demo.report import print_report
from app.demo.scrape import buckets, quantile
from app.demo.story import two_to_tell
from app.demo.watch import DeadLetterSeen
from tests.demo.decided import decided

EXPOSITION = """\
# TYPE creditstream_event_to_decision_seconds histogram
creditstream_event_to_decision_seconds_bucket{le="0.1"} 50
creditstream_event_to_decision_seconds_bucket{le="0.2"} 90
creditstream_event_to_decision_seconds_bucket{le="1.0"} 99
creditstream_event_to_decision_seconds_bucket{le="+Inf"} 100
creditstream_event_to_decision_seconds_count 100
creditstream_event_to_decision_seconds_sum 20
"""


def printed(width: int = 110) -> str:
    some = [decided(number) for number in range(1, 101)]
    known = [
        Hindsight(n, d.decision.segment, d.decision.internal_score, d.decision.bureau_score, bad=n % 3 == 0)
        for n, d in enumerate(some, start=1)
    ]
    out = io.StringIO()
    letters = [DeadLetterSeen("consents", "NOT_JSON", "the value is not one JSON document")]
    print_report(Console(file=out, width=width), some, letters, figures(known), EXPOSITION)
    return out.getvalue()


def test_the_report_counts_everybody() -> None:
    shown = printed()
    (total,) = [line.split() for line in shown.splitlines() if line.startswith("all ") and line.split()[5:6] == ["100"]]
    assert sum(int(cell) for cell in total[1:5]) == 100


def test_the_report_has_every_part() -> None:
    shown = printed()
    for part in ("Decisions", "bad rate", "Gini", "Two customers", "p50", "p99", "1 dead letters", "NOT_JSON"):
        assert part in shown


@pytest.mark.parametrize("width", [80, 110, 200])
def test_piped_output_has_no_control_codes_and_fits(width: int) -> None:
    shown = printed(width)
    assert "\x1b" not in shown
    assert max(len(line) for line in shown.splitlines()) <= width


def test_one_who_is_approved_and_one_who_is_not_are_told() -> None:
    approved, other = two_to_tell(decided(number).decision for number in range(1, 101))
    assert approved.outcome == "APPROVE"
    assert approved.offers
    assert other.outcome != "APPROVE"
    assert other.reasons


def test_an_explanation_holds_all_that_the_decision_rests_on() -> None:
    decision = next(d for n in range(1, 101) if len((d := decided(n).decision).offers) > 1 and d.responses)
    out = io.StringIO()
    Console(file=out, width=200).print(explanation(decision))
    shown = out.getvalue()
    for wanted in (
        decision.strategy_hash[:16],
        decision.outcome,
        *(points.characteristic for points in decision.points),
        *(match.table for match in decision.rows),
        *(fact.event_id for fact in decision.facts),
        *(reason.text for reason in decision.reasons),
        *(offer.proposition for offer in decision.offers),
        money(decision.offers[0].amount_minor, "EUR"),
    ):
        assert wanted in shown


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (1_234_567, "EUR", "12,345.67 EUR"),
        (1_234, "JPY", "1,234 JPY"),
        (1_234, "KWD", "1.234 KWD"),
        (5, "EUR", "0.05 EUR"),
    ],
)
def test_money_has_the_decimals_of_its_currency(minor: int, currency: str, shown: str) -> None:
    assert money(minor, currency) == shown


@pytest.mark.parametrize(("q", "seconds"), [(0.5, 0.1), (0.25, 0.05), (0.7, 0.15), (0.99, 1.0), (1.0, 1.0)])
def test_a_quantile_of_a_histogram_is_prometheus_own(q: float, seconds: float) -> None:
    """70 of 100: half-way from 50 to 90, so half-way from 0.1 to 0.2; beyond the last bound it is the last bound."""
    assert quantile(buckets(EXPOSITION), q) == pytest.approx(seconds)


@pytest.mark.parametrize("cumulative", [[], [(0.1, 0.0), (float("inf"), 0.0)]])
def test_nothing_observed_has_no_quantile(cumulative: list[tuple[float, float]]) -> None:
    assert quantile(cumulative, 0.5) is None


def test_a_step_is_told_when_it_is_done_and_not_when_it_fails() -> None:
    out = io.StringIO()
    narrator = Narrator(Console(file=out, width=80))
    with narrator.step("Trying", lambda: "it worked"):
        pass
    with pytest.raises(ZeroDivisionError), narrator.step("Trying", lambda: "it worked again"):
        _ = 1 / 0
    assert "it worked" in out.getvalue()
    assert "again" not in out.getvalue()
