"""The demo's report: what was decided, what it was worth, two stories, how fast, what was refused."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.audit.explanation import OUTCOME_STYLE, SEGMENT_STYLE
from app.demo.figures import BadRate, Figures, percentile
from app.demo.scrape import buckets, quantile
from app.demo.story import story, two_to_tell
from app.demo.watch import DeadLetterSeen, Decided
from app.domain.decision import DecisionMade
from app.domain.quantities import Outcome, Segment

SEGMENTS: tuple[Segment, ...] = ("GREEN", "YELLOW", "RED", "UNSCORED")
OUTCOMES: tuple[Outcome, ...] = ("APPROVE", "REFER", "DECLINE")
_MOST_REASONS = 10
_TRIGGERS = {
    "COMPLETE": "all facts there",
    "NO_CONSENT": "no consent given",
    "WITHDRAWAL": "consent withdrawn",
    "DEADLINE": "after the deadline",
}


def print_report(
    console: Console, decided: Sequence[Decided], dead_letters: Sequence[DeadLetterSeen], figures: Figures, metrics: str
) -> None:
    """Prints all of it. `metrics` is what the worker's /metrics said, empty when it could not be asked."""
    decisions = [each.decision for each in decided]
    sections: list[tuple[str, RenderableType]] = [
        ("Decisions", _side_by_side(_matrix(decisions), _reasons(decisions))),
        ("With hindsight", _hindsight(figures)),
        ("Two customers", _stories(decisions)),
        ("From event to decision, in milliseconds", _latency(decided, metrics)),
        (f"{len(dead_letters)} dead letters", _dead_letters(dead_letters)),
    ]
    for title, content in sections:
        console.print()
        console.print(Rule(Text(title, style="bold"), align="left", style="bright_black"))
        console.print(content)


def _stories(decisions: Iterable[DecisionMade]) -> Group:
    parts: list[RenderableType] = []
    for told in two_to_tell(decisions):
        parts += [story(told), Text()]
    return Group(*parts[:-1])


def _matrix(decisions: Iterable[DecisionMade]) -> Table:
    """Counts by outcome and segment."""
    counts = Counter((d.outcome, d.segment) for d in decisions)
    table = _table("", *SEGMENTS, "all")
    for outcome in OUTCOMES:
        row = [counts[outcome, segment] for segment in SEGMENTS]
        table.add_row(Text(outcome, style=OUTCOME_STYLE[outcome]), *(_count(n) for n in row), str(sum(row)))
    columns = [sum(counts[outcome, segment] for outcome in OUTCOMES) for segment in SEGMENTS]
    table.add_row("all", *(str(n) for n in columns), str(sum(columns)), style="bold")
    return table


def _reasons(decisions: Iterable[DecisionMade]) -> Table:
    counts = Counter(reason.code for d in decisions for reason in d.reasons)
    table = _table("reason", "decisions")
    for code, count in counts.most_common(_MOST_REASONS):
        table.add_row(code, str(count))
    if len(counts) > _MOST_REASONS:
        table.add_row(f"{len(counts) - _MOST_REASONS} other reasons", str(sum(counts.values()) - _shown(counts)))
    return table


def _shown(counts: Counter[str]) -> int:
    return sum(count for _, count in counts.most_common(_MOST_REASONS))


def _bad_rates(figures: Figures) -> Table:
    table = _table("segment", "customers", "of them bad", "bad rate")
    total = BadRate(0, 0)
    for segment in SEGMENTS:
        rate = figures.segments.get(segment)
        if rate is not None:
            table.add_row(Text(segment, style=SEGMENT_STYLE[segment]), *_rate(rate))
            total = BadRate(total.count + rate.count, total.bad + rate.bad)
    table.add_row("all", *_rate(total), style="bold")
    for name, band in zip(("lowest third", "middle third", "highest third"), figures.bands, strict=False):
        table.add_row(Text(name, style="bright_black"), *_rate(band.result))
    return table


def _hindsight(figures: Figures) -> Group:
    note = (
        f"Measured on {figures.measured_on} customers; the thirds (of both scores together) and their scales were set "
        "on the others. The scorecard's points are a published example's, not fitted to these data, and some of the "
        "values that it scores are synthesised."
    )
    return Group(_side_by_side(_bad_rates(figures), _gini(figures)), Text(note, style="bright_black"))


def _gini(figures: Figures) -> Table:
    table = _table("score", "Gini")
    for name, gini in (
        ("internal scorecard", figures.gini_internal),
        ("bureau score (stand-in)", figures.gini_bureau),
        ("both, standardised and added", figures.gini_combined),
        ("segment", figures.gini_segment),
    ):
        table.add_row(name, "none" if gini is None else f"{gini:.2f}")
    return table


def _latency(decided: Iterable[Decided], metrics: str) -> Table:
    """As a reader of `decisions` sees it, from the fact that completed the case; and as the worker counts it."""
    by_trigger: dict[str, list[float]] = {}
    for each in decided:
        by_trigger.setdefault(each.decision.trigger, []).append(each.seconds * 1000)
    table = _table("until read from decisions", "count", "p50", "p95", "p99", "slowest")
    for trigger, name in _TRIGGERS.items():
        if of_trigger := by_trigger.get(trigger):
            quantiles = (f"{percentile(of_trigger, p):,.0f}" for p in (50, 95, 99, 100))
            table.add_row(name, str(len(of_trigger)), *quantiles)
    cumulative = buckets(metrics)
    quantiles_seen = [quantile(cumulative, q) for q in (0.5, 0.95, 0.99)]
    if cumulative and None not in quantiles_seen:
        table.add_row(
            "all, until committed (/metrics)",
            f"{cumulative[-1][1]:.0f}",
            *(f"{q * 1000:,.0f}" for q in quantiles_seen if q is not None),
            "",
        )
    return table


def _dead_letters(letters: Iterable[DeadLetterSeen]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bright_black")
    table.add_column("reason", no_wrap=True)
    table.add_column("times", justify="right")
    table.add_column("such as")
    by_reason: dict[str, list[DeadLetterSeen]] = {}
    for letter in letters:
        by_reason.setdefault(letter.reason, []).append(letter)
    for reason, of_reason in sorted(by_reason.items(), key=lambda each: (-len(each[1]), each[0])):
        table.add_row(reason, str(len(of_reason)), Text(of_reason[0].message, overflow="ellipsis", no_wrap=True))
    return table


def _side_by_side(left: RenderableType, right: RenderableType) -> Table:
    grid = Table.grid(padding=(0, 4, 0, 0))
    grid.add_row(left, right)
    return grid


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bright_black")
    table.add_column(first, no_wrap=True)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _count(number: int) -> str:
    return str(number) if number else "."


def _rate(rate: BadRate) -> tuple[str, str, str]:
    return str(rate.count), str(rate.bad), f"{rate.rate:.0%}" if rate.count else "."
