"""`creditstream demo`: the whole service on this machine, on real data, in a minute."""

import asyncio
import signal
import sys
from typing import Annotated

import typer

from app.cli.terminal import console
from app.demo.run import run


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
    answer, and tells what was decided and how good it was. Nothing is left behind. CREDITSTREAM_STRATEGIES_DIR
    names strategies of your own to decide by.

    Exit code 0 when every valid application got exactly one decision, one segment and one list of offers; 1 when not.

    Example:  creditstream demo --keep-running
    """
    try:
        asyncio.run(_until_told_to_end(applications, keep_running=keep_running))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _until_told_to_end(applications: int, *, keep_running: bool) -> None:
    """A polite signal ends it as Ctrl-C does: everything that was started is stopped, nothing is left."""
    this, loop = asyncio.current_task(), asyncio.get_running_loop()
    if this is not None and sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, this.cancel)
    await run(console(), applications=applications, keep_running=keep_running)
