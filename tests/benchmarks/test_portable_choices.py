"""Which peers run, at which heap, and what is said when one cannot."""

import shutil
from math import inf

import pytest

from app.errors import UsageError
from benchmarks.meter import PeerFailedError
from benchmarks.portable import toolchains
from benchmarks.portable.heap import HEAPS, smallest_sustaining, streams_at
from benchmarks.portable.job import Job
from benchmarks.portable.peers import PEERS
from benchmarks.portable.running import Cost
from benchmarks.run import chosen

COST = Cost(
    decisions=1, seconds=20.0, cpu_us=1.0, warm_cpu_us=1.0, broker_cpu_us=1.0, start_cpu_seconds=0.0, peak_rss_mib=1.0,
    transactions=1,
)  # fmt: skip


@pytest.mark.parametrize("needed", [HEAPS[0], 192, HEAPS[-1]])
async def test_the_smallest_heap_that_keeps_the_pace_is_found(needed):
    limits = []

    async def run(peer, within):
        limits.append(within)
        if peer.title not in [streams_at(heap).title for heap in HEAPS if heap >= needed]:
            raise PeerFailedError("too small")
        return COST

    assert (await smallest_sustaining(run)).title == f"Kafka Streams, in memory, {needed} MiB heap"
    assert limits[0] == inf
    assert limits[1:] == pytest.approx([25.0] * len(limits[1:]))
    assert len(limits) <= 5


def test_an_unknown_peer_is_refused_with_the_names_that_there_are():
    with pytest.raises(UsageError, match="no peer is called sparkling; there are creditstream"):
        chosen("faust, sparkling")


def test_without_names_every_peer_runs():
    assert [peer.name for peer in chosen("")] == list(PEERS)


def test_a_job_survives_its_way_through_the_environment():
    job = Job(
        bootstrap_servers="127.0.0.1:9092", group="g-1", applications="a", answers="b", segments="s", offers="o",
        changelog="g-1-cases-changelog", partitions=4, decisions=1_000, folder="/somewhere",
    )  # fmt: skip
    assert Job.from_environment(job.environment()) == job


def test_java_that_is_missing_is_said_to_be_missing(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="need a Java runtime, 17 or newer"):
        toolchains.java_command("StreamsPeer", [])
