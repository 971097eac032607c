"""One light client a worker that keeps asking where the inputs end: for deadlines, lag, and whether the broker lives.

It never fetches: a client with a fetch in flight gets such answers late.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from app.streaming.config import StreamConfig
from app.streaming.horizon import Ends

log = logging.getLogger(__name__)

Listener = Callable[[Ends], None]


class LogEnds:
    """Observes the last stable offsets of the inputs of every watched partition number."""

    def __init__(self, config: StreamConfig) -> None:
        self._config = config
        self._listeners: dict[int, Listener] = {}
        self._heard = asyncio.Condition()
        self._last_heard: float | None = None
        self._kafka: Any = None

    def watch(self, partition: int, listener: Listener) -> None:
        self._listeners[partition] = listener

    def unwatch(self, partition: int) -> None:
        self._listeners.pop(partition, None)

    @property
    def silence(self) -> float | None:
        """Seconds since the broker last answered; None when it never did."""
        return None if self._last_heard is None else time.monotonic() - self._last_heard

    @property
    def reachable(self) -> bool:
        return self.silence is not None and self.silence < self._config.reachable_within

    async def next_answer(self) -> None:
        """Until the broker answers once more."""
        async with self._heard:
            await self._heard.wait()

    async def run(self) -> None:
        """For ever; ends by cancellation. What goes wrong is said once, until it goes right again."""
        in_trouble = False
        while True:
            try:
                await self._observe()
                if in_trouble:
                    log.info("the broker answers again")
                in_trouble = False
            except (KafkaError, TimeoutError, OSError) as error:
                if not in_trouble:
                    log.warning("the broker does not answer: %s %s", type(error).__name__, error)
                in_trouble = True
            await asyncio.sleep(self._config.log_ends_interval)

    async def _observe(self) -> None:
        kafka = await self._client()
        at = int(time.time() * 1000)                # before asking: what is appended later is not promised
        watched = {p: [TopicPartition(topic, p) for topic in self._config.inputs] for p in self._listeners}
        wait = self._config.reachable_within
        if watched:
            ends = await asyncio.wait_for(kafka.end_offsets([tp for tps in watched.values() for tp in tps]), wait)
        else:
            await asyncio.wait_for(kafka.topics(), wait)
        self._last_heard = time.monotonic()
        async with self._heard:
            self._heard.notify_all()
        for partition, tps in watched.items():
            if listener := self._listeners.get(partition):
                listener(Ends(at, {tp.topic: ends[tp] for tp in tps}))

    async def _client(self) -> Any:
        if self._kafka is None:
            kafka = AIOKafkaConsumer(
                **self._config.client,
                client_id=f"{self._config.app_id}-log-ends",
                group_id=None,
                isolation_level="read_committed",
                enable_auto_commit=False,
            )
            try:
                await asyncio.wait_for(kafka.start(), self._config.reachable_within)
            except BaseException:
                await kafka.stop()
                raise
            self._kafka = kafka
        return self._kafka

    async def close(self) -> None:
        if self._kafka is not None:
            await asyncio.wait({asyncio.ensure_future(self._kafka.stop())}, timeout=self._config.close_timeout)
