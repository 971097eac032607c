"""Suite A, the portable kernel in every stream processor, and suite B, the whole product.

    python -m benchmarks.run --suite a
"""

import asyncio
import logging
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from app.errors import CreditstreamError, UsageError
from benchmarks import pipeline
from benchmarks.portable.chart import chart
from benchmarks.portable.peers import PEERS, Peer
from benchmarks.portable.report import Results, load, markdown, save
from benchmarks.portable.rounds import Rounds
from benchmarks.results import machine, versions

RESULTS = Path(__file__).parent / "results"


class Suite(StrEnum):
    A = "a"
    B = "b"


async def measure(
    progress: Progress, results: Results, path: Path, peers: list[Peer], *, cases: int, rounds: int
) -> None:
    """Runs the peers in turns, and keeps what was found after each run."""

    def keep() -> None:
        results.judge()
        save(results, path)
        path.with_suffix(".svg").write_text(chart(results))

    async with EmbeddedKafka(profile="benchmark") as kafka:
        measured = Rounds(kafka, progress, results, peers, cases)
        await measured.warm_up()
        for number in range(1, rounds + 1):
            await measured.one(f"round {number}", keep)


def chosen(names: str) -> list[Peer]:
    """The peers of a list of names. UsageError for one that there is not."""
    wanted = [name.strip() for name in names.split(",")] if names else list(PEERS)
    if unknown := [name for name in wanted if name not in PEERS]:
        raise UsageError(f"no peer is called {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return [PEERS[name] for name in wanted]


def main(
    suite: Annotated[Suite, typer.Option(help="a: the portable kernel beside all peers; b: the product.")] = Suite.A,
    peers: Annotated[str, typer.Option(help="Of suite a, separated by commas; all unless given.")] = "",
    events: Annotated[
        int, typer.Option(min=2_000, help="Input events a run; the slow peers of suite a get a part of them.")
    ] = 2_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each peer, taken in turns.")] = 3,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures what a decision costs here and in the stream processors that one would take instead.

    A real Kafka is started for it and ends with it. Every peer is one process and reads the same log; what it puts out
    is checked. What was measured before of other peers stays in the results, so a run can be taken up again with those
    that are missing. Exit code 1 when a peer failed or a bar was missed.

    Example:  python -m benchmarks.run --events 100000 --rounds 1 --peers creditstream,aiokafka,streams
    """
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)   # what matters comes as an exception
    if suite is Suite.B:
        pipeline.main(cases=events // 3, faust_cases=events // 30, rounds=rounds, partitions=4, results=results)
        return
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    path = results / "portable.json"
    found = load(path)
    found.command = shlex.join(["python", "-m", "benchmarks.run", *sys.argv[1:]])
    found.machine, found.versions = machine(), versions()
    try:
        with Progress(*columns, console=console) as progress:
            asyncio.run(measure(progress, found, path, chosen(peers), cases=events // 2, rounds=rounds))
    except CreditstreamError as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(error.exit_code) from None
    console.print(Markdown(markdown(found)))
    if any(peer.failure for peer in found.peers.values()) or not all(bar.met for bar in found.bars):
        raise typer.Exit(1)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
