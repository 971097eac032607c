"""What `creditstream check` found of strategies, for the terminal: each one's state, and what is amiss where."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.decisioning.language.runtime import utc_date
from app.strategies.proving import Proof
from app.strategies.verification import Verification

_PLACED = re.compile(r"^(\S+\.(?:yaml|json):\d+): (.+)$", re.DOTALL)
_WIDEST = 110                                  # columns of running text, however wide the terminal is


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """What is being looked at, on a terminal, as long as that takes; nothing where the output is piped."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda said: status.update(Text(said, overflow="ellipsis", no_wrap=True))


def table_of(found: list[Verification]) -> Table:
    table = Table(title="Strategies")
    for heading in ("strategy", "from", "tables", "cases", "rows hit", "stated", "content", ""):
        table.add_column(heading, overflow="fold")
    for verification in found:
        state = "[red]refused[/]" if verification.problems else "[green]fit[/]"
        table.add_row(*_cells(verification), state)
    return table


def _cells(verification: Verification) -> list[str]:
    """Of a strategy that does not load only its folder is known."""
    strategy, proof = verification.strategy, verification.proof
    if strategy is None:
        return [verification.label, *["-"] * 6]
    return [
        f"{strategy.name} {strategy.version}",
        utc_date(strategy.effective_from).isoformat(),
        str(sum(1 for _ in strategy.model.tables())),
        str(verification.cases),
        f"{verification.rows_hit} of {verification.rows}",
        f"{len(proof.statements)} of {proof.stated}" if proof.stated else "nothing",
        strategy.content_hash[:8],
    ]


def tell_proof(console: Console, label: str, proof: Proof, *, whole: bool) -> None:
    """What was proved, by what means; `whole`: one by one. What stays open always, with why that is accepted."""
    if proof.proved:
        means = ", ".join(f"{count} by {by}" for by, count in sorted(Counter(own.by for own in proof.proved).items()))
        console.print(f"[green]+[/] {escape(label)}: proved: {means}")
    for own in proof.proved if whole else ():
        console.print(Text(f"    {own.what} ({own.by})"), soft_wrap=True)
    for left in proof.open:
        said = escape(f"{label}: `{left.what}` stays open: {left.why}")
        console.print(f"[yellow]?[/] {said}", soft_wrap=True)
        console.print(Text(f"    accepted: {left.accepted}"), soft_wrap=True)


def tell(console: Console, sign: str, said: str) -> None:
    """A finding. On a terminal its place stands above it; piped, all of it is one line that editors understand."""
    placed = _PLACED.match(said)
    if placed is None or not console.is_terminal:
        console.print(f"{sign} {escape(said)}", soft_wrap=True)
        return
    place, message = placed.groups()
    console.print(f"{sign} [bold]{escape(place)}[/]")
    console.print(Padding(Text(message), (0, 0, 0, 4)), width=min(console.width, _WIDEST))
