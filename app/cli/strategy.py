"""`creditstream strategy`: what a strategy says, drawn for people."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from app.cli.terminal import console
from app.decisioning.engine.strategy import ReadyStrategy
from app.decisioning.language.runtime import utc_date
from app.errors import StrategyError, UsageError
from app.strategies.drawing import StepDrawing, drawn
from app.strategies.page import page
from app.strategies.shelf import load_shelf

app = typer.Typer(help="What a strategy says, drawn for people.", no_args_is_help=True)


@app.callback()
def strategy() -> None:
    """What a strategy says, drawn for people."""


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(help="The strategy; needed where there are several.")] = None,
    *,
    version: Annotated[int | None, typer.Option(help="Its version; the latest if left out.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the whole strategy as one HTML page into this file.")] = None,
    directory: Annotated[Path | None, typer.Option(help="Folder of strategies; the shipped ones if left out.")] = None,
) -> None:
    """Draw the flow: each step, what it reads and what it sets. With --html, print every table and scorecard.

    Example:  creditstream strategy show cash-loan --html cash-loan.html
    """
    chosen = _chosen(name, version, directory)
    if html is not None:
        try:
            html.write_text(page(chosen.model), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{html} cannot be written: {error.strerror}") from None
        console().print(f"{chosen.name} {chosen.version}: {html}")
        return
    since = utc_date(chosen.effective_from).isoformat()
    tree = Tree(Text.assemble((f"{chosen.name} {chosen.version}", "bold"), f"  in force from {since}"))
    for step in drawn(chosen.model):
        _draw(tree, step)
    console().print(tree)


def _chosen(name: str | None, version: int | None, directory: Path | None) -> ReadyStrategy:
    held = sorted(load_shelf(directory), key=lambda s: (s.name, s.version))
    fitting = [s for s in held if name in (None, s.name) and version in (None, s.version)]
    if not fitting or len({s.name for s in fitting}) > 1:
        there_is = ", ".join(f"{s.name} {s.version}" for s in held)
        wanted = "no such strategy" if not fitting else "several strategies"
        raise StrategyError(f"{wanted}: say which; there is {there_is}")
    return fitting[-1]


def _draw(tree: Tree, step: StepDrawing) -> None:
    branch = tree.add(Text.assemble((step.name, "bold cyan"), f"  {step.kind}"))
    for heading, names in (("reads", step.reads), ("sets", step.sets)):
        if names:
            branch.add(Text.assemble((f"{heading} ", "dim"), ", ".join(names)))
    for part in step.parts:
        _draw(branch, part)
