"""What every benchmark that writes a sheet does in a terminal: run, say what went wrong or what was found, exit."""

import asyncio
import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import typer
from rich.markdown import Markdown
from rich.progress import Progress

from app.errors import CreditstreamError
from benchmarks.sheet import Sheet, write


def finish(measured: Coroutine[Any, Any, Sheet], progress: Progress, results: Path) -> None:
    """Exits with the error's own code when there is one, with 1 when a bar is missed."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)   # what matters comes as an exception
    try:
        with progress:
            found = asyncio.run(measured)
    except CreditstreamError as error:
        progress.console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(error.exit_code) from None
    progress.console.print(Markdown(write(found, results).read_text()))
    if not all(verdict.met for verdict in found.verdicts):
        raise typer.Exit(1)
