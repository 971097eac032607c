"""A lane while it is open: takes what waits, learns it, commits it, one transaction after another.

A worker's lanes compute in turn, and wait for the broker together. If they computed together each would get a part of
the time in which a transaction has to be filled, and a backlog on many lanes would leave in many small transactions.
"""

import asyncio
import time
from collections.abc import Sequence

from app.domain.quantities import Millis
from app.errors import CreditstreamError, LaneError
from app.lane.records import Tally
from app.streaming.config import StreamConfig
from app.streaming.dead_letter_limit import DeadLetterGauge
from app.streaming.horizon import Ends, Horizon
from app.streaming.inbox import Inbox
from app.streaming.metrics import Metrics
from app.streaming.opening import Opened
from app.streaming.pace import Pace
from app.streaming.positions import Batch
from app.streaming.suspicion import Suspicion
from app.streaming.transaction import Packed, Packing

IDLE_WAIT = 1.0                                # seconds after which an idle lane looks around
BREATH = 0.01                                  # seconds of building before anything else gets a turn
EXTRA = 4                                      # a full transaction may take a fourth more
SLICE = 500                                    # events learnt before anything else gets a turn


class LearningError(Exception):
    """The lane itself failed, not the broker: on the event at index `at` of `taken`, or (None) on no single one."""

    def __init__(self, cause: Exception, taken: int, at: int | None, place: str) -> None:
        """`place` says where in the inputs; of a foreign error only the type is told: its text may quote an event."""
        what = str(cause) if isinstance(cause, CreditstreamError) else type(cause).__name__
        super().__init__(f"{place}: {what}")
        self.kind = type(cause).__name__
        self.taken = taken
        self.at = at


