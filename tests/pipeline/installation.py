"""An installation of the service on a cluster: its own topics, keys and workers, and what came of them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from aiokafka import AIOKafkaProducer

from app.contracts.names import (
    BUREAU_RESPONSES,
    CONSENTS,
    CREDIT_OFFERS,
    DECISIONS,
    LOAN_APPLICATIONS,
    SCORE_SEGMENTS,
    TopicNames,
)
from app.contracts.registry import load_contracts
from app.contracts.sealing import KeyRing
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentGranted, ConsentWithdrawn
from app.kafka import admin
from app.simulation.capture import capture
from app.simulation.recording import Recording
from app.simulation.simulate import RECORDED
from tests.builders import encoded

PARTITIONS = 4
_NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})
Body = LoanApplication | BureauResponse | ConsentGranted | ConsentWithdrawn


class Installation:
    """Topics with a prefix of their own, and worker processes that may be killed."""

    def __init__(
        self,
        bootstrap_servers: str,
        run_id: str,
        folder: Path,
        *,
        security: Mapping[str, Any] = _NOTHING_MORE,
        of_workers: Mapping[str, str] = _NOTHING_MORE,
        words: Sequence[str] = ("worker",),
    ) -> None:
        """`security`: arguments of the test's own Kafka clients; `of_workers`: settings of all workers; `words`: what
        starts them."""
        self.names = TopicNames(prefix=f"{run_id}-")
        self.client = {"bootstrap_servers": bootstrap_servers, **security}
        self._of_workers = of_workers
        self._words = words
        self.keyring = KeyRing.generate()
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []
        self._producer = AIOKafkaProducer(**self.client, acks="all", linger_ms=5)

    async def __aenter__(self) -> Self:
        self.keyring.write(self._folder / "keys.json")
        wanted = load_contracts().wanted(self.names, PARTITIONS)
        await admin.apply(self.client, await admin.plan(self.client, wanted))
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()
        for worker in self._workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()

    def start_worker(self, **settings: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            **self._of_workers,
            "CREDITSTREAM_BOOTSTRAP_SERVERS": self.client["bootstrap_servers"],
            "CREDITSTREAM_KEY_FILE": str(self._folder / "keys.json"),
            "CREDITSTREAM_SESSION_TIMEOUT": "6",
            "CREDITSTREAM_HEARTBEAT_INTERVAL": "0.5",
            "CREDITSTREAM_METRICS_PORT": "0",
            **settings,
        }
        log = (self._folder / f"worker-{len(self._workers)}.log").open("wb")
        with log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "app.cli.main", *self._words, "--prefix", self.names.prefix],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._workers.append(worker)
        return worker

    @staticmethod
    def kill(worker: subprocess.Popen[bytes]) -> None:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    async def send(self, *bodies: Body) -> None:
        """Through Kafka, keyed and partitioned as contracts say; returns when all are in the log."""
        sent = [await self._producer.send(self.topic_of(b), encoded(b), key=b.customer_id.encode()) for b in bodies]
        await asyncio.gather(*sent)

    async def send_raw(self, role: str, key: bytes | None, value: bytes | None, partition: int | None = None) -> None:
        await self._producer.send_and_wait(self.names.by_role[role], value, key=key, partition=partition)

    def topic_of(self, body: Body) -> str:
        if isinstance(body, LoanApplication):
            return self.names.by_role[LOAN_APPLICATIONS]
        return self.names.by_role[BUREAU_RESPONSES if isinstance(body, BureauResponse) else CONSENTS]

    async def record(self, *more: str) -> Recording:
        """Everything committed so far."""
        return await capture(self.client, self.names, (*RECORDED, *more))

    async def decided(self, count: int, within: float = 90.0) -> Recording:
        """The log once it holds so many decisions; AssertionError with the workers' last words when it does not."""
        give_up = time.monotonic() + within
        while True:
            decisions = await capture(self.client, self.names, [LOAN_APPLICATIONS, DECISIONS])
            found = sum(r.topic == DECISIONS for r in decisions.records)
            if found >= count:
                return await self.record()
            assert time.monotonic() < give_up, f"{found} of {count} decisions within {within} s\n{self.last_words()}"
            await asyncio.sleep(0.25)

    def last_words(self) -> str:
        logs = sorted(self._folder.glob("worker-*.log"))
        return "\n".join(f"{log.name}:\n{log.read_text(errors='replace')[-3000:]}" for log in logs)


def counts(recording: Recording) -> dict[str, int]:
    counted = Counter(r.topic for r in recording.records)
    return {role: counted[role] for role in (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS)}

