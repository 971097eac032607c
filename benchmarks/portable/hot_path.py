"""Where the service's processor time goes in suite A, part by part and line by line.

    python -m benchmarks.portable.hot_path
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs
from rich.console import Console

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from benchmarks import hot_path
from benchmarks.portable.log import Log
from benchmarks.portable.outputs import Expected
from benchmarks.portable.peers import CREDITSTREAM, python
from benchmarks.portable.running import Cost, run


async def measure(cases: int, stacks_file: Path) -> Cost:
    """One run with a sampler in the worker; the stacks go to the file."""
    sampled = structs.replace(
        CREDITSTREAM,
        command=python("benchmarks.portable.sampled_worker", "worker"),
        environment={"PEER_STACKS": str(stacks_file)},
    )
    async with EmbeddedKafka(profile="benchmark") as kafka:
        log, expected = Log(kafka.bootstrap_servers), Expected(cases)
        await log.fill(cases, lambda _: None, expected.see)
        return await run(sampled, log, kafka, expected, lambda _: None)


def main(
    cases: Annotated[int, typer.Option(min=1_000, help="Cases to decide.")] = 100_000,
    stacks_to: Annotated[
        Path | None, typer.Option("--stacks", help="Keep the collapsed stacks here, for a flame graph.")
    ] = None,
    places: Annotated[int, typer.Option(min=0, help="How many lines of code to show.")] = 40,
) -> None:
    """Shows where the processor time of the portable kernel goes in the service, in microseconds a decision.

    Example:  python -m benchmarks.portable.hot_path --cases 50000 --stacks portable.stacks
    """
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        stacks_file = (stacks_to or Path(folder) / "stacks").absolute()
        cost = asyncio.run(measure(cases, stacks_file))
        found = list(hot_path.stacks(stacks_file))
    console.print(hot_path.table("part", hot_path.by_part(found, cases)))
    console.print(hot_path.table("line", hot_path.by_place(found, cases), most=places))
    console.print(f"{cost.cpu_us:,.1f} µs a decision, {cost.rate:,.0f} decisions/s, {cost.peak_rss_mib:,.0f} MiB")


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
