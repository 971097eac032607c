"""A worker as a process of its own, as in production; it ends with the demo, whatever death the demo dies."""

import asyncio
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from app.broker.guarded import GuardedProcess
from app.demo.scrape import scrape
from app.errors import LaneError
from app.settings import PREFIX, Settings

_READY_WITHIN_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.2
_LAST_WORDS = 12
# What the environment says about a cluster of one's own is not for this worker: an empty variable is an unset one.
_UNSET = {f"{PREFIX}{field.upper()}": "" for field in Settings.__struct_fields__}


class WorkerProcess:
    """`creditstream worker`, with settings of its own and no others."""

    def __init__(self, settings: Mapping[str, str], *, metrics_port: int, folder: Path) -> None:
        """`settings`: CREDITSTREAM_* variables. `folder`: for its log; deleted when this process is killed."""
        self.url = f"http://127.0.0.1:{metrics_port}"
        self._log_file = folder / "worker.log"
        self._process = GuardedProcess(
            [sys.executable, "-m", "app.cli.main", "worker"],
            log_file=self._log_file,
            remove_folder=folder,
            environment={**_UNSET, **settings, "CREDITSTREAM_METRICS_PORT": str(metrics_port)},
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self) -> None:
        """Returns when every lane is open. LaneError, with the end of its log, when it ends first or takes too long."""
        give_up = time.monotonic() + _READY_WITHIN_SECONDS
        while not await asyncio.to_thread(_is_ready, f"{self.url}/readyz"):
            if not self._process.is_alive:
                raise self._failure("the worker ended while it was starting")
            if time.monotonic() > give_up:
                raise self._failure(f"the worker was not ready within {_READY_WITHIN_SECONDS:.0f} s")
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def watch_over(self) -> None:
        """Raises LaneError as soon as the worker ends; otherwise goes on until cancelled."""
        while not await asyncio.to_thread(self._process.ends_within, _LOOK_EVERY_SECONDS):
            pass
        raise self._failure("the worker ended")

    async def metrics(self) -> str:
        """What it says on /metrics; nothing when it does not answer."""
        try:
            return await asyncio.to_thread(scrape, f"{self.url}/metrics")
        except OSError:
            return ""

    async def stop(self) -> None:
        """At once: what was decided is committed, and a worker that is killed loses nothing."""
        await asyncio.to_thread(self._process.kill)

    def _failure(self, what: str) -> LaneError:
        tail = self._log_file.read_text(errors="replace").splitlines()[-_LAST_WORDS:] if self._log_file.exists() else []
        return LaneError(f"{what}. The end of its log:\n  " + "\n  ".join(tail or ["(nothing)"]))


def _is_ready(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (HTTPError, URLError, OSError):
        return False
