"""What the worker says of itself on /metrics, and the quantiles that Prometheus would compute from it."""

from collections.abc import Sequence
from math import inf
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

LATENCY = "creditstream_event_to_decision_seconds"


def scrape(url: str) -> str:
    """The text of /metrics. OSError when nobody answers."""
    with urlopen(url, timeout=5) as answer:
        text: str = answer.read().decode()
    return text


def buckets(exposition: str, histogram: str = LATENCY) -> list[tuple[float, float]]:
    """(upper bound, how many at most that) of a histogram without labels, in order; empty when it is not there."""
    found = [
        (float(sample.labels["le"]), sample.value)
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
        if sample.name == f"{histogram}_bucket"
    ]
    return sorted(found)


def quantile(cumulative: Sequence[tuple[float, float]], q: float) -> float | None:
    """As Prometheus' histogram_quantile: linear within the bucket; the last finite bound when it lies beyond. None when
    nothing was observed."""
    if not cumulative or not cumulative[-1][1]:
        return None
    rank = q * cumulative[-1][1]
    lower, below = 0.0, 0.0
    for upper, count in cumulative:
        if count >= rank:
            if upper == inf:
                return lower
            return lower + (upper - lower) * (rank - below) / (count - below) if count > below else upper
        lower, below = upper, count
    return lower
