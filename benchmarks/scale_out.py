"""What several workers do that one does not: the same backlog, one process, then more, on one broker.

    python -m benchmarks.scale_out
"""

import asyncio
import re
import time
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.meter import PeerFailedError
from benchmarks.opened import Worker, offers_end, worker
from benchmarks.sheet import Cell, Sheet, Table, command
from benchmarks.terminal import finish

QUESTION = "The same backlog for one worker and for several: what do more of them bring?"
RESULTS = Path(__file__).parent / "results"
_LANES = re.compile(r"lanes of this worker: ([\d, ]+)")
_SETTLED = 90.0                                # seconds for the group to share the lanes out
_QUIET = 3.0                                   # seconds without another rebalance


async def one(kafka: EmbeddedKafka, workers: int, cases: int, partitions: int) -> tuple[Cell, ...]:
    log = Log(kafka.bootstrap_servers, partitions, prefix=f"of-{workers}-")
    await log.make_topics(log.names)
    fresh = list(customers(cases))
    since = await offers_end(log)
    async with AsyncExitStack() as running:
        started = [await running.enter_async_context(worker(kafka, log)) for _ in range(workers)]
        await _shared_out(started, partitions)
        with ExitStack() as pauses:
            for each in started:
                pauses.enter_context(each.process.paused())
            await log.append(fresh, lambda _: None)
            began = [each.process.read() for each in started]
        await started[0].decided(since, cases)
        ended = [each.process.read() for each in started]
    seconds = ended[0].at - began[0].at
    cpu = sum(after.cpu - before.cpu for before, after in zip(began, ended, strict=True))
    broker = ended[0].broker_cpu - began[0].broker_cpu
    return (workers, int(cases / seconds), cpu / cases * 1e6, broker / cases * 1e6, (cpu + broker) / seconds)


async def _shared_out(workers: list[Worker], partitions: int) -> None:
    """Until every worker has lanes, every lane a worker, and the group is at rest."""
    until = time.monotonic() + _SETTLED
    last: list[int] = []
    since = time.monotonic()
    while time.monotonic() < until:
        found = [each.said(_LANES) for each in workers]
        lanes = [len(said[-1].split(",")) if said else 0 for said in found]
        if lanes != last:
            last, since = lanes, time.monotonic()
        if all(lanes) and sum(lanes) == partitions and time.monotonic() - since > _QUIET:
            return
        await asyncio.sleep(0.1)
    raise PeerFailedError(f"the lanes are not shared out: {last} of {partitions}\n{workers[0].process.tail()}")


async def measure(shown: "Progress", counts: list[int], cases: int, partitions: int) -> Sheet:
    task = shown.add_task("", total=None)
    found = []
    for count in counts:
        shown.update(task, description=f"{count} workers, {cases:,} cases")
        async with EmbeddedKafka(profile="benchmark") as kafka:
            found.append(await one(kafka, count, cases, partitions))
    cores = psutil.cpu_count() or 1
    return Sheet(
        benchmark="scale_out",
        question=QUESTION,
        command=command("benchmarks.scale_out"),
        tables=(
            Table(
                title=f"{cores} cores for the workers and the broker",
                columns=(
                    "workers", "decisions/s", "workers' CPU µs a decision", "broker CPU µs a decision", "busy cores",
                ),
                rows=tuple(found),
                notes=("Where all cores are busy, more workers only share them.",),
            ),
        ),
    )  # fmt: skip


def main(
    workers: Annotated[str, typer.Option(help="How many at a time, comma-separated.")] = "1,2",
    cases: Annotated[int, typer.Option(min=1_000, help="The backlog.")] = 60_000,
    partitions: Annotated[int, typer.Option(min=1, help="Lanes, shared by the workers.")] = 4,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures what several workers make of the backlog that one has had.

    The workers join one group and wait until the lanes are shared out; they stand still while the backlog is appended,
    and go on together. The defaults take about two minutes on two slow cores.

    Example:  python -m benchmarks.scale_out --workers 1,2,4 --partitions 8
    """
    counts = [int(count) for count in workers.split(",")]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    progress = Progress(*columns)
    finish(measure(progress, counts, cases, partitions), progress, results)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
