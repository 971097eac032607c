"""`creditstream simulate`: recorded events through the same workflow, and the decisions compared."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from app.cli.cluster import with_cluster
from app.contracts.names import DEAD_LETTERS, DECISIONS, TopicNames
from app.contracts.sealing import KeyRing
from app.errors import CreditstreamError
from app.kafka.connection import client_arguments
from app.lane.assembly import limits_of
from app.settings import Settings
from app.simulation.capture import capture
from app.simulation.compare import Comparison, read_decision
from app.simulation.recording import Recording, read_recording, write_recording
from app.simulation.replay import Replayed
from app.simulation.simulate import RECORDED, against_the_record, simulate
from app.strategies.shelf import load_shelf

SHOWN = 10                                     # differing events named before the rest is counted


def command(
    recording: Annotated[
        Path | None, typer.Argument(help="A recording made with --record. Without one the cluster's topics are read.")
    ] = None,
    *,
    record: Annotated[Path | None, typer.Option(help="Write what is read from the cluster to this file.")] = None,
    strategies: Annotated[
        Path | None, typer.Option(help="Decide by the strategies in this folder, as a challenger would.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Of the topics' names on the cluster.")] = "",
    bootstrap_servers: Annotated[
        str | None, typer.Option(help="HOST:PORT of the cluster. Default: CREDITSTREAM_BOOTSTRAP_SERVERS.")
    ] = None,
) -> None:
    """Replay recorded events and compare the decisions with those that were made.

    Every application, consent and answer goes through the same workflow as in the stream, in the order of the log and
    without waiting: a day takes seconds. Decisions, segments and offers must come out byte for byte as recorded; with
    other --strategies the differences show what a change would do.

    Exit code 0: the same; 1: something differs; 2: the recording cannot be read.

    Example:  creditstream simulate --record today.jsonl
              creditstream simulate today.jsonl --strategies my-strategies/
    """
    settings = with_cluster(bootstrap_servers)
    console = Console()
    taken = read_recording(recording) if recording is not None else _from_cluster(settings, TopicNames(prefix), console)
    if record is not None:
        write_recording(record, taken)
        console.print(f"{len(taken.records):,} events written to {record}; they hold personal data.")
    keyring = KeyRing.read(settings.key_file) if settings.key_file is not None else None
    shelf = load_shelf(strategies or settings.strategies_dir)
    replayed = simulate(taken, shelf, limits_of(settings), keyring)
    console.print(_outcomes(replayed))
    if not any(r.topic == DECISIONS for r in taken.records):
        console.print("The recording holds no decisions to compare with.")
        return
    comparison = against_the_record(replayed, taken)
    _tell(console, comparison)
    if not comparison.same:
        raise CreditstreamError("the replay decides otherwise than was recorded")


def _from_cluster(settings: Settings, names: TopicNames, console: Console) -> Recording:
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=console, transient=True) as progress:
        task = progress.add_task("reading topics")

        def show(count: int) -> None:
            progress.update(task, description=f"reading topics: {count:,} events")

        return asyncio.run(capture(client_arguments(settings), names, RECORDED, show))


def _outcomes(replayed: list[Replayed]) -> Table:
    counts: Counter[tuple[str, str]] = Counter()
    for r in replayed:
        if r.topic == DECISIONS and r.output.value is not None:
            made = read_decision(r.output.value)
            counts[made.outcome, made.segment] += 1
    letters = sum(r.topic == DEAD_LETTERS for r in replayed)
    table = Table(title=f"{counts.total():,} decisions replayed, {letters:,} dead letters", title_justify="left")
    for heading in ("outcome", "segment"):
        table.add_column(heading)
    table.add_column("cases", justify="right")
    for (outcome, segment), count in sorted(counts.items()):
        table.add_row(outcome, segment, f"{count:,}")
    return table


def _tell(console: Console, comparison: Comparison) -> None:
    console.print(f"{comparison.equal:,} decisions, segments and offer lists are byte-equal to the record.")
    for what, ids in (
        ("differ", comparison.differing),
        ("only in the replay", comparison.only_replayed),
        ("only in the record", comparison.only_recorded),
    ):
        if ids:
            more = f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
            console.print(f"[red]{len(ids):,} {what}[/red]: {', '.join(ids[:SHOWN])}{more}")
