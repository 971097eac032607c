"""What waits for a lane: batches of its inputs, each input without a gap, and the oldest records taken first.

Inputs have no mutual order that may matter. But a case whose facts are taken together is looked at once, asks nobody
for an answer that is there, and leaves one changelog record instead of two; and facts come together when the inputs
move on at one pace.
"""

import asyncio
import contextlib
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from operator import attrgetter

from faust.types import TP

from app.domain.quantities import Millis
from app.lane.records import Record
from app.streaming.positions import Batch, Positions

PACE: Millis = 100                             # how far inputs may run ahead of one that is being fetched

TURN = 64                                      # records of an input that are taken at once, at least: those of a case
                                               # are learnt soon after each other, while they are in the cache
CLOSELY = 64                                   # records that are taken at once, at least, when inputs move on closely

PATIENCE = 0.1                                 # seconds for which an input that is behind is waited for

_stamped = attrgetter("timestamp")


class _Queue:
    """The batches of one input, and how much of the first one is taken already."""

    def __init__(self) -> None:
        self.events = 0                        # that wait
        self._batches: deque[Batch] = deque()
        self._done = 0

    def __len__(self) -> int:
        return len(self._batches)

    def put(self, batch: Batch) -> None:
        self._batches.append(batch)
        self.events += len(batch.records)

    @property
    def oldest(self) -> Millis:
        """When its next record was appended; control records alone hold nobody up."""
        records = self._batches[0].records
        return records[self._done].timestamp if self._done < len(records) else 0

    def take(self, most: int, until: Millis | None, least: int) -> Batch:
        """The next records of the first batch, at most so many, and those after the `least` first not stamped later."""
        batch, start = self._batches[0], self._done
        records = batch.records
        stop = min(len(records), start + most)
        if until is not None and stop > start + least:
            stop = bisect_right(records, until, start + least, stop, key=_stamped)
        self.events -= stop - start
        begins = batch.start if start == 0 else records[start - 1].offset + 1
        if stop == len(records):
            self._batches.popleft()
            self._done = 0
            ends = batch.next
        else:
            self._done = stop
            ends = records[stop - 1].offset + 1
        return Batch(batch.topic, batch.partition, batch.epoch, begins, ends, records[start:stop])


class Inbox:
    """Takes a batch only if it begins where the last one of its topic ended; holds an input back while enough of it
    waits. Each input has its share of the room: one whose events are small, so that a fetch brings more of them, would
    fill all of it, and the others' facts would come when theirs are long taken."""

    def __init__(
        self,
        partition: int,
        positions: Positions,
        *,
        most_events: int,
        most_batches: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._partition = partition
        self._positions = positions
        self._most_events = most_events
        self._most_batches = most_batches
        self._waiting: dict[str, _Queue] = {}
        self._batches = 0
        self._next: dict[str, int] = {}
        self._epochs: dict[str, int] = {}
        self._ends: Mapping[str, int] = {}     # of the logs, when they were last observed
        self._reached: dict[str, Millis] = {}  # when the last record taken of an input was appended
        self._dry: dict[str, float] = {}       # inputs of which none waits though their logs hold more, and since when
        self._clock = clock
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
        self._batches = 0
        self._next.clear()
        self._epochs.clear()
        self._reached.clear()
        self._dry.clear()
        self._error = None

    def observe(self, ends: Mapping[str, int]) -> None:
        """The inputs' logs reach as far as this, or farther."""
        self._ends = ends

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
        queue = self._waiting.setdefault(batch.topic, _Queue())
        queue.put(batch)
        self._batches += 1
        self._dry.pop(batch.topic, None)
        if self._is_full(queue, 1.0):
            self._positions.hold(TP(batch.topic, self._partition))
        self._stirred.set()

    def _is_full(self, queue: _Queue, part: float) -> bool:
        """Whether an input fills this part of its share."""
        share = part / len(self._next)
        return queue.events >= self._most_events * share or len(queue) >= self._most_batches * share

    @property
    def events(self) -> int:
        """How many wait."""
        return sum(queue.events for queue in self._waiting.values())

    def stir(self) -> None:
        """Wakes whoever waits, though nothing came."""
        self._stirred.set()

    def fail(self, error: Exception) -> None:
        """An input cannot be read on: the next `wait` raises this."""
        self._error = error
        self._stirred.set()

    async def wait(self, within: float) -> None:
        """Until something may be taken or `stir` is called; at most `within` seconds."""
        if self._error is not None:
            raise self._error
        if self._batches:
            held_up = self._held_up()
            if not held_up:
                return
            within = min(within, held_up)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stirred.wait(), within)
        self._stirred.clear()
        if self._error is not None:
            raise self._error

    def _held_up(self) -> float:
        """For how many seconds nothing may be taken, because an input that is behind is being fetched."""
        bound = self._bound()
        if bound is None or any(queue.oldest <= bound for queue in self._waiting.values() if queue):
            return 0.0
        return max(max(self._dry.values()) + PATIENCE - self._clock(), 0.0)

    def _bound(self) -> Millis | None:
        """How far the inputs may be taken; None: to their ends."""
        now = self._clock()
        reached = [self._reached.get(topic, 0) for topic, since in self._dry.items() if now - since < PATIENCE]
        return min(reached) + PACE if reached else None

    def _look_who_is_dry(self) -> None:
        now = self._clock()
        for topic, next_offset in self._next.items():
            if not self._waiting.get(topic) and next_offset < self._ends.get(topic, 0):
                self._dry.setdefault(topic, now)

    def take(self, most_events: int, *, closely: bool = False) -> list[Batch]:
        """The oldest records, at most so many: of each input what comes next, in one piece. Inputs take turns of `TURN`
        records, or more while theirs are the oldest. `closely`: no input runs ahead of the others, and it ends early,
        where the turn would pass from one input to another."""
        pieces: dict[str, list[Batch]] = {}
        room, enough = most_events, max(most_events - CLOSELY, 0) if closely else 0
        while self._batches and room > enough:
            self._look_who_is_dry()
            bound = self._bound()
            queues = sorted((queue.oldest, topic) for topic, queue in self._waiting.items() if queue)
            (oldest, topic), others = queues[0], queues[1:]
            until, least = others[0][0] if others else None, 1 if closely else TURN
            if bound is not None:
                if oldest > bound:
                    break
                until, least = bound if until is None else min(until, bound), 1
            queue = self._waiting[topic]
            before = len(queue)
            piece = queue.take(room, until, least)
            self._batches -= before - len(queue)
            room -= len(piece.records)
            if piece.records:
                self._reached[topic] = piece.records[-1].timestamp
            pieces.setdefault(topic, []).append(piece)
        for topic in pieces:
            if not self._is_full(self._waiting[topic], 0.5):
                self._positions.release(TP(topic, self._partition))
        return [_joined(several) for several in pieces.values()]


def _joined(pieces: list[Batch]) -> Batch:
    """Pieces of one input that follow on from each other."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    records: list[Record] = [record for piece in pieces for record in piece.records]
    return Batch(first.topic, first.partition, first.epoch, first.start, pieces[-1].next, records)
