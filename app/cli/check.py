"""`creditstream check`: are the strategies fit to decide?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.decisioning.language.runtime import utc_date
from app.errors import StrategyError
from app.strategies.verification import Verification, verify_all


def check(
    directory: Annotated[
        Path | None,
        typer.Argument(help="Folder of strategies, at any depth; the shipped ones if left out.", show_default=False),
    ] = None,
) -> None:
    """Load every strategy, prove its tables complete, run its cases and see that they hit every row.

    A strategy is a folder with a strategy.yaml; its cases stand beside it in cases.yaml. Exit code 5 when anything is
    amiss.

    Example: creditstream check my-strategies/
    """
    found = list(verify_all(directory))
    console = Console()
    console.print(_table(found))
    problems = [problem for verification in found for problem in verification.problems]
    for problem in problems:
        console.print(f"[red]x[/] {escape(problem)}", soft_wrap=True)
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
