"""From the completing event's append to the offer that a consumer of committed records can read.

    python -m benchmarks.latency
"""

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from msgspec import Struct
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, CREDIT_OFFERS, LOAN_APPLICATIONS, TopicNames
from app.errors import CreditstreamError
from benchmarks.chart import line_chart
from benchmarks.commit_probe import CommitProbe
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.meter import MeteredProcess
from benchmarks.openloop import Arrival, Flow, LateError, Latencies, OpenLoop
from benchmarks.peers.peer import CREDITSTREAM, PLAIN_FAUST, Peer, Place
from benchmarks.runner import run
from benchmarks.sheet import Cell, Sheet, Table, Verdict, command, write

QUESTION = (
    "How long after the event that completes a case has been appended can its committed offers be read, when cases "
    "arrive by themselves at 25 %, 50 % and 80 % of the rate that is possible?"
)
SHARES = (0.25, 0.5, 0.8)
APART = 0.4                                    # seconds from a consent to the application, and from that to the answer
RESULTS = Path(__file__).parent / "results"
PEERS = {peer.name: peer for peer in (CREDITSTREAM, PLAIN_FAUST)}
_ROLES = (CONSENTS, LOAN_APPLICATIONS, BUREAU_RESPONSES)
_PROBE = "commit-probe"


class Load(Struct, frozen=True, kw_only=True):
    """One peer at one rate."""

    share: float
    latencies: Latencies
    commit: dict[str, float]                   # the broker's own, milliseconds


def product(names: TopicNames, partitions: int) -> Flow:
    """The whole flow: consent, application, a bureau's answer."""

    def arrivals(count: int, first: int) -> Iterator[Arrival]:
        for customer in customers(count, first=first):
            yield Arrival(customer.key, tuple(customer.events[role] for role in _ROLES))

    return Flow(
        inputs=tuple(names.by_role[role] for role in _ROLES),
        output=names.by_role[CREDIT_OFFERS],
        partitions=partitions,
        apart=APART,
        arrivals=arrivals,
    )


class Bench:
    """A broker, its log, and the peers one after another: each first as fast as it can, then at the same rates."""

    def __init__(self, kafka: EmbeddedKafka, log: Log, progress: Progress) -> None:
        self._kafka = kafka
        self._log = log
        self._progress = progress
        self._loop = OpenLoop(kafka.bootstrap_servers, product(log.names, log.partitions))

    async def fastest(self, peer: Peer, cases: int) -> float:
        """Decisions a second from a backlog."""
        task = self._progress.add_task(f"{peer.title}: as fast as it can", total=cases)
        await self._log.empty_inputs()
        await self._log.append(customers(cases, first=90_000_000), lambda _: None)
        done = await run(peer, self._log, self._kafka, cases, lambda n: self._progress.update(task, completed=n))
        return done.cost.rate

    async def loads(self, peer: Peer, full: float, *, warm: float, seconds: float) -> list[Load]:
        """At every share of the full rate, one after another, by one process that is warm."""
        await self._log.empty_inputs()
        names = TopicNames(self._log.names.prefix, f"{peer.name}-{uuid4().hex[:8]}")
        await self._log.make_topics(names)
        with tempfile.TemporaryDirectory(prefix="creditstream-benchmark-") as folder:
            place = Place(self._kafka.bootstrap_servers, names, self._log.partitions, Path(folder))
            with (
                self._started(peer, place) as process,
                CommitProbe(self._kafka.bootstrap_servers, _PROBE) as probe,
            ):
                try:
                    await self._drive(process, f"{peer.title}: warming up", full * SHARES[0], warm)
                    probe.taken_since()
                    return [
                        Load(
                            share=share,
                            latencies=await self._drive(process, f"{peer.title}: {share:.0%}", full * share, seconds),
                            commit=probe.taken_since(),
                        )
                        for share in SHARES
                    ]
                except LateError as error:
                    raise LateError(f"{peer.title}: {error}\n{process.tail()}") from None

    def _started(self, peer: Peer, place: Place) -> MeteredProcess:
        return MeteredProcess(
            ["-m", peer.module, *peer.arguments(place)],
            peer.environment(place),
            begins=peer.begins,
            log_file=place.folder / "peer.log",
            kafka=self._kafka,
        )

    async def _drive(self, process: MeteredProcess, label: str, rate: float, seconds: float) -> Latencies:
        task = self._progress.add_task(label, total=int(rate * seconds))

        def shown(answered: int) -> None:
            process.look()
            self._progress.update(task, completed=answered)

        return await asyncio.to_thread(self._loop.drive, rate, seconds, shown)


