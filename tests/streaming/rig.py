"""Topics, senders, readers and worker processes of one delivery test."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from faust.types import TP

from app.lane.records import Output
from app.streaming.transaction import LaneProducer, Packed
from tests.streaming.counter_lane import Told
from tests.streaming.counter_worker import Orders

ROOT = Path(__file__).parents[2]


class Worker:
    """A counter worker in a process of its own."""

    def __init__(self, orders: Orders, log_file: Path) -> None:
        self._log_file = log_file
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.streaming.counter_worker", msgspec.json.encode(orders).decode()],
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def signal(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self._process.terminate()
        return self._process.wait(20)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def logged(self) -> str:
        return self._log_file.read_text()

    async def get(self, path: str) -> tuple[int, str]:
        """What the worker's HTTP server answers; (0, "") while it does not."""
        found = [line for line in self.logged().splitlines() if "metrics and probes at" in line]
        return await asyncio.to_thread(_get, found[-1].split(" at ")[1].split('"')[0] + path) if found else (0, "")

    async def readiness(self) -> tuple[bool, list[str]]:
        status, body = await self.get("/readyz")
        answer = json.loads(body or '{"why": ["no answer"]}')
        return status == 200, answer["why"]

    async def ready(self, within: float = 20.0) -> None:
        async def is_ready() -> bool:
            assert self.running, self.logged()
            return (await self.readiness())[0]

        await until(is_ready, within)


def _get(url: str) -> tuple[int, str]:
    try:
        with urlopen(url, timeout=2) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()
    except (URLError, OSError):
        return 0, ""


async def until(condition: Callable[[], Awaitable[bool]], within: float) -> None:
    give_up = time.monotonic() + within
    while not await condition():
        assert time.monotonic() < give_up, f"not within {within} s"
        await asyncio.sleep(0.1)


class Rig:
    """Everything that one test has in Kafka. Its workers die with it."""

    def __init__(self, orders: Orders, folder: Path, partitions: int) -> None:
        self.orders = orders
        self.partitions = partitions
        self.bootstrap_servers = orders.bootstrap_servers
        self._folder = folder
        self._workers: list[Worker] = []

    @classmethod
    @asynccontextmanager
    async def ready(cls, bootstrap_servers: str, run: str, folder: Path, *, partitions: int = 2) -> AsyncIterator[Self]:
        rig = cls(Orders(bootstrap_servers=bootstrap_servers, run=run), folder, partitions)
        await rig.create(rig.orders.inputs, partitions, {"message.timestamp.type": "LogAppendTime"})
        await rig.create([rig.orders.out], partitions, {"max.message.bytes": "200000"})
        await rig.create(rig.orders.changelogs, partitions, {"cleanup.policy": "compact"})
        try:
            yield rig
        finally:
            for worker in rig._workers:
                if worker.running:
                    worker.kill()

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Any]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def create(self, topics: Iterable[str], partitions: int, config: dict[str, str]) -> None:
        async with self.admin() as admin:
            await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=config) for topic in topics])

    async def create_until_there(self, topic: str) -> None:
        """Again under the name of one that is being deleted."""

        async def created() -> bool:
            async with self.admin() as admin:
                answer = await admin.create_topics([NewTopic(topic, self.partitions, 1)])
                return all(code == 0 for _, code, *_ in answer.topic_errors)

        await until(created, 15)

    def worker(self, **changes: Any) -> Worker:
        """`changes` to the orders."""
        worker = Worker(
            msgspec.structs.replace(self.orders, **changes), self._folder / f"worker-{len(self._workers)}.log"
        )
        self._workers.append(worker)
        return worker

    @asynccontextmanager
    async def producer(self, transactional_id: str | None = None) -> AsyncIterator[Any]:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap_servers, transactional_id=transactional_id, enable_idempotence=True
        )
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def send(self, events: Sequence[tuple[str, str]], *, topic: int = 0, partition: int | None = None) -> None:
        """(key, value) each."""
        async with self.producer() as producer:
            await asyncio.gather(
                *[
                    await producer.send(self.orders.inputs[topic], value.encode(), key.encode(), partition=partition)
                    for key, value in events
                ]
            )

    async def told(self, at_least: int, *, within: float = 30.0) -> list[tuple[str, Told]]:
        """What was committed to the output, once there is so much of it: (key, what) in the order of each partition."""
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap_servers, isolation_level="read_committed", auto_offset_reset="earliest"
        )
        await reader.start()
        try:
            partitions = [TopicPartition(self.orders.out, p) for p in range(self.partitions)]
            reader.assign(partitions)
            found: list[tuple[str, Told]] = []
            give_up = time.monotonic() + within
            while True:
                ends = await reader.end_offsets(partitions)
                while any([await reader.position(tp) < ends[tp] for tp in partitions]):
                    for records in (await reader.getmany(timeout_ms=200)).values():
                        found += [(r.key.decode(), msgspec.msgpack.decode(r.value, type=Told)) for r in records]
                if len(found) >= at_least:
                    return found
                assert time.monotonic() < give_up, f"{len(found)} of {at_least} within {within} s"
                await asyncio.sleep(0.2)
        finally:
            await reader.stop()


@asynccontextmanager
async def reading(rig: Rig, *tps: TP, isolation: str = "read_committed") -> AsyncIterator[Any]:
    """A consumer at the begin of these."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=rig.bootstrap_servers,
        isolation_level=isolation,
        auto_offset_reset="none",
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        consumer.assign(list(tps))
        for tp in tps:
            consumer.seek(tp, 0)
        yield consumer
    finally:
        await consumer.stop()


def exactly_once(told: Sequence[tuple[str, Told]], sent: Sequence[tuple[str, int]]) -> None:
    """Every number that was sent for a key was counted once: no gap, no repeat, no wrong total."""
    numbers: dict[str, list[int]] = {}
    for key, number in sent:
        numbers.setdefault(key, []).append(number)
    counts: dict[str, list[Told]] = {}
    for key, what in told:
        counts.setdefault(key, []).append(what)
    for key, expected in numbers.items():
        found = counts.get(key, [])
        assert [what.count for what in found] == list(range(1, len(expected) + 1)), key
        assert sorted(what.number for what in found) == sorted(expected), key
        assert found[-1].total == sum(expected), key
    assert len(told) == len(sent)


def packed(producer: LaneProducer, outputs: Mapping[str, Iterable[Output]]) -> Packed:
    """Record batches of these outputs, as one transaction takes them."""
    packing = producer.packing()
    for topic, records in outputs.items():
        packing.add(topic, records)
    return packing.packed()
