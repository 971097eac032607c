"""A process that cannot outlive this one: the parent's side of guard.py."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from app.broker import guard
from app.errors import BrokerError

_NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


class GuardedProcess:
    """Started on construction. `remove_folder` is deleted if this process dies first; `environment` is added to this
    process's own.

    The guard is a session leader, so a Ctrl-C in the terminal does not reach the command before its time.
    """

    def __init__(
        self,
        command: list[str],
        *,
        log_file: Path,
        remove_folder: Path | None,
        environment: Mapping[str, str] = _NOTHING_MORE,
    ) -> None:
        self._guard = subprocess.Popen(
            [
                sys.executable, "-I", "-S", guard.__file__,
                str(os.getpid()), str(log_file), str(remove_folder or ""), *command,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **environment},
        )
        assert self._guard.stdout is not None
        with self._guard.stdout as answer:
            line = answer.readline().decode().strip()
        if not line.isdigit():
            self._guard.wait()
            raise BrokerError(line or "the process that guards the broker ended at once")
        self.pid = int(line)

    @property
    def is_alive(self) -> bool:
        return self._guard.poll() is None

    def terminate(self) -> None:
        """Ask it to end (on Windows: end it), wherever it stands."""
        self._send(signal.SIGTERM)
        if sys.platform != "win32":
            self._send(signal.SIGCONT)

    def pause(self) -> None:
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def ends_within(self, seconds: float) -> bool:
        """Whether it has ended; waits for it."""
        try:
            self._guard.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it at once, and its guard. `remove_folder` stays: this process is alive."""
        self._send(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        self._guard.wait()
        assert self._guard.stdin is not None
        self._guard.stdin.close()

    def _send(self, number: signal.Signals) -> None:
        if self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
