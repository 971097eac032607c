"""From the completing event's append to the offer that a consumer of committed records can read.

    python -m benchmarks.latency
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from msgspec import Struct
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from app.errors import UsageError
from benchmarks.chart import line_chart
from benchmarks.commit_probe import CommitProbe
from benchmarks.latency_suites import Kernel, Suite, WholeFlow
from benchmarks.meter import MeteredProcess
from benchmarks.openloop import LateError, Latencies, OpenLoop
from benchmarks.sheet import Cell, Sheet, Table, Verdict, command
from benchmarks.terminal import finish

T = TypeVar("T")

QUESTION = (
    "How long after the event that completes a case has been appended can its committed offers be read, when cases "
    "arrive by themselves at 25 %, 50 % and 80 % of the rate that is possible?"
)
SHARES = (0.25, 0.5, 0.8)
RESULTS = Path(__file__).parent / "results"
_PROBE = "commit-probe"


class Load(Struct, frozen=True, kw_only=True):
    """One peer at one rate."""

    share: float
    latencies: Latencies
    commit: dict[str, float]                   # the broker's own, milliseconds


class Bench:
    """Each peer first as fast as it can, then all of them at the same rates."""

    def __init__(self, kafka: EmbeddedKafka, suite: Suite, progress: Progress) -> None:
        self._servers = kafka.bootstrap_servers
        self._suite = suite
        self._progress = progress

    async def fastest(self, peer: str, cases: int) -> float:
        """Decisions a second from a backlog."""
        async with self._suite.setting(peer) as setting:
            loop = OpenLoop(self._servers, setting.flow)
            await asyncio.to_thread(loop.fill, cases)
            with setting.start() as process:
                shown = self._shown(process, f"{self._suite.titles[peer]}: as fast as it can", cases)
                return await _told_by_whom(process, asyncio.to_thread(loop.fastest, cases, shown))

    async def loads(self, peer: str, full: float, *, warm: float, seconds: float) -> list[Load]:
        """At every share of the full rate, one after another, by one process that is warm."""
        title = self._suite.titles[peer]
        async with self._suite.setting(peer) as setting:
            loop = OpenLoop(self._servers, setting.flow)
            with setting.start() as process, CommitProbe(self._servers, _PROBE) as probe:

                async def drive(label: str, rate: float, seconds: float) -> Latencies:
                    shown = self._shown(process, f"{title}: {label}", int(rate * seconds))
                    return await _told_by_whom(process, asyncio.to_thread(loop.drive, rate, seconds, shown))

                await drive("warming up", full * SHARES[0], warm)
                probe.taken_since()
                return [
                    Load(
                        share=share,
                        latencies=await drive(f"{share:.0%}", full * share, seconds),
                        commit=probe.taken_since(),
                    )
                    for share in SHARES
                ]

    def _shown(self, process: MeteredProcess, label: str, total: int) -> Callable[[int], None]:
        task = self._progress.add_task(label, total=total)

        def shown(answered: int) -> None:
            process.look()
            self._progress.update(task, completed=answered)

        return shown


async def _told_by_whom(process: MeteredProcess, work: Awaitable[T]) -> T:
    """LateError with the end of the peer's output."""
    try:
        return await work
    except LateError as error:
        raise LateError(f"{error}; the peer's last words:\n{process.tail()}") from None


async def measure(
    progress: Progress, suite: str, peers: list[str], *, cases: int, warm: float, seconds: float, partitions: int
) -> Sheet:
    """UsageError when there is no such peer; LateError when one answers nothing; PeerFailedError when one ends."""
    async with EmbeddedKafka(profile="benchmark") as kafka:
        chosen: Suite = WholeFlow(kafka, partitions) if suite == "product" else Kernel(kafka)
        if unknown := [peer for peer in peers if peer not in chosen.titles]:
            raise UsageError(f"no peer {unknown[0]} in suite {suite}: there are {', '.join(chosen.titles)}")
        await _make_probe_topic(kafka.bootstrap_servers)
        bench = Bench(kafka, chosen, progress)
        fastest = {peer: await bench.fastest(peer, cases) for peer in peers}
        full = min(fastest.values())
        loads = {chosen.titles[peer]: await bench.loads(peer, full, warm=warm, seconds=seconds) for peer in peers}
    return sheet(suite, loads, {chosen.titles[peer]: rate for peer, rate in fastest.items()})


async def _make_probe_topic(servers: str) -> None:
    client: Any = AIOKafkaAdminClient(bootstrap_servers=servers)
    await client.start()
    try:
        await client.create_topics([NewTopic(_PROBE, 1, 1)])
    finally:
        await client.close()


def sheet(suite: str, loads: dict[str, list[Load]], fastest: dict[str, float]) -> Sheet:
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
        benchmark="latency" if suite == "product" else f"latency-{suite}",
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
    suite: Annotated[
        Literal["product", "kernel"], typer.Option(help="The whole flow, or suite A's kernel beside its peers.")
    ] = "product",
    peers: Annotated[
        str | None, typer.Option(help="Comma-separated, ours first. Default: creditstream, in the kernel streams too.")
    ] = None,
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

    The suite `kernel` sets Kafka Streams (exactly_once_v2, commit.interval.ms=100) beside it, on the same work; it
    needs Java 17 and Maven.

    The defaults take about three minutes a peer. Exit code 1 when a bar is missed.

    Example:  python -m benchmarks.latency --suite kernel --seconds 10 --warm 5
    """
    chosen = (peers or ("creditstream" if suite == "product" else "creditstream,streams")).split(",")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns)
    measured = measure(progress, suite, chosen, cases=cases, warm=warm, seconds=seconds, partitions=partitions)
    finish(measured, progress, results)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