class Session:
    """Good for as long as nothing fails; then the lane is opened anew, as another session."""

    def __init__(
        self, config: StreamConfig, opened: Opened, inbox: Inbox, metrics: Metrics, turn: asyncio.Lock
    ) -> None:
        self._partition = opened.lane.partition
        self._config = config
        self._lane = opened.lane
        self._producer = opened.producer
        self._topic_ids = opened.topic_ids
        self._next = dict(opened.offsets)      # as far as the lane has learnt
        self._inbox = inbox
        self._metrics = metrics
        self._turn = turn
        self._horizon = Horizon(int(config.deadline_grace * 1000))
        self._refused = DeadLetterGauge(self._partition, config.dead_letter_limit)
        self._pace = Pace(config.transaction_interval, config.max_events // 8)
        self._reached: Millis = 0

    def begin(self) -> None:
        """Asks for the inputs from where the lane goes on."""
        self._inbox.read_from(self._next)

    def observe(self, ends: Ends) -> None:
        """The inputs ended here at that time. Stirs the lane when something may be due."""
        self._horizon.observe(ends)
        self._inbox.observe(ends.offsets)
        for topic, end in ends.offsets.items():
            self._metrics.lag(self._partition, topic, max(end - self._next[topic], 0))
        wake = self._lane.next_wake()
        if wake is not None and wake <= ends.at:
            self._inbox.stir()

    async def confirm(self) -> None:
        """A transaction of offsets alone: if it commits, nobody has opened this lane since, and its state holds."""
        packed, _ = await self._build(self._producer.packing())
        await self._producer.commit(packed, self._next)

    async def step(self, suspicion: Suspicion) -> bool:
        """One transaction, if there is something to do; otherwise a short wait for it, and False. What comes while the
        lane waits for its turn is in it."""
        began = time.perf_counter()
        await self._inbox.wait(0.0 if self._due() else IDLE_WAIT)
        if self._inbox.events:
            await asyncio.sleep(self._pace.wait(self._inbox.events))
            self._pace.begin()
        async with self._turn:
            waited = time.perf_counter()
            packing = self._producer.packing()
            taken, events = await self._learn(suspicion, packing)
            if not self._wake() and not events:
                return False
            learnt = time.perf_counter()
            try:
                packed, tally = await self._build(packing)
            except Exception as error:
                raise LearningError(error, events, None, _spans(taken)) from error
            self._refused.check(tally)
            built = time.perf_counter()
        try:
            await self._producer.commit(packed, self._next)
        except LaneError as error:
            raise LearningError(error, events, None, _spans(taken)) from error
        committed = time.perf_counter()
        self._pace.committed(committed - built)
        suspicion.passed(events)
        self._metrics.committed(
            self._partition,
            tally,
            {"wait": waited - began, "learn": learnt - waited, "build": built - learnt, "commit": committed - built},
            self._lane.open_cases,
        )
        return True

    async def _build(self, packing: Packing) -> tuple[Packed, Tally]:
        """Packs what else the lane has to say, portion by portion; others get a turn now and then."""
        harvest = self._lane.harvest(self._next, self._topic_ids)
        breathe = time.perf_counter() + BREATH
        for topic, records in harvest.portions:
            packing.add(topic, records)
            if time.perf_counter() > breathe:
                await asyncio.sleep(0)
                breathe = time.perf_counter() + BREATH
        return packing.packed(), harvest.tally

    async def _learn(self, suspicion: Suspicion, packing: Packing) -> tuple[list[str], int]:
        """Takes and learns until the transaction is full, or old enough, or nothing waits; says what that was, and how
        many events. Control records alone move the offsets on, no more.

        A full one goes on for a while to where it would leave fewer cases half learnt: those are asked for, kept, and
        read again, though their answers wait already."""
        room, until = suspicion.limit or self._config.max_events, time.perf_counter() + self._config.max_seconds
        most = room if suspicion.limit else room + room // EXTRA
        taken: list[str] = []                  # the records themselves are let go: the next ones get their memory
        events = 0
        while events < most and time.perf_counter() < until:
            full = events >= room
            if full and not self._lane.half_learnt:
                break
            some = self._inbox.take(min((most if full else room) - events, SLICE), closely=full)
            if not some:
                break
            for batch in some:
                taken.append(_span(batch))
                self._learn_batch(batch, taken, events, one_by_one=suspicion.one_by_one)
                events += len(batch.records)
            self._tell_what_is_complete(packing, events, taken)
            await asyncio.sleep(0)             # other lanes, probes
        return taken, events

    def _tell_what_is_complete(self, packing: Packing, events: int, taken: Sequence[str]) -> None:
        try:
            for topic, records in self._lane.settle_answered():
                packing.add(topic, records)
        except Exception as error:
            raise LearningError(error, events, None, _spans(taken)) from error

    def _learn_batch(self, batch: Batch, taken: Sequence[str], before: int, *, one_by_one: bool) -> None:
        size = 1 if one_by_one else max(len(batch.records), 1)
        for first in range(0, len(batch.records), size):
            try:
                self._lane.learn(batch.topic, batch.records[first : first + size])
            except Exception as error:
                events = before + len(batch.records)
                if one_by_one:
                    raise LearningError(error, events, before + first, _place(batch, first)) from error
                raise LearningError(error, events, None, _spans(taken)) from error
        self._next[batch.topic] = batch.next

    def _due(self) -> bool:
        """Whether something is due at an instant up to which everything has been read."""
        self._reached = self._horizon.reached(self._next) or self._reached
        wake = self._lane.next_wake()
        return wake is not None and wake <= self._reached

    def _wake(self) -> int:
        """Fires what is due, instant by instant, as much as fits into a transaction; returns how much that was."""
        woken = 0
        while self._due() and woken < self._config.max_events:
            try:
                woken += self._lane.wake(self._lane.next_wake() or 0)
            except Exception as error:
                raise LearningError(error, 0, None, f"a deadline of lane {self._partition}") from error
        return woken

    async def close(self) -> None:
        await self._producer.close()


def _place(batch: Batch, index: int) -> str:
    return f"{batch.topic}-{batch.partition} offset {batch.records[index].offset}"


def _span(batch: Batch) -> str:
    return f"{batch.topic}-{batch.partition} offsets {batch.start} to {batch.next - 1}"


def _spans(taken: Sequence[str]) -> str:
    return ", ".join(taken) or "no event"
