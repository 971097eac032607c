"""The whole pipeline against plain Faust and a bare loop: the same events, the same run, the same broker.

    python -m benchmarks.pipeline
"""

import asyncio
import logging
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from app.errors import CreditstreamError
from benchmarks.bars import Bar
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.meter import PeerFailedError
from benchmarks.outputs import differences
from benchmarks.peers.peer import BARE_LOOP, CREDITSTREAM, DOCUMENTED_FAUST, PLAIN_FAUST, TUNED_FAUST, Peer
from benchmarks.pipeline_report import PeerResult, Results, ratio, write
from benchmarks.results import machine, today, versions
from benchmarks.runner import Cost, Run, run

QUESTION = (
    "How much processor time does one decision take, from consents, applications and bureau responses in Kafka to "
    "segments, offers and decisions in Kafka: in this service and in a bare aiokafka loop, exactly once, and in plain "
    "Faust as its documentation shows, at least once?"
)
BARS = (
    Bar(peer=DOCUMENTED_FAUST.name, against=DOCUMENTED_FAUST.title, times=20),
    Bar(peer=BARE_LOOP.name, against=BARE_LOOP.title, times=1.2, more=False),
)
GOALS = (Bar(peer=DOCUMENTED_FAUST.name, against=f"{DOCUMENTED_FAUST.title}, the further goal", times=25),)
SLOW = (DOCUMENTED_FAUST, PLAIN_FAUST, TUNED_FAUST)        # they get the first part of a round's cases
PEERS = (*SLOW, BARE_LOOP, CREDITSTREAM)
REMARK = (
    f"{DOCUMENTED_FAUST.title}: its own models, validated, tables of models and its JSON codec; the bars are held "
    f"against it. {PLAIN_FAUST.title}: the same, but msgspec reads the events and keeps the table's values; that "
    "favours Faust, whose documentation does not show it. With its producer tuned, messages wait 50 ms and travel "
    "together: that favours it more, at the price of latency."
)
RESULTS = Path(__file__).parent / "results"


class Rounds:
    """Rounds of one run of each peer, so that whatever the machine does meanwhile is done to all of them."""

    def __init__(self, kafka: EmbeddedKafka, log: Log, progress: Progress) -> None:
        self.costs: dict[str, list[Cost]] = {peer.name: [] for peer in PEERS}
        self._kafka = kafka
        self._log = log
        self._progress = progress
        self._customers = 0                    # numbered so far

    async def warm_up(self, cases: int) -> None:
        """Counts for nobody. The broker is a JVM: until it has compiled what it needs, it takes the processor away from
        whoever comes first."""
        await self._append("warm-up", cases)
        await self._run("warm-up", PLAIN_FAUST, cases)

    async def one(self, number: int, cases: int, slow_cases: int) -> None:
        """The slow peers decide the first `slow_cases`, another of them first in each round; then the rest is appended,
        and the fast ones decide them all. PeerFailedError when one contradicts the service."""
        label, first = f"round {number}", number % len(SLOW)
        await self._log.empty_inputs()
        await self._append(label, slow_cases)
        others = [await self._counted(label, peer, slow_cases) for peer in (*SLOW[first:], *SLOW[:first])]
        await self._append(label, cases - slow_cases)
        others.append(await self._counted(label, BARE_LOOP, cases))
        service = await self._counted(label, CREDITSTREAM, cases)
        for other in others:
            if wrong := differences(other.outputs, service.outputs):
                raise PeerFailedError(f"two peers contradict each other: {'; '.join(wrong)}")

    async def _append(self, label: str, count: int) -> None:
        task = self._progress.add_task(f"{label}: filling the log", total=count)
        batch = customers(count, first=self._customers)
        await self._log.append(batch, lambda more: self._progress.advance(task, more))
        self._customers += count

    async def _counted(self, label: str, peer: Peer, decisions: int) -> Run:
        done = await self._run(label, peer, decisions)
        self.costs[peer.name].append(done.cost)
        return done

    async def _run(self, label: str, peer: Peer, decisions: int) -> Run:
        task = self._progress.add_task(f"{label}: {peer.title}", total=decisions)

        def shown(count: int) -> None:
            self._progress.update(task, completed=count)

        done = await run(peer, self._log, self._kafka, decisions, shown)
        self._progress.update(task, description=f"{label}: {peer.title}, {done.cost.cpu_us:,.0f} µs a decision")
        return done


async def measure(progress: Progress, *, cases: int, faust_cases: int, rounds: int, partitions: int) -> Results:
    """Brings up a broker and measures. PeerFailedError when a peer fails, or says other things than the others."""
    where = machine()
    async with EmbeddedKafka(profile="benchmark") as kafka:
        log = Log(kafka.bootstrap_servers, partitions)
        await log.make_topics(log.names)
        measured = Rounds(kafka, log, progress)
        await measured.warm_up(faust_cases)
        for number in range(1, rounds + 1):
            await measured.one(number, cases, faust_cases)
    costs = measured.costs
    return Results(
        benchmark="pipeline",
        question=QUESTION,
        command=shlex.join(["python", "-m", f"benchmarks.{Path(sys.argv[0]).stem}", *sys.argv[1:]]),
        measured=today(),
        machine=where,
        versions=versions(),
        peers={peer.name: PeerResult.of(peer, costs[peer.name]) for peer in PEERS},
        ratios={peer.name: ratio(costs[peer.name], costs[CREDITSTREAM.name]) for peer in PEERS[:-1]},
        bars=tuple(bar.reached(costs) for bar in BARS),
        goals=tuple(goal.reached(costs) for goal in GOALS),
        remark=REMARK,
        outputs=f"decisions, segments and offers of the {cases * rounds:,} cases are equal, and of the "
        f"{faust_cases * rounds:,} that the Faust peers decided",
    )


def main(
    cases: Annotated[int, typer.Option(min=100, help="Cases a round; the Faust peers decide a part of them.")] = 50_000,
    faust_cases: Annotated[int, typer.Option(min=100, help="How many of them the Faust peers decide.")] = 16_000,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each peer, taken in turns.")] = 5,
    partitions: Annotated[int, typer.Option(min=1, help="Of every topic.")] = 4,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures the service beside plain Faust and a bare aiokafka loop on the whole flow; all must say the same.

    A real Kafka is started for it and ends with it. A case is a consent, an application and a bureau's answer with four
    liabilities; all of them lie in the log before a peer starts. Each peer is one process; its processor time, user and
    system, is read from outside when the first event reaches it and when the last decision can be read.

    The defaults take about a quarter of an hour on two slow cores. Exit code 1 when a peer fails, when the outputs
    differ, or when a bar is missed.

    Example:  python -m benchmarks.pipeline --cases 20000 --faust-cases 2000 --rounds 1
    """
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)   # what matters comes as an exception
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            found = asyncio.run(
                measure(
                    progress,
                    cases=cases,
                    faust_cases=min(faust_cases, cases),
                    rounds=rounds,
                    partitions=partitions,
                )
            )
    except CreditstreamError as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(error.exit_code) from None
    _, as_markdown = write(found, results)
    console.print(Markdown(as_markdown.read_text()))
    if not found.met:
        raise typer.Exit(1)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
