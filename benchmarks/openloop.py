"""An open loop: cases arrive when they arrive, whether or not the service keeps up, and each is waited for by itself.

Arrivals are a Poisson process drawn from a seed before anything is sent. A case's events are appended at their own
instants; nothing is ever sent later because an answer is late, so no slow answer hides those that would have waited
behind it (coordinated omission). Two latencies are kept of each case: from the broker's timestamp of its completing
event, and from the instant at which that event was due, which counts the sender's own delays too. The first says what
the service does; the second, that the first was not flattered.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from typing import Any

import numpy as np
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from msgspec import Struct

from app.contracts.keys import partition_of
from app.errors import CreditstreamError

_LINGER_MS = 5                                 # librdkafka's own default
_TOGETHER = 500                                # outputs taken at a time
_WAIT = 0.001                                  # seconds for outputs, before whatever is due is sent
_LAST_ANSWER = 30.0                            # seconds after the last arrival
_FIRST_ANSWER = 60.0                           # seconds without any, from a backlog
_TELL_EVERY = 0.2                              # seconds
QUIET: dict[str, Any] = {"logger": logging.getLogger("rdkafka"), "log_level": 2}


class Arrival(Struct, frozen=True):
    """One case: `values` in the order of the flow's inputs. The last one completes it."""

    key: bytes
    values: tuple[bytes, ...]


class Flow(Struct, frozen=True, kw_only=True):
    """What is sent where, and where the answer is awaited: a record of the same key."""

    inputs: tuple[str, ...]                    # topics, in the order in which a case's events happen
    output: str
    partitions: int
    apart: float                               # seconds between two events of a case
    arrivals: Callable[[int, int], Iterator[Arrival]]      # how many, the first one's number


class Latencies(Struct, frozen=True, kw_only=True):
    """Of the cases that arrived within the window; milliseconds."""

    rate: float                                # arrivals a second, as intended
    cases: int
    unanswered: int
    since_append: dict[str, float]             # p50, p99, p99.9, max
    since_due: dict[str, float]
    sender_late: dict[str, float]              # append after the due instant


class LateError(CreditstreamError):
    """Nothing was measured: no answer came."""


Shown = Callable[[int], None]


class OpenLoop:
    """Sends and watches in one thread; librdkafka's own threads do the work."""

    def __init__(self, bootstrap_servers: str, flow: Flow, *, seed: int = 20_261_123) -> None:
        self._servers = bootstrap_servers
        self._flow = flow
        self._random = np.random.default_rng(seed)
        self._number = 0                       # of the next case

    def fill(self, count: int) -> None:
        """Appends every event of so many cases, as fast as the broker takes them."""
        arrivals = list(self._flow.arrivals(count, self._number))
        self._number += count
        sent = _Sending(self._servers, self._flow, arrivals, [float("-inf")] * count)
        while not sent.all_sent:
            sent.send_due()

    def fastest(self, count: int, shown: Shown) -> float:
        """Cases a second while so many that lie in the log are answered: from the first answers that can be read on."""
        watch = _Watch(self._servers, self._flow, from_the_end=False)
        first, told = (0, 0.0), 0.0
        last = time.monotonic()
        try:
            while len(watch.seen) < count:
                before = len(watch.seen)
                watch.look()
                if len(watch.seen) > before:
                    last = time.monotonic()
                    first = first if first[0] else (len(watch.seen), last)
                elif time.monotonic() > last + _FIRST_ANSWER:
                    raise LateError(f"no answer came for {_FIRST_ANSWER:g} s")
                if time.monotonic() > told + _TELL_EVERY:
                    told = time.monotonic()
                    shown(len(watch.seen))
        finally:
            watch.close()
        return (count - first[0]) / (last - first[1])

    def drive(self, rate: float, seconds: float, shown: Shown) -> Latencies:
        """Arrivals for so long at this mean rate; returns when all are answered or 30 s have passed. `shown` is told
        every now and then how many are; what it raises ends the loop. LateError when none is."""
        count = max(int(rate * seconds), 1)
        due = np.cumsum(self._random.exponential(1.0 / rate, count)).tolist()
        arrivals = list(self._flow.arrivals(count, self._number))
        self._number += count
        watch = _Watch(self._servers, self._flow)
        try:
            sent = _Sending(self._servers, self._flow, arrivals, due)
            told = 0.0
            while not sent.all_sent or (len(watch.seen) < count and time.time() < sent.ends + _LAST_ANSWER):
                sent.send_due()
                watch.look()
                if time.monotonic() > told + _TELL_EVERY:
                    told = time.monotonic()
                    shown(len(watch.seen))
        finally:
            watch.close()
        return self._latencies(rate, arrivals, sent, watch.seen)

    def _latencies(
        self, rate: float, arrivals: Sequence[Arrival], sent: "_Sending", seen: dict[bytes, float]
    ) -> Latencies:
        answered = [
            (seen[arrival.key], sent.appended[arrival.key], due)
            for arrival, due in zip(arrivals, sent.completions, strict=True)
            if arrival.key in seen
        ]
        if not answered:
            raise LateError(f"none of {len(arrivals)} cases was answered within {_LAST_ANSWER:g} s of the last")
        instants = np.array(answered)
        return Latencies(
            rate=rate,
            cases=len(arrivals),
            unanswered=len(arrivals) - len(answered),
            since_append=percentiles(instants[:, 0] - instants[:, 1]),
            since_due=percentiles(instants[:, 0] - instants[:, 2]),
            sender_late=percentiles(instants[:, 1] - instants[:, 2]),
        )


