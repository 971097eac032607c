"""What waits for a lane: batches of its inputs, each input without a gap, and the oldest taken first.

Inputs have no mutual order that may matter. But a case whose facts are taken together is decided at once, and leaves
one changelog record instead of two; and that is likeliest when the inputs move on at one pace.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping

from faust.types import TP

from app.streaming.positions import Batch, Positions


class Inbox:
    """Takes a batch only if it begins where the last one of its topic ended; holds inputs back while enough waits."""

    def __init__(self, partition: int, positions: Positions, *, most_events: int, most_batches: int) -> None:
        self._partition = partition
        self._positions = positions
        self._most_events = most_events
        self._most_batches = most_batches
        self._waiting: dict[str, deque[Batch]] = {}
        self._batches = 0
        self._events = 0
        self._next: dict[str, int] = {}
        self._epochs: dict[str, int] = {}
        self._stirred = asyncio.Event()
        self._error: Exception | None = None

    def read_from(self, offsets: Mapping[str, int]) -> None:
        """Drops what waits and asks for each topic from its offset."""
        self.clear()
        for topic, offset in offsets.items():
            self._ask(topic, offset)

    def clear(self) -> None:
        """Drops what waits and reads no more."""
        self._positions.forget(TP(topic, self._partition) for topic in self._next)
        self._waiting.clear()
        self._batches = self._events = 0
        self._next.clear()
        self._epochs.clear()
        self._error = None

    def _ask(self, topic: str, offset: int) -> None:
        self._next[topic] = offset
        self._epochs[topic] = self._positions.ask(TP(topic, self._partition), offset)

    def put(self, batch: Batch) -> None:
        expected = self._next.get(batch.topic)
        if expected is None or batch.epoch != self._epochs[batch.topic]:
            return                             # asked for by a former opening of the lane
        if batch.start != expected:
            self._ask(batch.topic, expected)   # one before it was dropped on its way: read again from there
            return
        self._next[batch.topic] = batch.next
        self._waiting.setdefault(batch.topic, deque()).append(batch)
        self._batches += 1
        self._events += len(batch.records)
        if self._events >= self._most_events or self._batches >= self._most_batches:
            for topic in self._next:
                self._positions.hold(TP(topic, self._partition))
        self._stirred.set()

    def stir(self) -> None:
        """Wakes whoever waits, though nothing came."""
        self._stirred.set()

    def fail(self, error: Exception) -> None:
        """An input cannot be read on: the next `wait` raises this."""
        self._error = error
        self._stirred.set()

    async def wait(self, within: float) -> None:
        """Until something waits or `stir` is called; at most `within` seconds."""
        if self._error is not None:
            raise self._error
        if self._batches:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stirred.wait(), within)
        self._stirred.clear()
        if self._error is not None:
            raise self._error

    def take(self, most_events: int) -> list[Batch]:
        """The oldest batches, of at most so many events together (the last one is split to fit)."""
        taken: list[Batch] = []
        room = most_events
        while self._batches and room > 0:
            oldest = min((queue for queue in self._waiting.values() if queue), key=_stamp)
            batch = oldest.popleft()
            if len(batch.records) > room:
                batch, rest = batch.split(room)
                oldest.appendleft(rest)
            else:
                self._batches -= 1
            taken.append(batch)
            room -= len(batch.records)
            self._events -= len(batch.records)
        if self._events < self._most_events // 2 and self._batches < self._most_batches // 2:
            for topic in self._next:
                self._positions.release(TP(topic, self._partition))
        return taken


def _stamp(queue: deque[Batch]) -> int:
    """When the next event of an input was appended; control records alone hold nobody up."""
    records = queue[0].records
    return records[0].timestamp if records else 0
