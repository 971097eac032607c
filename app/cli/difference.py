"""`creditstream check --diff`: what a change of a strategy says, and what it does."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.audit.working import evidence_of
from app.contracts.names import DECISIONS
from app.decisioning.engine.strategy import ReadyStrategy
from app.demo.judged import evidences
from app.domain.decision import Evidence
from app.domain.quantities import Millis
from app.errors import UsageError
from app.simulation.compare import read_decision
from app.simulation.outcomes import Decided, Outcomes, compare_outcomes
from app.simulation.recording import read_recording
from app.strategies.difference import differences
from app.strategies.strategy import MAIN, read_strategy

_EXAMPLES = 3                                  # application ids named for each change
_DEMO_DAY: Millis = 1_790_000_000_000          # 2026-09-21, within the data set's year of reference


def tell_difference(console: Console, folders: tuple[Path, Path], applications: Path | None) -> None:
    """Old against new, in words and then in outcomes: of a recording's applications, or of the demo's."""
    old, new = (_read(folder) for folder in folders)
    console.print(Text(f"{_label(old)} -> {_label(new)}", style="bold"))
    found = differences(old.model, new.model)
    for sentence in found:
        console.print(Text(f"  {sentence}"), soft_wrap=True)
    if not found:
        same = old.content_hash == new.content_hash
        console.print("  no difference" if same else "  nothing that decides: version, instant or wording only")
    if applications is None:
        told = "the demo's applications (German credit data)"
        outcomes = compare_outcomes(evidences(old.bureaus, _DEMO_DAY), old, new)
    else:
        told = f"the decisions recorded in {applications}"
        outcomes = compare_outcomes(_recorded(applications), old, new)
    console.print()
    _tell(console, outcomes, told)


def _read(folder: Path) -> ReadyStrategy:
    if not (folder / MAIN).is_file():
        raise UsageError(f"{folder} is no strategy: --diff takes two folders, each with a {MAIN}")
    return ReadyStrategy(read_strategy(folder, str(folder)))


def _label(strategy: ReadyStrategy) -> str:
    return f"{strategy.name} {strategy.version} ({strategy.content_hash[:8]})"


def _recorded(path: Path) -> Iterator[Evidence]:
    """What each recorded decision was judged on."""
    decisions = [r.value for r in read_recording(path).records if r.topic == DECISIONS and r.value is not None]
    if not decisions:
        raise UsageError(f"{path} holds no decisions: make one with creditstream simulate --record FILE")
    for value in decisions:
        yield evidence_of(read_decision(value))


def _tell(console: Console, outcomes: Outcomes, of: str) -> None:
    console.print(f"{outcomes.cases:,} of {of}: {outcomes.decided_otherwise:,} decided otherwise")
    if outcomes.cases:
        console.print(_matrix(outcomes))
    changes = [(move, ids) for move, ids in outcomes.moves.items() if move[0] != move[1]]
    for (before, after), ids in sorted(changes, key=lambda change: -len(change[1])):
        _examples(console, f"{_said(before)} -> {_said(after)}", ids)
    _examples(console, "same outcome and segment, other offers", outcomes.offers_changed)
    _examples(console, "same outcome and segment, other reasons", outcomes.reasons_changed)
    _examples(console, "not compared: a product that only one of them serves", outcomes.unserved)


def _matrix(outcomes: Outcomes) -> Table:
    """Old in rows, new in columns."""
    rows = sorted({before for before, _ in outcomes.moves})
    columns = sorted({after for _, after in outcomes.moves})
    table = Table(title="old (rows) by new (columns)", title_justify="left")
    table.add_column("")
    for column in columns:
        table.add_column("\n".join(column), justify="right")
    for row in rows:
        counts = [len(outcomes.moves.get((row, column), ())) for column in columns]
        cells = [_cell(count, same=row == column) for count, column in zip(counts, columns, strict=True)]
        table.add_row(_said(row), *cells)
    return table


def _cell(count: int, *, same: bool) -> Text:
    return Text(f"{count:,}" if count else "", style="" if same else "bold yellow")


def _said(decided: Decided) -> str:
    return " ".join(decided)


def _examples(console: Console, what: str, ids: list[str]) -> None:
    if ids:
        more = ", ..." if len(ids) > _EXAMPLES else ""
        console.print(Text(f"  {len(ids):,} {what}: {', '.join(ids[:_EXAMPLES])}{more}"), soft_wrap=True)
