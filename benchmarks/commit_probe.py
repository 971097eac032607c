"""How long the broker itself takes to commit: a transaction of one small record, over and over."""

import threading
import time
from typing import Any, Self
from uuid import uuid4

import numpy as np
from confluent_kafka import Producer

from benchmarks.openloop import QUIET, percentiles

_EVERY = 0.25                                  # seconds
_RECORD = b"x" * 200


class CommitProbe:
    """From `begin` to the return of `commit`, by librdkafka. A context manager."""

    def __init__(self, bootstrap_servers: str, topic: str) -> None:
        self._topic = topic
        self._seconds: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="commit-probe")
        self._kafka: Any = Producer(
            {
                "bootstrap.servers": bootstrap_servers,
                "transactional.id": f"commit-probe-{uuid4().hex[:8]}",
                "linger.ms": 0,
                **QUIET,
            }
        )

    def taken_since(self) -> dict[str, float]:
        """Percentiles in milliseconds, of all commits since this was last asked."""
        seconds, self._seconds = self._seconds, []
        return percentiles(np.array(seconds or [0.0]))

    def _run(self) -> None:
        self._kafka.init_transactions(30.0)
        while not self._stop.wait(_EVERY):
            began = time.perf_counter()
            self._kafka.begin_transaction()
            self._kafka.produce(self._topic, _RECORD, partition=0)
            self._kafka.commit_transaction(30.0)
            self._seconds.append(time.perf_counter() - began)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
