"""Stops a lane whose input has gone bad as a whole, before it fills the dead letters with what somebody must replay."""

from collections import deque

from app.errors import LaneError
from app.lane.records import Tally
from app.streaming.config import DeadLetterLimit


class DeadLetterGauge:
    """Counts the dead letters among a lane's last events."""

    def __init__(self, partition: int, limit: DeadLetterLimit | None) -> None:
        self._partition = partition
        self._limit = limit
        self._transactions: deque[tuple[int, int]] = deque()   # (events, dead letters)
        self._events = 0
        self._dead = 0

    def check(self, tally: Tally) -> None:
        """Before a transaction is committed. LaneError when it would reach the limit."""
        if self._limit is None:
            return
        events, dead = sum(tally.events.values()), sum(tally.dead_letters.values())
        self._transactions.append((events, dead))
        self._events += events
        self._dead += dead
        while self._events - self._transactions[0][0] >= self._limit.window:
            old_events, old_dead = self._transactions.popleft()
            self._events -= old_events
            self._dead -= old_dead
        if self._dead >= self._limit.ratio * self._limit.window:
            reasons = ", ".join(sorted({reason for _, reason in tally.dead_letters}))
            raise LaneError(
                f"lane {self._partition} is paused: {self._dead} of its last {max(self._events, self._dead)} events "
                f"are dead letters (limit {self._limit.ratio:.0%} of {self._limit.window}), lastly {reasons}. The last "
                "transaction is not committed. Put the producer right and restart the worker, or raise the limit."
            )
