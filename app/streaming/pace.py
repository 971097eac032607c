"""How soon a lane's next transaction may begin.

A transaction costs the broker and the worker as much for one event as for a hundred. So a trickle is gathered for a
moment; the first event after a pause waits for nothing, and neither does a lane that has enough to do.
"""

import time
from collections.abc import Callable


class Pace:
    """At most one transaction an interval, unless so many events wait."""

    def __init__(self, interval: float, enough: int, clock: Callable[[], float] = time.perf_counter) -> None:
        """`interval` in seconds between the beginnings of two."""
        self._interval = interval
        self._enough = enough
        self._clock = clock
        self._began = float("-inf")

    def wait(self, waiting: int) -> float:
        """Seconds until the next one should begin, when so many events wait."""
        return 0.0 if waiting >= self._enough else max(self._began + self._interval - self._clock(), 0.0)

    def begin(self) -> None:
        """One begins now."""
        self._began = self._clock()
