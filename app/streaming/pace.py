"""How soon a lane's next transaction may begin.

A transaction costs the broker and the worker as much for one event as for a hundred. So a trickle is gathered for a
moment, and for longer where commits take long: many lanes on one worker would otherwise keep the broker busy with
nearly empty transactions. A single slow commit says nothing about that, and the events that it held up shall not wait
once more because of it. The first event after a pause waits for nothing, and neither does a lane that has enough to do.
"""

import time
from collections import deque
from collections.abc import Callable

COMMITS = 2.0                                  # commits' durations from one beginning to the next, at least
LATEST = 4                                     # of so many commits the quickest tells how long they take
LONGEST = 0.25                                 # seconds, of an interval


class Pace:
    """At most one transaction an interval, unless so many events wait."""

    def __init__(self, interval: float, enough: int, clock: Callable[[], float] = time.perf_counter) -> None:
        """`interval` in seconds between the beginnings of two, at least."""
        self._shortest = self._interval = interval
        self._enough = enough
        self._clock = clock
        self._began = float("-inf")
        self._commits: deque[float] = deque(maxlen=LATEST)

    def wait(self, waiting: int) -> float:
        """Seconds until the next one should begin, when so many events wait."""
        return 0.0 if waiting >= self._enough else max(self._began + self._interval - self._clock(), 0.0)

    def committed(self, seconds: float) -> None:
        """The last commit took so long."""
        self._commits.append(seconds)
        if len(self._commits) == LATEST:
            self._interval = max(self._shortest, min(min(self._commits) * COMMITS, LONGEST))

    def begin(self) -> None:
        """One begins now."""
        self._began = self._clock()
