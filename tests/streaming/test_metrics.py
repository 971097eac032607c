"""The numbers that are served are the numbers that happened."""

import re
import time

import numpy as np
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.parser import text_string_to_metric_families

import app.streaming.metrics as documented
from app.lane.records import Tally
from app.streaming.metrics import LATENCY_BOUNDS, LatencyHistogram, Metrics
from app.streaming.runner import LaneState

STAGES = {"wait": 0.1, "learn": 0.01, "build": 0.001, "commit": 0.02}


def samples(metrics: Metrics) -> dict[str, float]:
    """`name{label="value"}` -> value."""
    return {
        sample.name + "".join(f"[{value}]" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_a_batch_of_latencies_is_counted_as_prometheus_would_one_by_one() -> None:
    seconds = np.concatenate([np.random.default_rng(5).exponential(0.3, 1_000), np.array(LATENCY_BOUNDS)])
    ours, registry = LatencyHistogram("latency_seconds", "of a test", LATENCY_BOUNDS), CollectorRegistry()
    theirs = Histogram("latency_seconds", "of a test", buckets=LATENCY_BOUNDS, registry=registry)
    ours.observe(seconds[:400])
    ours.observe(seconds[400:])
    for value in seconds:
        theirs.observe(value)
    (mine,), (reference,) = ours.collect(), theirs.collect()
    expected = {(s.name, s.labels.get("le")): s.value for s in reference.samples if not s.name.endswith("_created")}
    found = {(s.name, s.labels.get("le")): s.value for s in mine.samples}
    assert found.keys() == expected.keys()
    assert all(abs(found[key] - value) < 1e-6 for key, value in expected.items())


def test_one_transaction_counts_all_that_it_did() -> None:
    metrics = Metrics()
    tally = Tally(
        events={"consents": 7},
        decisions={("approve", "GREEN"): 2},
        triggers={"complete": 2},
        dead_letters={("consents", "NOT_JSON"): 1},
        late={"consents": 1},
        completing=[int(time.time() * 1000) - 40, int(time.time() * 1000) + 5_000],
    )
    metrics.committed(3, tally, STAGES, 9)
    metrics.committed(3, tally, STAGES, 11)
    got = samples(metrics)
    assert got["creditstream_events_total[consents]"] == 14
    assert got["creditstream_decisions_total[approve][GREEN]"] == 4
    assert got["creditstream_dead_letters_total[NOT_JSON][consents]"] == 2
    assert got["creditstream_late_facts_total[consents]"] == 2
    assert got["creditstream_open_cases[3]"] == 11
    assert got["creditstream_transactions_total"] == 2
    assert got["creditstream_stage_seconds_count[commit]"] == 2
    assert got["creditstream_event_to_decision_seconds_count"] == 4
    assert 0.08 <= got["creditstream_event_to_decision_seconds_sum"] < 2           # a clock ahead of ours counts as 0


def test_a_lane_that_has_left_is_no_longer_reported() -> None:
    metrics = Metrics()
    metrics.lag(1, "in", 12)
    metrics.state(1, LaneState.OPEN, LaneState)
    metrics.recovered(1, 100, 0.5, 4)
    assert samples(metrics)["creditstream_lane_state[1][open]"] == 1
    metrics.forget(1, ["in"], LaneState)
    assert not [name for name in samples(metrics) if "[1]" in name]


def test_the_table_of_metrics_is_what_is_served() -> None:
    """Name, type and labels of every metric, as the module's docstring says."""
    table = re.findall(r"^    (creditstream_\w+) +(histogram|counter|gauge)", documented.__doc__ or "", re.MULTILINE)
    metrics = Metrics()
    families = {
        (f.name + ("_total" if f.type == "counter" else ""), f.type) for f in metrics.registry.collect()
    }
    assert families == set(table)
