"""One transactional producer a lane: outputs, changelog records and offsets commit together or not at all."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from app.contracts.wire import NO_HEADERS
from app.errors import LaneError
from app.lane.records import Output
from app.streaming.config import StreamConfig
from app.streaming.eager import EagerSender
from app.streaming.patience import within
from app.streaming.produce import send_flat
from app.streaming.record_batch import ClientsBatch, RecordBatch

log = logging.getLogger(__name__)

AnyBatch = RecordBatch | ClientsBatch
Packed = list[tuple[str, AnyBatch]]            # topic, record batch


class LaneProducer:
    """After any error, and after `close`, it is of no more use: open another one."""

    def __init__(self, config: StreamConfig, partition: int, max_message_bytes: Mapping[str, int]) -> None:
        """`max_message_bytes`: of a record batch, by topic."""
        self._config = config
        self._partition = partition
        self._max_bytes = {topic: min(most, config.batch_bytes) for topic, most in max_message_bytes.items()}
        self._patience = config.transaction_timeout + 5.0
        self._kafka: Any = None

    async def open(self) -> None:
        """Fences the lane's former owner and ends its transaction. TimeoutError when no broker answers."""
        self._kafka = AIOKafkaProducer(
            **self._config.client,
            client_id=f"{self._config.app_id}-{self._partition}",
            transactional_id=self._config.transactional_id(self._partition),
            transaction_timeout_ms=int(self._config.transaction_timeout * 1000),
        )
        self._sender = EagerSender.replace(self._kafka)
        send_flat(self._kafka.client)
        await within(self._patience, self._kafka.start())

    def packing(self) -> "Packing":
        """Of one transaction."""
        return Packing(self._max_bytes, self._config.batch_bytes)

    async def commit(self, packed: Packed, offsets: Mapping[str, int]) -> None:
        """One transaction. When this raises, whether it was committed is unknown: only the log can tell.

        KafkaError from the broker (ProducerFenced when the lane has another owner); TimeoutError when the transaction
        outlived its time-out (aiokafka would retry for ever); LaneError when a record is too large for its topic."""
        await within(self._patience, self._commit(packed, offsets))

    async def _commit(self, packed: Packed, offsets: Mapping[str, int]) -> None:
        await self._kafka.begin_transaction()
        self._sender.announce(self._config.app_id)
        sent = []
        for topic, batch in packed:
            delivery = await self._kafka.send_batch(batch, topic, partition=self._partition)
            delivery.add_done_callback(_retrieved)
            sent.append(delivery)
        results = await asyncio.gather(*sent, return_exceptions=True)
        for (topic, _), result in zip(packed, results, strict=True):
            if isinstance(result, MessageSizeTooLargeError):
                raise LaneError(
                    f"lane {self._partition}: a record for {topic} is larger than the topic allows. Raise the topic's "
                    "max.message.bytes to what topics/ says, or lower the lane's limits."
                ) from result
            if isinstance(result, BaseException):
                raise result
        await self._kafka.send_offsets_to_transaction(
            {TopicPartition(topic, self._partition): offset for topic, offset in offsets.items()}, self._config.app_id
        )
        await self._kafka.commit_transaction()

    async def close(self) -> None:
        """Aborts what runs; bounded, and never raises: what cannot be ended here is ended by the lane's next opener."""
        kafka, self._kafka = self._kafka, None
        if kafka is None:
            return
        patience = self._config.close_timeout / 2
        with contextlib.suppress(KafkaError, TimeoutError, AssertionError):
            if kafka._txn_manager.is_in_transaction():
                await within(patience, kafka.abort_transaction())
        try:
            await within(patience, kafka.stop())
        except (KafkaError, TimeoutError) as error:
            log.info("lane %d: its producer did not end in time (%s)", self._partition, type(error).__name__)
            await _force_closed(kafka, patience)


class Packing:
    """Record batches by topic, as large as the topic allows; a larger record gets a batch of its own."""

    def __init__(self, max_bytes: Mapping[str, int], otherwise: int) -> None:
        self._max_bytes = max_bytes
        self._otherwise = otherwise
        self._now = int(time.time() * 1000)
        self._full: Packed = []
        self._open: dict[str, AnyBatch] = {}

    def add(self, topic: str, records: Sequence[Output]) -> None:
        if not records:
            return
        batch = self._open.get(topic) or self._new_batch(topic, records[0])
        taken = batch.take(records)
        while taken < len(records):
            self._full.append((topic, batch))
            batch = self._new_batch(topic, records[taken])
            taken = batch.take(records, taken)

    def packed(self) -> Packed:
        """All of them."""
        packed = [*self._full, *self._open.items()]
        for _, batch in packed:
            batch.close()
        return packed

    def _new_batch(self, topic: str, first: Output) -> AnyBatch:
        kind = ClientsBatch if first.headers is NO_HEADERS else RecordBatch
        self._open[topic] = batch = kind(self._max_bytes.get(topic, self._otherwise), self._now)
        return batch


def _retrieved(delivery: "asyncio.Future[Any]") -> None:
    """When one delivery fails the others' errors are not asked for; nobody shall complain of that."""
    if not delivery.cancelled():
        delivery.exception()


async def _force_closed(kafka: Any, patience: float) -> None:
    """`stop` waits for what can no longer be delivered: end the sender and the connections without it."""
    kafka._closed = True
    sender = kafka._sender.sender_task
    if sender is not None:
        sender.cancel()
    with contextlib.suppress(KafkaError, TimeoutError, asyncio.CancelledError):
        await within(patience, kafka.client.close())
