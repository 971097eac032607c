"""How long a worker takes from its start to its first decision, by the open cases that it must restore.

    python -m benchmarks.recovery
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from app.contracts.names import BUREAU_RESPONSES
from app.errors import CreditstreamError
from benchmarks.chart import line_chart
from benchmarks.events import Customer, customers
from benchmarks.log import Log
from benchmarks.opened import offers_end, worker
from benchmarks.sheet import Cell, Sheet, Table, command
from benchmarks.standing import write_changelogs
from benchmarks.terminal import finish

QUESTION = (
    "After a worker has died: how fast does another one restore the state of its lanes, at what price a record, and "
    "how long does the first decision take?"
)
RESULTS = Path(__file__).parent / "results"
ANSWERS = 64                                   # that lie in the log when the worker starts: enough for every lane
COLUMNS = (
    "open cases", "changelog records", "records/s", "CPU µs a record", "assignment to last lane open, s",
    "start of the process to first decision, s", "RSS MiB", "bytes a case",
)  # fmt: skip


async def one(kafka: EmbeddedKafka, progress: Progress, count: int, partitions: int) -> tuple[Cell, ...]:
    """The figures of one start, without bytes a case."""
    log = Log(kafka.bootstrap_servers, partitions, prefix=f"open-{count}-")
    await log.make_topics(log.names)
    task = progress.add_task(f"{count:,} open cases: writing their changelogs", total=count)
    await write_changelogs(log, count, lambda more: progress.advance(task, more))
    await log.append([_answer(customer) for customer in customers(min(ANSWERS, count))], lambda _: None)
    since = await offers_end(log)
    progress.update(task, description=f"{count:,} open cases: restoring", completed=0, total=None)
    async with worker(kafka, log) as opening:
        first_decision = asyncio.create_task(opening.decided(since, 1))
        found = await opening.opened()
        first = await first_decision
    progress.update(task, description=f"{count:,} open cases: restored in {found.seconds:.1f} s", completed=1, total=1)
    if found.open_cases != count:
        raise CreditstreamError(f"{found.open_cases} cases were open after the restore, not {count}")
    return (
        count,
        found.records,
        int(found.records / found.seconds),
        found.cpu_seconds / found.records * 1e6,
        found.seconds,
        first - opening.started,
        found.rss / 2**20,
    )


def _answer(customer: Customer) -> Customer:
    """What is still to come of a customer who waits."""
    return Customer(customer.customer_id, {BUREAU_RESPONSES: customer.events[BUREAU_RESPONSES]})


async def measure(progress: Progress, counts: list[int], partitions: int) -> Sheet:
    """PeerFailedError when a worker ends or its lanes do not open."""
    async with EmbeddedKafka(profile="benchmark") as kafka:
        found = [await one(kafka, progress, count, partitions) for count in sorted(counts)]
    return sheet(found)


def sheet(found: list[tuple[Cell, ...]]) -> Sheet:
    least = found[0]
    rows = tuple((*row, _bytes_a_case(row, least)) for row in found)
    return Sheet(
        benchmark="recovery",
        question=QUESTION,
        command=command("benchmarks.recovery"),
        tables=(Table(title="One worker, all lanes", columns=COLUMNS, rows=rows),),
        notes=(
            "A case's consent and the case itself are a record each; the records are all live, as after a compaction.",
            "The group's session time-out comes before all of this when a worker is killed rather than stopped.",
        ),
        chart=line_chart(
            "Recovery by open cases",
            "open cases",
            "seconds",
            {
                "first decision": [(_number(row[0]), _number(row[5])) for row in found],
                "lanes open": [(_number(row[0]), _number(row[4])) for row in found],
            },
            log_x=True,
            log_y=True,
        ),
    )


def _bytes_a_case(row: tuple[Cell, ...], least: tuple[Cell, ...]) -> float | None:
    """By what more cases need than the fewest."""
    more = _number(row[0]) - _number(least[0])
    return (_number(row[6]) - _number(least[6])) * 2**20 / more if more else None


def _number(cell: Cell) -> float:
    assert isinstance(cell, int | float)
    return float(cell)


def main(
    cases: Annotated[str, typer.Option(help="Numbers of open cases, comma-separated.")] = "10000,100000,1000000",
    partitions: Annotated[int, typer.Option(min=1, help="Lanes of the one worker.")] = 4,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures how fast a worker restores its lanes, and when it decides for the first time.

    A real Kafka is started, changelogs with so many open cases are written, and a worker starts on them, with answers
    to some of the cases already in the log. The clock of the restore runs from the assignment of the lanes until the
    last of them is open; that of the first decision from the start of the process until a consumer of committed
    records can read it.

    The defaults take about five minutes on two slow cores, two gigabytes of disk and three of memory.

    Example:  python -m benchmarks.recovery --cases 1000,10000
    """
    counts = [int(count) for count in cases.split(",")]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns)
    finish(measure(progress, counts, partitions), progress, results)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
