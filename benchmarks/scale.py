"""What a decision costs as an installation grows: more open cases, more lanes a worker, more liabilities a report.

    python -m benchmarks.scale
"""

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from benchmarks import transport
from benchmarks.by_liabilities import by_liabilities, memory
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.opened import offers_end, worker
from benchmarks.sheet import Sheet, Table, Verdict, command
from benchmarks.standing import write_changelogs
from benchmarks.terminal import finish

QUESTION = "How does the price of a decision grow with open cases, with lanes and with liabilities?"
RESULTS = Path(__file__).parent / "results"
OPEN_CASES = (1_000, 10_000, 100_000, 1_000_000)
LANES = (4, 16, 64)
OPEN_BAR, LANES_BAR = 1.4, 1.5                 # times, from the least to the most
PARTS = ("open", "lanes", "transport", "liabilities", "memory")
_FRESH = 80_000_000                            # number of the first customer who is not waiting already


class Decided(Struct, frozen=True, kw_only=True):
    """What fresh cases cost a worker that stands on others."""

    cpu_us: float                              # a decision
    broker_cpu_us: float
    rate: float                                # decisions a second
    rss: int                                   # bytes, when the lanes had opened


async def decided(kafka: EmbeddedKafka, log: Log, open_cases: int, cases: int, shown: "Shown") -> Decided:
    """Opens a worker on so many open cases, then gives it a backlog of fresh ones."""
    label = f"{open_cases:,} open cases, {log.partitions} lanes"
    shown(f"{label}: changelogs")
    await log.make_topics(log.names)
    if open_cases:
        await write_changelogs(log, open_cases, lambda _: None)
    fresh = list(customers(cases, first=_FRESH))
    since = await offers_end(log)
    async with worker(kafka, log) as running:
        shown(f"{label}: opening")
        opening = await running.opened()
        shown(f"{label}: {cases:,} fresh cases")
        with running.process.paused():
            await log.append(fresh, lambda _: None)
            began = running.process.read()
        await running.decided(since, cases)
        ended = running.process.read()
    return Decided(
        cpu_us=(ended.cpu - began.cpu) / cases * 1e6,
        broker_cpu_us=(ended.broker_cpu - began.broker_cpu) / cases * 1e6,
        rate=cases / (ended.at - began.at),
        rss=opening.rss,
    )


class Shown:
    """One line that says what is being done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting Kafka", total=None)

    def __call__(self, what: str) -> None:
        self._progress.update(self._task, description=what)


async def by_open_cases(shown: Shown, most: int, cases: int) -> tuple[Table, Verdict]:
    found = {}
    for count in [count for count in OPEN_CASES if count <= most]:
        async with EmbeddedKafka(profile="benchmark") as kafka:
            found[count] = await decided(kafka, Log(kafka.bootstrap_servers, 4), count, cases, shown)
    least, greatest = min(found), max(found)
    table = Table(
        title="Open cases",
        columns=(
            "open cases", "CPU µs a decision", "decisions/s", "broker CPU µs a decision", "RSS MiB", "bytes a case",
        ),
        rows=tuple(
            (count, cost.cpu_us, int(cost.rate), cost.broker_cpu_us, cost.rss / 2**20,
             (cost.rss - found[least].rss) / (count - least) if count > least else None)
            for count, cost in found.items()
        ),
    )  # fmt: skip
    ratio = found[greatest].cpu_us / found[least].cpu_us
    what = f"a decision from {least:,} to {greatest:,} open cases, times"
    return table, Verdict(what=what, figure=ratio, bar=OPEN_BAR)


async def by_lanes(shown: Shown, cases: int) -> tuple[Table, Verdict]:
    found = {}
    for lanes in LANES:
        async with EmbeddedKafka(profile="benchmark") as kafka:
            found[lanes] = await decided(kafka, Log(kafka.bootstrap_servers, lanes), 0, cases, shown)
    table = Table(
        title="Lanes of one worker, under backlog",
        columns=("lanes", "CPU µs a decision", "decisions/s", "broker CPU µs a decision", "RSS MiB"),
        rows=tuple((n, c.cpu_us, int(c.rate), c.broker_cpu_us, c.rss / 2**20) for n, c in found.items()),
    )
    ratio = found[LANES[-1]].cpu_us / found[LANES[0]].cpu_us
    return table, Verdict(what=f"a decision from {LANES[0]} to {LANES[-1]} lanes, times", figure=ratio, bar=LANES_BAR)


async def by_transport(shown: Shown) -> Table:
    async with EmbeddedKafka(profile="benchmark") as kafka:
        found = await transport.compare(kafka, shown)
    return Table(
        title="The transport alone: one producer a lane, or one a worker",
        columns=(
            "lanes", "records of a lane a topic", "producers", "CPU µs a lane's batch", "broker CPU µs", "ms a round",
        ),
        rows=tuple((c.lanes, c.records, c.producers, c.cpu_us, c.broker_cpu_us, c.ms) for c in found),
        notes=("A lane's batch is five record batches and its offsets; a round is one of each lane.",),
    )  # fmt: skip


async def measure(shown: Shown, parts: list[str], most_open: int, cases: int) -> Sheet:
    tables: list[Table] = []
    verdicts: list[Verdict] = []
    if "open" in parts:
        table, verdict = await by_open_cases(shown, most_open, cases)
        tables.append(table)
        verdicts.append(verdict)
    if "lanes" in parts:
        table, verdict = await by_lanes(shown, cases)
        tables.append(table)
        verdicts.append(verdict)
    if "transport" in parts:
        tables.append(await by_transport(shown))
    if "liabilities" in parts:
        shown("liabilities")
        tables.append(by_liabilities())
    if "memory" in parts:
        shown("memory")
        tables.append(memory())
    return Sheet(
        benchmark="scale-transport" if parts == ["transport"] else "scale",
        question=QUESTION,
        command=command("benchmarks.scale"),
        tables=tuple(tables),
        verdicts=tuple(verdicts),
    )


def main(
    only: Annotated[str, typer.Option(help="Parts, comma-separated.")] = ",".join(PARTS),
    cases: Annotated[int, typer.Option(min=1_000, help="Fresh cases, at each size.")] = 40_000,
    most_open: Annotated[int, typer.Option(min=1_000, help="Open cases, at most.")] = 1_000_000,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures how the price of a decision grows.

    open: a worker restores so many open cases, then decides a backlog of fresh ones. lanes: the same with no open cases
    and 4 to 64 lanes. transport: what committing alone costs, by one transactional producer a lane and by one a worker.
    liabilities, memory: a lane by itself, without Kafka. The transport alone is kept under a name of its own.

    All of it takes about ten minutes on two slow cores. Exit code 1 when a bar is missed.

    Example:  python -m benchmarks.scale --only liabilities,memory
    """
    parts = only.split(",")
    if unknown := set(parts) - set(PARTS):
        raise typer.BadParameter(f"no part {unknown.pop()}: there are {', '.join(PARTS)}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    progress = Progress(*columns)
    finish(measure(Shown(progress), parts, most_open, cases), progress, results)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
