"""A Faust transport whose unit is the record batch: agents receive what one fetch brought for one partition.

Faust handles every record by itself (four tasks, a lock, a queue), acknowledges and commits on its own, and seeks where
it believes it should. Here the batch travels, nothing is acknowledged, offsets travel in the lanes' transactions, and
only the drain loop seeks, between two fetches, to where a lane asked to read.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faust.events import Event
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from app.errors import CreditstreamError
from app.streaming.checksums import check_as_batches_are_taken
from app.streaming.config import StreamConfig
from app.streaming.fetched import Fetched
from app.streaming.frames import carry_large_frames
from app.streaming.gathering import IDLE_WAIT, gathered
from app.streaming.positions import Batch, Positions

log = logging.getLogger(__name__)


class BatchThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]   # Faust is untyped here
    """The consumer's own thread, with its own event loop: heartbeats go on while the lanes compute."""

    logger = logging.getLogger("faust.transport")
    mundane_level = "debug"

    def _create_worker_consumer(self, transport: Any) -> Any:
        config: StreamConfig = transport.config
        self._assignor = self.app.assignor         # keeps one partition number of all inputs on one worker
        check_as_batches_are_taken()
        carry_large_frames()
        return AIOKafkaConsumer(
            **config.client,
            client_id=config.app_id,
            group_id=config.app_id,
            group_instance_id=config.instance,
            partition_assignment_strategy=[self._assignor],
            enable_auto_commit=False,
            auto_offset_reset="none",              # an offset out of range stops the lane, it never resets by itself
            isolation_level="read_committed",
            check_crcs=False,                      # done as they are taken: see checksums
            fetch_max_wait_ms=int(IDLE_WAIT * 1000),
            max_partition_fetch_bytes=config.fetch_bytes,
            request_timeout_ms=int(config.request_timeout * 1000),
            session_timeout_ms=int(config.session_timeout * 1000),
            rebalance_timeout_ms=int(config.session_timeout * 1000),
            heartbeat_interval_ms=int(config.heartbeat_interval * 1000),
            max_poll_interval_ms=2**31 - 1,        # a lane that stands still keeps its place; readiness tells of it
        )

    async def take(self, wanted: frozenset[TP]) -> list[Fetched]:
        """What the fetcher has for these partitions."""
        found: list[Fetched] = await self.call_thread(self._take, wanted)
        return found

    async def _take(self, wanted: frozenset[TP]) -> list[Fetched]:
        if not self.consumer.flow_active:          # a fetch that starts during a rebalance would deadlock with it
            return []
        consumer = self._ensure_consumer()
        if consumer._closed:
            raise ConsumerStoppedError()
        with consumer._fetcher._subscriptions.fetch_context():
            return await gathered(consumer._fetcher, wanted)

    async def stand_at(self, offsets: Mapping[TP, int]) -> dict[TP, int]:
        """Seeks; gives back those that belong to this worker."""
        sought: dict[TP, int] = await self.call_thread(self._stand_at, offsets)
        return sought

    async def _stand_at(self, offsets: Mapping[TP, int]) -> dict[TP, int]:
        consumer = self._ensure_consumer()
        own = consumer.assignment()
        mine = {tp: offset for tp, offset in offsets.items() if tp in own}
        for tp, offset in mine.items():
            consumer.seek(tp, offset)
        return mine

    async def still_member(self) -> bool:
        """Asks the group's coordinator, with the generation in which the lanes were assigned."""
        known: bool = await self.call_thread(self._still_member)
        return known

    async def _still_member(self) -> bool:
        try:
            return bool(await self._ensure_consumer()._coordinator._do_heartbeat())
        except KafkaError:
            return False

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        raise CreditstreamError(f"Faust tried to commit {len(offsets)} offsets: only a lane's transaction may")


class BatchConsumer(driver.Consumer):  # type: ignore[misc]   # Faust is untyped here
    """Delivers whole fetches; `positions` says from where, and what may not get lost."""

    logger = logging.getLogger("faust.transport")
    mundane_level = "debug"
    _thread: BatchThread

    def _new_consumer_thread(self) -> BatchThread:
        return BatchThread(self, loop=self.loop, beacon=self.beacon)

    async def still_member(self) -> bool:
        """Whether the group's present generation counts this worker in, asked now."""
        return await self._thread.still_member()

    async def perform_seek(self) -> None:
        """Faust's seek to the committed offsets, which it read before any lane was fenced: not wanted."""

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):
                await self._drain_once()
        except (*self.consumer_stopped_errors, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _drain_once(self) -> None:
        positions: Positions = self.transport.positions
        if not self.flow_active:
            await self.wait_first(self.can_resume_flow, timeout=IDLE_WAIT)
            return
        if asked := positions.asked():
            positions.sought(await self._thread.stand_at(asked))
        wanted = positions.fetchable()
        if not wanted:
            await positions.change(IDLE_WAIT)
            return
        try:
            parts = await self._thread.take(wanted)
        except ConsumerStoppedError:
            raise
        except KafkaError as error:
            log.warning("fetching failed: %s", error)
            await self.sleep(1.0)
            return
        for part in parts:
            await self._hand_over(part)

    async def _hand_over(self, part: Fetched) -> None:
        positions: Positions = self.transport.positions
        if part.after > part.start:
            batch = positions.advance(part.tp, part.start, part.after, part.records)
            if batch is not None:
                await self._deliver(batch, part.tp)
        if part.error is not None:
            self.transport.on_fetch_error(part.tp, part.error)

    async def _deliver(self, batch: Batch, tp: TP) -> None:
        message = ConsumerMessage(
            tp.topic,
            tp.partition,
            batch.next - 1,
            timestamp=0.0,
            timestamp_type=0,
            headers=(),
            key=None,
            value=[batch],                         # to be emptied: see faust_app._carry
            checksum=None,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )
        try:
            await self.callback(message)
        except KeyError:                           # the conductor no longer knows the partition: it is being revoked
            self.transport.positions.ask(tp, batch.start)


class BatchTransport(driver.Transport):  # type: ignore[misc]   # Faust is untyped here
    """Faust's aiokafka transport with the consumer above."""

    Consumer = BatchConsumer

    def __init__(
        self,
        app: faust.App,
        config: StreamConfig,
        positions: Positions,
        on_fetch_error: Callable[[TP, KafkaError], None],
    ) -> None:
        super().__init__(app.conf.broker_consumer, app)
        self.config = config
        self.positions = positions
        self.on_fetch_error = on_fetch_error


class BatchTopic(faust.Topic):  # type: ignore[misc]   # Faust is untyped here
    """Hands the batch to the stream as it came: decoding is the lane's business."""

    def _compile_decode(self) -> None:
        """Faust would put a decoder made from a schema in the place of the method below."""

    async def decode(self, message: Any, *, propagate: bool = False) -> Any:
        return Event(self.app, None, message.value, {}, message)
