"""What stands around the lanes of a worker: the check at the start, the probes, the observer of the logs' ends."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import Awaitable, Callable

from app.streaming.health import HealthServer, Readiness, readiness
from app.streaming.lanes import Lanes
from app.streaming.log_ends import LogEnds
from app.streaming.metrics import Metrics

COLLECT_EVERY = 20.0                           # seconds

# seconds: a thread that computes keeps the interpreter for so long from one that waits for it. The thread that fetches
# needs it for a moment after each read from its socket; at Python's 5 ms it would read slower than the lanes compute.
SWITCH_EVERY = 0.0002

Verify = Callable[[], Awaitable[None]]


class Station:
    """Starts before the consumer joins the group, ends after the lanes are closed."""

    def __init__(
        self, *, lanes: Lanes, log_ends: LogEnds, metrics: Metrics, verify: Verify, metrics_host: str, metrics_port: int
    ) -> None:
        """`verify` raises when the cluster is not as this version needs it."""
        self._lanes = lanes
        self._log_ends = log_ends
        self._verify = verify
        self._background: list[asyncio.Task[None]] = []
        self._probes = HealthServer(metrics_host, metrics_port, self.readiness, metrics.exposition)

    def readiness(self) -> Readiness:
        return readiness(
            assigned=self._lanes.assigned,
            lanes=self._lanes.snapshot(),
            reachable=self._log_ends.reachable,
            silence=self._log_ends.silence,
        )

    async def start(self) -> None:
        """Raises what `verify` raises; UsageError when the port is taken."""
        await self._probes.start()
        await self._verify()
        _spare_the_collector()
        sys.setswitchinterval(SWITCH_EVERY)
        self._background = [
            asyncio.create_task(self._log_ends.run(), name="log-ends"),
            asyncio.create_task(_collect(), name="collector"),
        ]

    async def stop(self) -> None:
        await self._lanes.close()
        for task in self._background:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._log_ends.close()
        await self._probes.close()


def _spare_the_collector() -> None:
    """State and events hold no cycles and are not tracked; what the start has made stays. The collector need not look
    time and again at what a transaction has in hand: with its defaults it takes a tenth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.disable()


async def _collect() -> None:
    """The few cycles that there are, left by clients and closed lanes; for ever."""
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        gc.collect()
