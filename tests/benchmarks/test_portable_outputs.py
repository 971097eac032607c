"""Nothing is measured that does not say what the kernel says; bars are judged by the median of the rounds."""

import msgspec
import pytest

from benchmarks.bars import Bar
from benchmarks.portable.bars import BARS
from benchmarks.portable.chart import chart
from benchmarks.portable.events import portions
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import decode_answer, decode_application, encode
from benchmarks.portable.outputs import KINDS, Expected, Found
from benchmarks.portable.peers import FAUST, PEERS
from benchmarks.portable.report import PeerRuns, Results, load, save
from benchmarks.portable.rounds import cases_of
from benchmarks.portable.running import Cost

PAIRS = next(portions(5))


@pytest.fixture
def expected():
    expected = Expected(len(PAIRS))
    expected.see(PAIRS)
    return expected


def outputs():
    for pair in PAIRS:
        told = decide(decode_application(pair.application), decode_answer(pair.answer))
        for kind, output in zip(KINDS, told, strict=True):
            yield kind, 0, pair.key, encode(output)


def found(expected, events):
    found = Found(expected)
    for event in events:
        found.add(*event)
    return found


def test_outputs_equal_to_the_kernels_raise_no_problem(expected):
    assert found(expected, outputs()).problems(may_repeat=False) == []


def test_blanks_and_the_order_of_fields_do_not_matter(expected):
    def rewritten(value):
        fields = msgspec.json.decode(value)
        return msgspec.json.format(msgspec.json.encode(dict(reversed(fields.items()))), indent=2)

    said = [(kind, partition, key, rewritten(value)) for kind, partition, key, value in outputs()]
    assert found(expected, said).problems(may_repeat=False) == []


def test_another_value_another_id_and_no_json_are_all_noticed(expected):
    kind, partition, key, value = next(outputs())
    for wrong in (value.replace(b'"bureau_score":', b'"bureau_score":1'), value.replace(b"a0000", b"b0000"), b"no"):
        said = [(kind, partition, key, wrong), *list(outputs())[1:]]
        assert found(expected, said).problems(may_repeat=False) == [
            "1 segments say something else, that of c00000000 among them"
        ]


def test_what_is_missing_or_repeated_is_noticed(expected):
    said = list(outputs())
    assert found(expected, said[2:]).problems(may_repeat=False) == ["1 segments are missing", "1 offers are missing"]
    assert found(expected, [*said, said[0]]).problems(may_repeat=False) == ["1 segments came more than once"]
    assert found(expected, [*said, said[0]]).problems(may_repeat=True) == []


def cost(cpu_us, warm=0.0, rss=100.0):
    return Cost(
        decisions=1_000, seconds=2.0, cpu_us=cpu_us, warm_cpu_us=warm, broker_cpu_us=5.0, start_cpu_seconds=1.0,
        peak_rss_mib=rss, transactions=10,
    )  # fmt: skip


def test_a_bar_is_judged_round_by_round():
    runs = {"creditstream": [cost(20), cost(25), cost(20)], "faust": [cost(1_000), cost(1_000), cost(700)]}
    reached = Bar(peer="faust", against="plain Faust, as documented", times=40).reached(runs)
    assert (reached.ratio.lowest, reached.ratio.median, reached.ratio.highest) == (35, 40, 50)
    assert reached.met


def test_a_bar_that_is_missed_says_by_how_much():
    runs = {"creditstream": [cost(22)], "streams": [cost(50, warm=20)]}
    reached = Bar(peer="streams", against="", times=1.0, more=False, figure="warm_cpu_us").reached(runs)
    assert not reached.met
    assert reached.verdict == "missed by 10%"


def test_every_bar_is_about_a_peer_that_there_is():
    assert {bar.peer for bar in BARS} <= PEERS.keys()


def test_results_of_other_peers_stay_when_a_run_is_taken_up_again(tmp_path):
    path = tmp_path / "portable.json"
    first = Results(command="first", machine={"cores": "2"})
    first.peers[FAUST.name] = PeerRuns(title=FAUST.title, delivery="", measured="2026-01-01", runs=[cost(1_000)])
    save(first, path)
    again = load(path)
    again.peers["creditstream"] = PeerRuns(title="Creditstream", delivery="", measured="2026-01-02", runs=[cost(20)])
    again.judge()
    save(again, path)
    text = path.with_suffix(".md").read_text()
    assert "| plain Faust, as documented | at least 40 times less CPU | 50.00 | met |" in text
    assert "plain Faust, as documented: its own models, validated" in text
    assert "Measured 2026-01-01, 2026-01-02" in text
    picture = chart(again)
    assert picture.index("Creditstream") < picture.index(FAUST.title)


@pytest.mark.parametrize(("size", "cases"), [("full", 1_000_000), ("cold", 150_000), ("fortieth", 25_000)])
def test_slow_peers_are_given_fewer_cases(size, cases):
    assert cases_of(size, 1_000_000) == cases
