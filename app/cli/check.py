"""`creditstream check`: are the strategies fit to decide?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.cli.checked import progress, table_of, tell, tell_proof
from app.cli.difference import tell_difference
from app.cli.terminal import console
from app.errors import StrategyError, UsageError
from app.strategies.jurisdictions import jurisdictions
from app.strategies.verification import verify_all


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
    proofs: Annotated[bool, typer.Option("--proofs", help="List what was proved, one by one.")] = False,
) -> None:
    """Load every strategy, prove its tables, its flow and what its author states, run its cases and see that they hit
    every row. What is in order gets the certificate that a worker demands.

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
    with progress() as watch:
        found = list(verify_all(directory, jurisdiction, watch))
    shown = console()
    shown.print(table_of(found))
    for verification in found:
        tell_proof(shown, verification.label, verification.proof, whole=proofs)
    for warning in (warning for verification in found for warning in verification.warnings):
        tell(shown, "[yellow]![/]", warning)
    if jurisdiction is None:
        for verification in found:
            if verification.certify():
                shown.print(f"[green]+[/] {escape(verification.label)}: certificate written")
    problems = [problem for verification in found for problem in verification.problems]
    for problem in problems:
        tell(shown, "[red]x[/]", problem)
    if problems:
        raise StrategyError(f"{len(problems)} problem{'s' * (len(problems) > 1)} in {len(found)} strategies: see above")
