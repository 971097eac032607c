"""A worker opened on a log, watched from its first lane to its first decision."""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from app.broker.embedded import EmbeddedKafka
from app.contracts.names import CREDIT_OFFERS
from benchmarks.log import Ends, Log
from benchmarks.meter import MeteredProcess, PeerFailedError, Reading
from benchmarks.peers.peer import CREDITSTREAM, Place

_ASSIGNED = r"lanes of this worker"
_OPEN = re.compile(r"lane (\d+) open after ([\d.]+) s: (\d+) changelog records, (\d+) open cases")
_LOOK_EVERY = 0.02
_PATIENCE = 600.0


class Opening(Struct, frozen=True, kw_only=True):
    """From the assignment of the lanes until the last of them is open."""

    records: int                               # read from the changelogs, all lanes
    open_cases: int
    seconds: float
    cpu_seconds: float                         # of the worker
    rss: int                                   # bytes, when all lanes are open


class Worker:
    """The service in a process of its own, on the topics of `log`."""

    def __init__(self, process: MeteredProcess, log: Log, log_file: Path, started: float) -> None:
        self.process = process
        self.started = started                 # monotonic
        self._log = log
        self._log_file = log_file

    def said(self, pattern: re.Pattern[str]) -> list[str]:
        """What the pattern finds in its output, so far."""
        return pattern.findall(self._log_file.read_text(errors="replace"))

    async def opened(self) -> Opening:
        """PeerFailedError when it ends before all lanes are open, or they are not within ten minutes."""
        until = time.monotonic() + _PATIENCE
        began: Reading | None = None
        while time.monotonic() < until:
            began = self.process.look()
            lanes = {found[0]: found for found in _OPEN.findall(self._log_file.read_text(errors="replace"))}
            if began is not None and len(lanes) == self._log.partitions:
                now = self.process.read()
                return Opening(
                    records=sum(int(records) for _, _, records, _ in lanes.values()),
                    open_cases=sum(int(cases) for *_, cases in lanes.values()),
                    seconds=now.at - began.at,
                    cpu_seconds=now.cpu - began.cpu,
                    rss=self.process.rss,
                )
            await asyncio.sleep(_LOOK_EVERY)
        raise PeerFailedError(f"the lanes do not open:\n{self.process.tail()}")

    async def decided(self, since: Ends, count: int) -> float:
        """Until so many offers can be read since there; the instant (monotonic) of the first."""
        seen, first = 0, 0.0
        last = time.monotonic()
        async for records in self._log.read(since):
            self.process.look()
            if records:
                last = time.monotonic()
                first = first or last
                seen += len(records)
            if seen >= count:
                return first
            if time.monotonic() - last > _PATIENCE:
                break
        raise PeerFailedError(f"only {seen} of {count} cases were decided:\n{self.process.tail()}")


@asynccontextmanager
async def worker(kafka: EmbeddedKafka, log: Log) -> AsyncIterator[Worker]:
    with tempfile.TemporaryDirectory(prefix="creditstream-benchmark-") as folder:
        place = Place(kafka.bootstrap_servers, log.names, log.partitions, Path(folder))
        log_file = place.folder / "worker.log"
        started = time.monotonic()
        with MeteredProcess(
            ["-m", CREDITSTREAM.module, *CREDITSTREAM.arguments(place)],
            {**CREDITSTREAM.environment(place), "CREDITSTREAM_SESSION_TIMEOUT": "60"},     # it may be paused meanwhile
            begins=_ASSIGNED,
            log_file=log_file,
            kafka=kafka,
        ) as process:
            yield Worker(process, log, log_file, started)


async def offers_end(log: Log) -> Ends:
    return await log.ends([CREDIT_OFFERS])
