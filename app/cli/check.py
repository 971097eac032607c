"""`creditstream check`: are the strategies fit to decide?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.cli.difference import tell_difference
from app.cli.terminal import console
from app.decisioning.language.runtime import utc_date
from app.errors import StrategyError, UsageError
from app.strategies.jurisdictions import jurisdictions
from app.strategies.verification import Verification, verify_all


def check(
    directory: Annotated[
        Path | None,
        typer.Argument(help="Folder of strategies, at any depth; the shipped ones if left out.", show_default=False),
    ] = None,
    *,
    diff: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="Instead, compare two versions: the folder of the old and of the new.", metavar="OLD NEW"),
    ] = None,
    jurisdiction: Annotated[
        str | None, typer.Option(help="Judge by another jurisdiction's law than the strategies' own, as US.")
    ] = None,
    applications: Annotated[
        Path | None,
        typer.Option(help="With --diff: a recording (simulate --record) to decide by both. Default: the demo's data."),
    ] = None,
) -> None:
    """Load every strategy, prove its tables complete, run its cases and see that they hit every row.

    A strategy is a folder with a strategy.yaml; its cases stand beside it in cases.yaml. Exit code 5 when anything is
    amiss.

    With --jurisdiction US, say what Regulation B would refuse of a strategy that is made for elsewhere.

    With --diff, say in words what differs between two versions, and who would be decided otherwise.

    Example:  creditstream check my-strategies/
              creditstream check --diff my-strategies/v1 my-strategies/v2 --applications today.jsonl
    """
    if diff is not None:
        tell_difference(console(), diff, applications)
        return
    if applications is not None:
        raise UsageError("--applications goes with --diff OLD NEW")
    if jurisdiction is not None and jurisdiction not in jurisdictions():
        raise UsageError(f"no jurisdiction {jurisdiction!r}; there is {', '.join(jurisdictions())}")
    found = list(verify_all(directory, jurisdiction))
    shown = Console()
    shown.print(_table(found))
    for warning in (warning for verification in found for warning in verification.warnings):
        shown.print(f"[yellow]![/] {escape(warning)}", soft_wrap=True)
    if jurisdiction is None:
        for verification in found:
            if verification.certify():
                shown.print(f"[green]+[/] {escape(verification.label)}: certificate written")
    problems = [problem for verification in found for problem in verification.problems]
    for problem in problems:
        shown.print(f"[red]x[/] {escape(problem)}", soft_wrap=True)
    if problems:
        raise StrategyError(f"{len(problems)} problem{'s' * (len(problems) > 1)} in {len(found)} strategies: see above")


def _table(found: list[Verification]) -> Table:
    table = Table(title="Strategies")
    for heading in ("strategy", "in force from", "tables", "cases", "rows hit", "content", ""):
        table.add_column(heading, overflow="fold")
    for verification in found:
        state = "[red]refused[/]" if verification.problems else "[green]fit[/]"
        table.add_row(*_cells(verification), state)
    return table


def _cells(verification: Verification) -> list[str]:
    """Of a strategy that does not load only its folder is known."""
    strategy = verification.strategy
    if strategy is None:
        return [verification.label, *["-"] * 5]
    return [
        f"{strategy.name} {strategy.version}",
        utc_date(strategy.effective_from).isoformat(),
        str(sum(1 for _ in strategy.model.tables())),
        str(verification.cases),
        f"{verification.rows_hit} of {verification.rows}",
        strategy.content_hash[:8],
    ]
