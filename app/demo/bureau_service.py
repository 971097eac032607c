"""The stand-in bureau on Kafka: consumes bureau-requests, produces bureau-responses, each in the manner of its case."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from app.contracts.names import TopicNames
from app.demo.bureau import manner, respond
from app.demo.chance import between
from app.domain.decision import BureauRequest

_AFTER_DEADLINE = 1.5                          # seconds by which a late answer misses
_AGAIN_AFTER = 0.2                             # seconds until the same answer comes once more
_THINKING_MS = (20, 250)


class StandInBureau:
    """Answers every request since the topic began. It keeps nothing: started again it answers all of them again with
    the same events, which are repeats and change nothing."""

    def __init__(self, names: TopicNames, client: Mapping[str, Any]) -> None:
        """`client`: how aiokafka's clients reach the cluster."""
        self._names = names
        self._client = client
        self._decode = msgspec.json.Decoder(BureauRequest).decode
        self.asked = 0
        self.answered = 0

    async def run(self) -> None:
        """Answers until cancelled."""
        consumer = AIOKafkaConsumer(
            self._names.bureau_requests,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            **self._client,
        )
        producer = AIOKafkaProducer(acks="all", linger_ms=5, **self._client)
        await consumer.start()
        try:
            await producer.start()
            async with asyncio.TaskGroup() as thinking:
                while True:
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        for record in records:
                            self.asked += 1
                            thinking.create_task(self._answer(producer, self._decode(record.value)))
        finally:
            await consumer.stop()
            await producer.stop()

    async def _answer(self, producer: AIOKafkaProducer, request: BureauRequest) -> None:
        how = manner(request)
        if how == "never":
            return
        thinking = between(*_THINKING_MS, "thinking", request.bureau, request.customer_id) / 1000
        if how == "late":
            thinking = request.answer_by / 1000 - time.time() + _AFTER_DEADLINE
        await asyncio.sleep(thinking)
        await self._send(producer, request)
        if how == "twice":
            await asyncio.sleep(_AGAIN_AFTER)
            await self._send(producer, request)

    async def _send(self, producer: AIOKafkaProducer, request: BureauRequest) -> None:
        value = msgspec.json.encode(respond(request))
        await producer.send_and_wait(self._names.bureau_responses, value, key=request.customer_id.encode())
        self.answered += 1
