"""`creditstream demo`: the whole service on this machine, on real data, in a minute."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from app.demo.dataset import rows
from app.demo.run import run

_NOT_A_TERMINAL_WIDTH = 110                    # columns, where there is no terminal to ask


def demo(
    *,
    keep_running: Annotated[
        bool, typer.Option("--keep-running", help="Leave everything up, and say how to send events and watch.")
    ] = False,
    applications: Annotated[
        int, typer.Option(min=2, max=1_000, help="How many of the 1,000 applications to send.")
    ] = 1_000,
) -> None:
    """See it work: a real Kafka, a worker, and 1,000 real loan applications.

    Starts Apache Kafka on this machine (the first time it is fetched, 45 MB), creates the topics, starts a worker,
    sends the applications of the German credit data with consents and a few broken messages, lets a stand-in bureau
    answer, and tells what was decided and how good it was. Nothing is left behind.

    Exit code 0 when every valid application got exactly one decision, one segment and one list of offers; 1 when not.

    Example:  creditstream demo --keep-running
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_NOT_A_TERMINAL_WIDTH)
    asyncio.run(run(console, applications=min(applications, len(rows())), keep_running=keep_running))
