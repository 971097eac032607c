"""What a process costs while it works: its processor time, its memory, and the broker's processor time beside it."""

import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil
from msgspec import Struct

from app.broker.embedded import EmbeddedKafka
from app.broker.guarded import GuardedProcess
from app.errors import CreditstreamError

_STOP_SECONDS = 30.0
_TAIL_LINES = 15


class PeerFailedError(CreditstreamError):
    """A peer ended, or came to a stand, before its work was done."""


class Reading(Struct, frozen=True):
    """The meter at one instant. Times are seconds."""

    at: float
    cpu: float                                 # of the whole process since it started, user and system, all threads
    broker_cpu: float


class MeteredProcess:
    """A peer's process: ends with this one at the latest, its output goes to a file."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        begins: str,
        log_file: Path,
        kafka: EmbeddedKafka,
        program: str = sys.executable,
    ) -> None:
        """`begins` is a pattern in the process's output: the line that says that the work begins. `command` are the
        arguments of `program`."""
        self.peak_rss = 0                      # bytes, of all looks
        self._begins = re.compile(begins.encode())
        self._log_file = log_file
        self._kafka = kafka
        self._begun: Reading | None = None
        self._read = 0
        self._process = GuardedProcess(
            [program, *command], log_file=log_file, remove_folder=None, environment=environment
        )
        self._times = psutil.Process(self._process.pid)

    def look(self) -> Reading | None:
        """To be called often: notes the memory, and the reading at which the work began, which it returns.

        PeerFailedError, with the end of its output, when the process is gone."""
        try:
            self.peak_rss = max(self.peak_rss, self._times.memory_info().rss)
            if self._begun is None and self._has_begun():
                self._begun = self.read()
        except psutil.Error:
            raise PeerFailedError(f"the process ended before its work was done:\n{self.tail()}") from None
        return self._begun

    @property
    def rss(self) -> int:
        """Bytes, now."""
        return int(self._times.memory_info().rss)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It stands still meanwhile."""
        self._process.pause()
        try:
            yield
        finally:
            self._process.resume()

    def read(self) -> Reading:
        times = self._times.cpu_times()
        return Reading(time.monotonic(), times.user + times.system, self._kafka.cpu_seconds())

    def has_said(self, line: str) -> bool:
        """Whether its output, so far, holds this."""
        return line.encode() in self._log_file.read_bytes()

    def tail(self) -> str:
        """The last lines of its output."""
        return "\n".join(self._log_file.read_text(errors="replace").splitlines()[-_TAIL_LINES:])

    def _has_begun(self) -> bool:
        with self._log_file.open("rb") as output:
            output.seek(self._read)
            new = output.read()
        found = self._begins.search(new) is not None
        self._read += new.rfind(b"\n") + 1
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Asks it to end, as an operator would; kills it when it does not."""
        self._process.terminate()
        self._process.ends_within(_STOP_SECONDS)
        self._process.kill()
