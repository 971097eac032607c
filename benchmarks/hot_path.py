"""Where the service's processor time goes, part by part: the worker as it runs, sampled from within.

    python -m benchmarks.hot_path
"""

import asyncio
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs
from rich.console import Console
from rich.table import Table

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.peers.peer import CREDITSTREAM, Peer, Place
from benchmarks.runner import Cost, run

# The innermost frame that matches says to which part a sample belongs; within a frame the first pattern counts.
_PARTS = (
    (r"app/domain/.*:__post_init__|app/contracts/(decode|headers|plausibility|scrutiny)\.py", "decode and validate"),
    (r"app/contracts/keys\.py|app/lane/intake\.py:check", "keys"),
    (r"app/decisioning/(workflow|plainly|judgement|permission)\.py", "settle: consent, completeness"),
    (r"<strategy|app/decisioning/(engine|language|tables|money|batch)", "decide: the strategy"),
    (r"app/decisioning/notices/", "notices: why, in writing"),
    (r"app/lane/(events|telling)\.py|app/contracts/ids\.py", "tell: ids and output events"),
    (r"app/lane/outbox\.py|app/contracts/encode\.py", "encode outputs and headers"),
    (r"app/contracts/state\.py|app/lane/tables\.py:write_changes|app/lane/table\.py:take_changes", "encode state"),
    (r"app/decisioning/learning\.py", "learn: facts and digests"),
    (r"app/lane/", "lane: routing, tables, alarms"),
    (r"app/streaming/transaction\.py:(pack|_batches)|aiokafka/producer/message_acc.*:append", "build batches"),
    (r"app/streaming/transaction\.py|aiokafka/producer/", "produce and commit"),
    (r"app/streaming/(fetched|transport|positions|inbox)\.py|aiokafka/consumer/|aiokafka/record/", "fetch"),
    (r"app/streaming/", "stream: sessions, metrics"),
    (r"aiokafka/", "client: connections, protocol"),
)
_COMPILED = tuple((re.compile(pattern), part) for pattern, part in _PARTS)
_REST = "event loop, Faust, the rest"

Stack = tuple[list[str], float]                # frames, thread first; microseconds


def stacks(path: Path) -> Iterator[Stack]:
    for line in path.read_text().splitlines():
        frames, _, microseconds = line.rpartition(" ")
        yield frames.split(";"), float(microseconds)


def part_of(frames: list[str]) -> str:
    for frame in reversed(frames):
        for pattern, part in _COMPILED:
            if pattern.match(frame):
                return part
    return _REST


def by_part(found: Iterable[Stack], decisions: int) -> dict[str, float]:
    """Microseconds a decision, dearest first."""
    return _summed(((part_of(frames), us) for frames, us in found), decisions)


def by_place(found: Iterable[Stack], decisions: int) -> dict[str, float]:
    """Microseconds a decision by the innermost frame and its line, dearest first."""
    return _summed(((frames[-1], us) for frames, us in found), decisions)


def _summed(parts: Iterable[tuple[str, float]], decisions: int) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for part, us in parts:
        sums[part] += us / decisions
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def sampled(stacks_file: Path) -> Peer:
    """The service with a sampler in its process."""

    def environment(place: Place) -> dict[str, str]:
        return {**CREDITSTREAM.environment(place), "PEER_STACKS": str(stacks_file)}

    return structs.replace(CREDITSTREAM, module="benchmarks.peers.sampled_worker", environment=environment)


async def measure(cases: int, partitions: int, stacks_file: Path) -> Cost:
    async with EmbeddedKafka(profile="benchmark") as kafka:
        log = Log(kafka.bootstrap_servers, partitions)
        await log.make_topics(log.names)
        await log.append(customers(cases), lambda _: None)
        return (await run(sampled(stacks_file), log, kafka, cases, lambda _: None)).cost


def main(
    cases: Annotated[int, typer.Option(min=100, help="Cases to decide.")] = 40_000,
    partitions: Annotated[int, typer.Option(min=1, help="Of every topic.")] = 4,
    stacks_to: Annotated[
        Path | None, typer.Option("--stacks", help="Keep the collapsed stacks here, for a flame graph.")
    ] = None,
    places: Annotated[int, typer.Option(min=0, help="How many lines of code to show.")] = 25,
) -> None:
    """Shows where the service's processor time goes, in microseconds a decision, by part and by line.

    Starts a real Kafka, fills its inputs, lets a worker decide everything, and samples the stacks of all its threads
    500 times a second of processor time; the samples before the first lane opens are left out.

    Example:  python -m benchmarks.hot_path --cases 20000 --stacks stacks.txt
    """
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        stacks_file = stacks_to or Path(folder) / "stacks.txt"
        with console.status(f"deciding {cases:,} cases"):
            cost = asyncio.run(measure(cases, partitions, stacks_file.absolute()))
        found = list(stacks(stacks_file))
    console.print(table("part", by_part(found, cases)))
    console.print(table("line", by_place(found, cases), most=places))
    console.print(f"{cost.cpu_us:,.0f} µs a decision, {cost.rate:,.0f} decisions/s, {cost.peak_rss_mib:,.0f} MiB")


def table(what: str, figures: dict[str, float], most: int | None = None) -> Table:
    """Microseconds a decision and their share, as many rows as asked for."""
    rows = Table(what, "µs a decision", "%")
    total = sum(figures.values())
    for name, us in islice(figures.items(), most):
        rows.add_row(name, f"{us:,.1f}", f"{100 * us / total:.0f}")
    return rows


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