def percentiles(seconds: Any) -> dict[str, float]:
    """In milliseconds. The higher neighbour where a percentile lies between two cases: never better than it was."""
    at = np.percentile(seconds, (50.0, 99.0, 99.9, 100.0), method="higher") * 1e3
    return dict(zip(("p50", "p99", "p99.9", "max"), map(float, at), strict=True))


class _Sending:
    """Every event of every case at its instant."""

    def __init__(self, servers: str, flow: Flow, arrivals: Sequence[Arrival], due: Sequence[float]) -> None:
        self.appended: dict[bytes, float] = {}     # key -> the broker's timestamp of the completing event, seconds
        self._flow = flow
        self._kafka = Producer(
            {
                "bootstrap.servers": servers,
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": _LINGER_MS,
                **QUIET,
            }
        )
        begin = time.time() + 0.5
        last = len(flow.inputs) - 1
        self.completions = [begin + at + last * flow.apart for at in due]
        self.ends = self.completions[-1]
        self._events = merge(
            *(
                [(begin + at + step * flow.apart, step, number) for number, at in enumerate(due)]
                for step in range(last + 1)
            )
        )
        self._arrivals = arrivals
        self._partitions = [partition_of(arrival.key, flow.partitions) for arrival in arrivals]
        self._next = next(self._events, None)

    @property
    def all_sent(self) -> bool:
        return self._next is None and len(self._kafka) == 0

    def send_due(self) -> None:
        now = time.time()
        last = len(self._flow.inputs) - 1
        while self._next is not None and self._next[0] <= now:
            _, step, number = self._next
            arrival = self._arrivals[number]
            self._produce(
                self._flow.inputs[step],
                arrival.values[step],
                arrival.key,
                partition=self._partitions[number],
                on_delivery=self._note if step == last else None,
            )
            self._next = next(self._events, None)
        self._kafka.poll(0)

    def _produce(self, *event: Any, **options: Any) -> None:
        while True:
            try:
                self._kafka.produce(*event, **options)
            except BufferError:                # more waits for the broker than the client holds
                self._kafka.poll(0.05)
            else:
                return

    def _note(self, error: Any, message: Any) -> None:
        if error is not None:
            raise LateError(f"an event could not be appended: {error}")
        self.appended[message.key()] = message.timestamp()[1] / 1000


class _Watch:
    """Sees the outputs as a consumer of committed records does."""

    def __init__(self, servers: str, flow: Flow, *, from_the_end: bool = True) -> None:
        self.seen: dict[bytes, float] = {}         # key -> when its output could be read, seconds
        self._kafka = Consumer(
            {
                "bootstrap.servers": servers,
                "group.id": "latency-watch",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                **QUIET,
            }
        )
        ends = []
        for partition in range(flow.partitions):
            end = self._end(TopicPartition(flow.output, partition)) if from_the_end else 0
            ends.append(TopicPartition(flow.output, partition, end))
        self._kafka.assign(ends)

    def _end(self, partition: TopicPartition) -> int:
        """Asked again while the topic is so new that its leader does not know of it."""
        until = time.monotonic() + _FIRST_ANSWER
        while True:
            try:
                _, end = self._kafka.get_watermark_offsets(partition, timeout=10.0)
            except KafkaException as error:
                if not error.args[0].retriable() and error.args[0].code() != KafkaError.NOT_LEADER_FOR_PARTITION:
                    raise
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return int(end)

    def look(self) -> None:
        messages = self._kafka.consume(_TOGETHER, _WAIT)
        now = time.time()
        for message in messages:
            if message.error() is None:
                self.seen.setdefault(message.key() or b"", now)

    def close(self) -> None:
        self._kafka.close()
