"""Results carry everything that a reader needs to doubt or repeat them."""

import msgspec
import pytest

from benchmarks.bars import Bar
from benchmarks.peers.peer import BARE_LOOP, CREDITSTREAM, DOCUMENTED_FAUST
from benchmarks.pipeline import BARS
from benchmarks.pipeline_report import PeerResult, Results, ratio, write
from benchmarks.results import Spread, machine, today, versions
from benchmarks.runner import Cost


def cost(cpu_us: float, seconds: float = 10.0) -> Cost:
    return Cost(
        decisions=1_000,
        seconds=seconds,
        cpu_us=cpu_us,
        broker_cpu_us=50.0,
        start_cpu_seconds=1.0,
        peak_rss_mib=100.0,
        outputs={"decisions": 1.0, "bureau-requests": 0.5},
    )


THEIRS, OURS = [cost(3_000), cost(2_000), cost(2_500)], [cost(100), cost(125), cost(100)]
BARE = [cost(100), cost(100), cost(80)]


def results(*bars: Bar) -> Results:
    runs = {CREDITSTREAM.name: OURS, DOCUMENTED_FAUST.name: THEIRS, BARE_LOOP.name: BARE}
    return Results(
        benchmark="pipeline",
        question="What does it cost?",
        command="python -m benchmarks.pipeline",
        measured=today(),
        machine=machine(),
        versions=versions(),
        peers={p.name: PeerResult.of(p, runs) for p, runs in ((DOCUMENTED_FAUST, THEIRS), (CREDITSTREAM, OURS))},
        ratios={DOCUMENTED_FAUST.name: ratio(THEIRS, OURS)},
        bars=tuple(bar.reached(runs) for bar in bars or BARS),
        goals=(),
        remark="The first is as documented.",
        outputs="equal",
    )


def test_a_ratio_is_taken_round_by_round():
    assert ratio(THEIRS, OURS) == Spread(25.0, 16.0, 30.0)


def test_a_rate_is_decisions_a_second():
    assert cost(1, seconds=4.0).rate == 250.0


def test_results_are_written_for_programs_and_for_people(tmp_path):
    as_json, as_markdown = write(results(), tmp_path / "results")
    told = msgspec.json.decode(as_json.read_bytes(), type=Results)
    assert told.ratios["documented-faust"].median == 25.0
    assert [run.cpu_us for run in told.peers["documented-faust"].runs] == [3_000, 2_000, 2_500]
    text = as_markdown.read_text()
    assert "| plain Faust, as documented | at least once | 2,500 (2,000 to 3,000) | 100 (100 to 100) |" in text
    assert "**25.0 (16.0 to 30.0)**" in text
    assert "| plain Faust, as documented | at least 20 times less CPU | 25.00 (16.00 to 30.00) | met |" in text
    assert "| bare aiokafka loop | at most 1.2 times as much CPU | 1.25 (1.00 to 1.25) | missed by 4% |" in text
    assert "\nThe first is as documented.\n" in text
    assert "Kafka 4." in text


def test_the_benchmark_fails_when_one_bar_is_missed():
    against_faust, against_bare = BARS
    assert results(against_faust).met
    assert not results(against_faust, against_bare).met


@pytest.mark.parametrize("fact", ["processor", "cores", "memory", "system"])
def test_the_machine_is_named(fact):
    assert machine()[fact]
