"""Every metric of the stream: its name, type, labels and meaning. Fed once a transaction, never once an event.

    creditstream_event_to_decision_seconds histogram                completing event appended to commit
    creditstream_stage_seconds          histogram  stage            a transaction: wait, learn, build, commit
    creditstream_events_total           counter    topic            input events learnt
    creditstream_decisions_total        counter    outcome segment  decisions committed
    creditstream_triggers_total         counter    trigger          what made the case decidable
    creditstream_dead_letters_total     counter    topic reason     inputs refused
    creditstream_repeats_total          counter    topic            events seen before
    creditstream_late_facts_total       counter    topic            facts after the deadline or the decision
    creditstream_unknown_fields_total   counter    topic            events with fields that the contract lacks
    creditstream_bureau_requests_total  counter    bureau           requests published
    creditstream_transactions_total     counter                     transactions committed
    creditstream_lane_lag_records       gauge      lane topic       records from the lane to the log's end
    creditstream_lane_state             gauge      lane state       1 for the state in which the lane is
    creditstream_open_cases             gauge      lane             cases not yet decided
    creditstream_lane_failures_total    counter    kind             errors after which a lane was opened anew
    creditstream_recovery_records_total counter                     changelog records restored
    creditstream_recovery_seconds       histogram                   opening a lane, fence to offsets
"""

import time
from collections.abc import Iterable, Mapping

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from app.lane.records import Tally

PREFIX = "creditstream_"
LATENCY_BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
STAGE_BOUNDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
RECOVERY_BOUNDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class LatencyHistogram(Collector):
    """A histogram that takes a whole batch of observations at the price of one."""

    def __init__(self, name: str, meaning: str, bounds: tuple[float, ...]) -> None:
        self._name, self._meaning, self._bounds = name, meaning, np.array(bounds)
        self._counts = np.zeros(len(bounds) + 1, dtype=np.int64)
        self._sum = 0.0

    def observe(self, seconds: np.ndarray) -> None:
        """A bucket holds what is at most its bound, as Prometheus has it."""
        self._counts += np.bincount(np.searchsorted(self._bounds, seconds, side="left"), minlength=len(self._counts))
        self._sum += float(seconds.sum())

    def collect(self) -> Iterable[HistogramMetricFamily]:
        totals = self._counts.cumsum()
        bounds = [*(str(float(bound)) for bound in self._bounds), "+Inf"]
        buckets = [(bound, float(total)) for bound, total in zip(bounds, totals, strict=True)]
        yield HistogramMetricFamily(self._name, self._meaning, buckets=buckets, sum_value=self._sum)


class Metrics:
    """One set a worker, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._latency = LatencyHistogram(
            PREFIX + "event_to_decision_seconds", "completing event appended to decision committed", LATENCY_BOUNDS
        )
        self.registry.register(self._latency)
        self._stages = self._histogram("stage_seconds", "parts of a transaction", STAGE_BOUNDS, "stage")
        self._events = self._counter("events", "input events learnt", "topic")
        self._decisions = self._counter("decisions", "decisions committed", "outcome", "segment")
        self._triggers = self._counter("triggers", "what made the case decidable", "trigger")
        self._dead_letters = self._counter("dead_letters", "inputs refused", "topic", "reason")
        self._repeats = self._counter("repeats", "events seen before", "topic")
        self._late = self._counter("late_facts", "facts after the deadline or the decision", "topic")
        self._unknown_fields = self._counter("unknown_fields", "events with fields that the contract lacks", "topic")
        self._requests = self._counter("bureau_requests", "requests published", "bureau")
        self._transactions = self._counter("transactions", "transactions committed")
        self._lag = self._gauge("lane_lag_records", "records between the lane and the log's end", "lane", "topic")
        self._state = self._gauge("lane_state", "1 for the state in which the lane is", "lane", "state")
        self._open_cases = self._gauge("open_cases", "cases not yet decided", "lane")
        self._failures = self._counter("lane_failures", "errors after which a lane was opened anew", "kind")
        self._recovery_records = self._counter("recovery_records", "changelog records restored")
        self._recovery = self._histogram("recovery_seconds", "opening a lane, fence to offsets", RECOVERY_BOUNDS)

    def committed(self, lane: int, tally: Tally, stages: Mapping[str, float], open_cases: int) -> None:
        """Counts what one committed transaction did. `stages` in seconds."""
        if tally.completing:
            self._latency.observe(np.maximum(time.time() - np.array(tally.completing) / 1000, 0.0))
        for stage, seconds in stages.items():
            self._stages.labels(stage).observe(seconds)
        for counter, counts in (
            (self._events, tally.events),
            (self._triggers, tally.triggers),
            (self._repeats, tally.repeats),
            (self._late, tally.late),
            (self._unknown_fields, tally.unknown_fields),
            (self._requests, tally.requests),
        ):
            for label, count in counts.items():
                counter.labels(label).inc(count)
        for pair_counter, pairs in ((self._decisions, tally.decisions), (self._dead_letters, tally.dead_letters)):
            for labels, count in pairs.items():
                pair_counter.labels(*labels).inc(count)
        self._transactions.inc()
        self._open_cases.labels(lane).set(open_cases)

    def recovered(self, lane: int, records: int, seconds: float, open_cases: int) -> None:
        self._recovery_records.inc(records)
        self._recovery.observe(seconds)
        self._open_cases.labels(lane).set(open_cases)

    def lag(self, lane: int, topic: str, records: int) -> None:
        self._lag.labels(lane, topic).set(records)

    def state(self, lane: int, now: str, states: Iterable[str]) -> None:
        for state in states:
            self._state.labels(lane, state).set(float(state == now))

    def failed(self, kind: str) -> None:
        self._failures.labels(kind).inc()

    def forget(self, lane: int, topics: Iterable[str], states: Iterable[str]) -> None:
        """The lane belongs to another worker now, which reports it."""
        for gauge, label_sets in (
            (self._lag, [(lane, topic) for topic in topics]),
            (self._state, [(lane, state) for state in states]),
            (self._open_cases, [(lane,)]),
        ):
            for labels in label_sets:
                gauge.remove(*labels)

    def exposition(self) -> bytes:
        """What /metrics answers."""
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(PREFIX + name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(PREFIX + name, meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, bounds: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(PREFIX + name, meaning, labels, buckets=bounds, registry=self.registry)