async def measure(
    progress: Progress, peers: list[Peer], *, cases: int, warm: float, seconds: float, partitions: int
) -> Sheet:
    """LateError when a peer answers nothing; PeerFailedError when one ends."""
    async with EmbeddedKafka(profile="benchmark") as kafka:
        log = Log(kafka.bootstrap_servers, partitions)
        await log.make_topics(log.names)
        await _make_probe_topic(kafka.bootstrap_servers)
        bench = Bench(kafka, log, progress)
        fastest = {peer.name: await bench.fastest(peer, cases) for peer in peers}
        full = min(fastest.values())
        loads = {peer.title: await bench.loads(peer, full, warm=warm, seconds=seconds) for peer in peers}
    return sheet(loads, {peer.title: fastest[peer.name] for peer in peers})


async def _make_probe_topic(servers: str) -> None:
    client: Any = AIOKafkaAdminClient(bootstrap_servers=servers)
    await client.start()
    try:
        await client.create_topics([NewTopic(_PROBE, 1, 1)])
    finally:
        await client.close()


def sheet(loads: dict[str, list[Load]], fastest: dict[str, float]) -> Sheet:
    rows = tuple(_row(title, load) for title, found in loads.items() for load in found)
    ours, *others = loads
    verdicts = tuple(
        Verdict(
            what=f"p99 at 25 % load, {ours} to {other}",
            figure=loads[ours][0].latencies.since_append["p99"] / loads[other][0].latencies.since_append["p99"],
            bar=1.0,
        )
        for other in others
    )
    return Sheet(
        benchmark="latency",
        question=QUESTION,
        command=command("benchmarks.latency"),
        tables=(
            Table(
                title="Milliseconds from the completing event's append to the committed offers",
                columns=(
                    "peer", "load", "cases/s", "p50", "p99", "p99.9", "max", "p99 from the due instant",
                    "broker's commit p50", "p99", "cases", "unanswered",
                ),
                rows=rows,
            ),
        ),
        verdicts=verdicts,
        notes=tuple(f"{title}: {rate:,.0f} decisions/s from a backlog" for title, rate in fastest.items()),
        chart=line_chart(
            "Latency by load: median and p99",
            "cases a second",
            "ms",
            {
                f"{title}, {p}": [(load.latencies.rate, load.latencies.since_append[p]) for load in found]
                for title, found in loads.items()
                for p in ("p50", "p99")
            },
            log_y=True,
        ),
    )  # fmt: skip


def _row(title: str, load: Load) -> tuple[Cell, ...]:
    found = load.latencies
    return (
        title,
        f"{load.share:.0%}",
        int(found.rate),
        *(found.since_append[p] for p in ("p50", "p99", "p99.9", "max")),
        found.since_due["p99"],
        load.commit["p50"],
        load.commit["p99"],
        found.cases,
        found.unanswered,
    )


def main(  # noqa: PLR0917  options, all of them named on the command line
    peers: Annotated[str, typer.Option(help=f"Comma-separated, ours first: {', '.join(PEERS)}.")] = "creditstream",
    cases: Annotated[int, typer.Option(min=500, help="To find the rate that is possible.")] = 20_000,
    seconds: Annotated[float, typer.Option(min=1, help="At each load.")] = 30.0,
    warm: Annotated[float, typer.Option(min=1, help="Seconds at 25 % before anything is kept.")] = 15.0,
    partitions: Annotated[int, typer.Option(min=1, help="Of every topic.")] = 4,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures the latency of decisions in an open loop, exactly once, up to what a consumer can read.

    A real Kafka is started for it and ends with it. Each peer first decides a backlog, which gives the rate that is
    possible; then cases arrive by themselves at 25 %, 50 % and 80 % of the slowest peer's, at random instants drawn
    beforehand. Beside it stands what the broker takes to commit a transaction of one small record meanwhile.

    The defaults take about three minutes a peer. Exit code 1 when a bar is missed.

    Example:  python -m benchmarks.latency --seconds 10 --warm 5
    """
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)   # what matters comes as an exception
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    chosen = [PEERS[name.strip()] for name in peers.split(",")]
    try:
        with Progress(*columns, console=console) as progress:
            found = asyncio.run(
                measure(progress, chosen, cases=cases, warm=warm, seconds=seconds, partitions=partitions)
            )
    except CreditstreamError as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(error.exit_code) from None
    console.print(Markdown(write(found, results).read_text()))
    if not all(verdict.met for verdict in found.verdicts):
        raise typer.Exit(1)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
