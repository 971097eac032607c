"""What the demo says while it works: a spinner and a bar on a terminal, plain lines anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

_PLAIN_EVERY_SECONDS = 5.0


class Narrator:
    """Tells of steps as they end, each with the time that it took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, doing: str, done: Callable[[], str]) -> Iterator[None]:
        """`done` says what has been reached; nothing is said when the step fails."""
        began = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(doing):
                yield
        else:
            yield
        self._reached(done(), began)

    @contextmanager
    def counting(self, total: int, done: Callable[[], str]) -> Iterator[Callable[[int, int, str], None]]:
        """A step whose progress can be counted: gives a function to call often with how many applications were sent,
        how many are decided, and a note."""
        began = time.monotonic()
        if self._console.is_terminal:
            with self._bars(total) as show:
                yield show
        else:
            yield self._lines()
        self._reached(done(), began)

    def _reached(self, what: str, began: float) -> None:
        took = time.monotonic() - began
        self._console.print(f"[green]✓[/] {what} [bright_black]({took:.1f} s)[/]", highlight=False)

    @contextmanager
    def _bars(self, total: int) -> Iterator[Callable[[int, int, str], None]]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", style="bright_black"),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            sending = progress.add_task("applications sent", total=total, note="")
            deciding = progress.add_task("decisions read", total=total, note="")

            def show(sent: int, decided: int, note: str) -> None:
                progress.update(sending, completed=sent)
                progress.update(deciding, completed=decided, note=note)

            yield show

    def _lines(self) -> Callable[[int, int, str], None]:
        last = time.monotonic()

        def show(sent: int, decided: int, note: str) -> None:
            nonlocal last
            if time.monotonic() - last >= _PLAIN_EVERY_SECONDS:
                last = time.monotonic()
                self._console.print(f"  {sent} applications sent, {decided} decisions read, {note}", highlight=False)

        return show
