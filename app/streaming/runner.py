"""The life of one lane on this worker: open, run, and after any error close, wait and open again."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from aiokafka.errors import KafkaError
from msgspec import Struct

from app.errors import BrokerError, CreditstreamError
from app.streaming.config import StreamConfig
from app.streaming.driven import LaneFactory
from app.streaming.horizon import Ends
from app.streaming.inbox import Inbox
from app.streaming.log_ends import LogEnds
from app.streaming.logs import where
from app.streaming.metrics import Metrics
from app.streaming.opening import TopicFacts, open_lane
from app.streaming.positions import Batch, Positions
from app.streaming.session import LearningError, Session
from app.streaming.suspicion import Suspicion

log = logging.getLogger(__name__)

UNEXPLAINED_FAILURES = 5                       # so many in a row, and it is no accident
CANCELLATIONS = 6                              # aiokafka's start and stop can swallow one

Topics = Callable[[], Awaitable[Mapping[str, TopicFacts]]]


class LaneState(StrEnum):
    OPENING = "opening"
    OPEN = "open"
    SUSPENDED = "suspended"                    # between two assignments of a rebalance
    FAILED = "failed"                          # after an error, until it is opened again
    HALTED = "halted"                          # cannot go on without a person


class LaneTools(Struct, frozen=True, kw_only=True):
    """What all lanes of a worker share."""

    config: StreamConfig
    factory: LaneFactory
    topics: Topics                             # as the cluster has them now
    still_member: Callable[[], Awaitable[bool]]    # whether the group's present generation knows this worker
    positions: Positions
    log_ends: LogEnds
    metrics: Metrics
    turn: asyncio.Lock                         # who has it computes


class LaneRunner:
    """Everything that happens to one lane happens in its one task; the methods only tell it what to do."""

    def __init__(self, partition: int, tools: LaneTools) -> None:
        self.partition = partition
        self.state = LaneState.OPENING
        self.reason = ""                       # why the state is not OPEN
        self._tools = tools
        self._config = tools.config
        self._inbox = Inbox(
            partition,
            tools.positions,
            most_events=tools.config.queued_events,
            most_batches=tools.config.queued_batches,
        )
        self._session: Session | None = None
        self._suspicion = Suspicion()
        self._failures = 0
        self._unconfirmed = False
        self._closing = asyncio.Event()
        self._allowed = asyncio.Event()
        self._allowed.set()
        self._at_rest = asyncio.Event()
        tools.metrics.state(partition, self.state, LaneState)
        tools.log_ends.watch(partition, self._observe)
        self._task = asyncio.create_task(self._run(), name=f"lane-{partition}")

    # told from outside --------------------------------------------------------------------------------------------

    def put(self, batch: Batch) -> None:
        self._inbox.put(batch)

    def lose(self, error: KafkaError) -> None:
        """An input cannot be fetched (an offset out of range, a broken checksum): open again and see why."""
        self._inbox.fail(error)

    async def suspend(self) -> None:
        """No new transaction from now on; returns when the running one has ended, or after `close_timeout`."""
        self._allowed.clear()
        self._inbox.clear()
        self._inbox.stir()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), self._config.close_timeout)

    def resume(self) -> None:
        """The lane was assigned to this worker again: it goes on as soon as it is proved that nobody had it between."""
        self._unconfirmed = True
        self._allowed.set()

    async def close(self) -> None:
        """Ends the running transaction if that is quick, aborts it if not."""
        self._tools.log_ends.unwatch(self.partition)
        self._closing.set()
        self._allowed.set()
        self._inbox.clear()
        self._inbox.stir()
        await asyncio.wait([self._task], timeout=self._config.close_timeout)
        for _ in range(CANCELLATIONS):
            if self._task.done():
                return
            self._task.cancel()
            await asyncio.wait([self._task], timeout=0.5)
        log.error("lane %d does not end", self.partition)

    # the lane's own task ------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while not self._closing.is_set():
                await self._gate()
                if not self._closing.is_set():
                    await self._advance_or_fail()
        except Exception as error:             # in what was to mend another one: a bug, and not to be hidden
            log.error("lane %d failed: %s", self.partition, where(error))  # noqa: TRY400 (no text of events)
            await self._halt(f"lane {self.partition} could not be closed: {type(error).__name__}")
        finally:
            await self._drop()

    async def _gate(self) -> None:
        if not self._allowed.is_set():
            if self.state is not LaneState.HALTED:
                self._set(LaneState.SUSPENDED, "a rebalance is under way")
            self._at_rest.set()
            await self._allowed.wait()
            self._at_rest.clear()

    async def _advance_or_fail(self) -> None:
        try:
            await self._advance()
        except LearningError as error:
            await self._learning_failed(error)
        except (KafkaError, TimeoutError, OSError, BrokerError) as error:
            await self._failed(type(error).__name__, f"{type(error).__name__}: {error}")
        except CreditstreamError as stop:
            await self._halt(str(stop))
        except Exception as error:
            kind = type(error).__name__
            log.error("lane %d failed: %s, %s", self.partition, kind, where(error))  # noqa: TRY400 (no text of events)
            self._failures += 1
            if self._failures >= UNEXPLAINED_FAILURES:
                await self._halt(f"lane {self.partition} failed {self._failures} times in a row with {kind}")
            else:
                await self._failed(kind, kind)

    async def _advance(self) -> None:
        if self._session is None:
            self._session = await self._open()
            self._session.begin()
        elif self._unconfirmed:
            await self._session.confirm()
            self._session.begin()
        self._unconfirmed = False
        self._set(LaneState.OPEN)
        if await self._session.step(self._suspicion):
            self._failures = 0

    async def _open(self) -> Session:
        self._set(LaneState.OPENING, self.reason or "restoring")
        lane = self._tools.factory(self.partition)
        opened = await open_lane(self._config, lane, await self._tools.topics())
        self._tools.metrics.recovered(self.partition, opened.records, opened.seconds, lane.open_cases)
        log.info(
            "lane %d open after %.2f s: %d changelog records, %d open cases, next offsets %s",
            self.partition,
            opened.seconds,
            opened.records,
            lane.open_cases,
            ", ".join(f"{topic} {offset}" for topic, offset in opened.offsets.items()),
        )
        return Session(self._config, opened, self._inbox, self._tools.metrics, self._tools.turn)

    def _observe(self, ends: Ends) -> None:
        if self._session is not None and self.state is LaneState.OPEN:
            try:
                self._session.observe(ends)
            except Exception as error:         # the lane's, not the observer's
                self._inbox.fail(error)

    # when it fails ------------------------------------------------------------------------------------------------

    async def _learning_failed(self, error: LearningError) -> None:
        """The lane is still ours: no waiting, only the state must come from the log again."""
        self._tools.metrics.failed(error.kind)
        log.warning("lane %d failed on its input: %s; %s", self.partition, error, where(error.__cause__))
        if self._suspicion.failed(error.kind, error.taken, error.at):
            await self._halt(
                f"lane {self.partition} cannot process {error}. Nothing from there on is committed. Run a version that "
                "can, or set the group's offset past it if it is accounted for."
            )
            return
        self._set(LaneState.FAILED, str(error))
        await self._drop()

    async def _failed(self, kind: str, reason: str) -> None:
        """Whether the last transaction was committed is unknown, and the lane may have another owner by now."""
        self._tools.metrics.failed(kind)
        log.warning("lane %d is closed and will be opened again: %s", self.partition, reason)
        self._set(LaneState.FAILED, reason)
        await self._drop()
        await self._unless_closing(self._ours_again())

    async def _ours_again(self) -> None:
        """Until the broker answers and the group confirms that this worker still has what it was assigned: a zombie
        that opened the lane now would fence its new owner. A rebalance settles the matter too."""
        await asyncio.sleep(self._config.reopen_after)
        await self._tools.log_ends.next_answer()
        while self._allowed.is_set():
            if await self._tools.still_member():
                return
            await asyncio.sleep(self._config.heartbeat_interval / 2)

    async def _halt(self, reason: str) -> None:
        log.error("lane halted: %s", reason)
        self._set(LaneState.HALTED, reason)
        await self._drop()
        self._at_rest.set()
        await self._closing.wait()

    async def _drop(self) -> None:
        self._inbox.clear()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _unless_closing(self, wait: Awaitable[None]) -> None:
        waiting, closing = asyncio.ensure_future(wait), asyncio.ensure_future(self._closing.wait())
        await asyncio.wait({waiting, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if waiting.done():
            waiting.result()
        else:
            waiting.cancel()

    def _set(self, state: LaneState, reason: str = "") -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self._tools.metrics.state(self.partition, state, LaneState)
