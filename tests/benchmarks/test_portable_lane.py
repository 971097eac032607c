"""The service's lane of suite A: any order, any repeat, any restart, the same outputs."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from app.contracts.state import OFFSETS_KEY
from benchmarks.portable.events import portions
from benchmarks.portable.job import Job
from benchmarks.portable.kernel import decide
from benchmarks.portable.lane import JoinLane
from benchmarks.portable.model import decode_answer, decode_application, encode

PAIRS = next(portions(12))
JOB = Job(
    bootstrap_servers="", group="g", applications="applications", answers="answers", segments="segments",
    offers="offers", changelog="changelog", partitions=1, decisions=len(PAIRS), folder="",
)  # fmt: skip


class Read(NamedTuple):
    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


EVENTS = [(JOB.applications, pair.key, pair.application) for pair in PAIRS] + [
    (JOB.answers, pair.key, pair.answer) for pair in PAIRS
]
EXPECTED = {
    pair.key: tuple(encode(o) for o in decide(decode_application(pair.application), decode_answer(pair.answer)))
    for pair in PAIRS
}


def learnt(lane, events):
    for number, (topic, key, value) in enumerate(events):
        lane.learn(topic, [Read(number, 1_000 + number, key, value)])
    return lane.harvest({JOB.applications: 5, JOB.answers: 7}, {JOB.applications: b"id"})


def said(*harvests):
    """Both outputs by key; a repeat fails."""
    found = {}
    for harvest in harvests:
        for segment, offers in zip(harvest.gathered()[JOB.segments], harvest.gathered()[JOB.offers], strict=True):
            assert segment.key == offers.key
            assert segment.key not in found
            found[segment.key] = (segment.value, offers.value)
    return found


def restored(*harvests):
    lane = JoinLane(0, JOB)
    changes = [change for harvest in harvests for change in harvest.gathered()[JOB.changelog]]
    lane.restore(JOB.changelog, [Read(n, 0, change.key, change.value) for n, change in enumerate(changes)])
    return lane, lane.restored()


@given(st.permutations(EVENTS))
def test_in_whatever_order_events_come_every_case_is_decided_once_and_as_the_kernel_says(events):
    assert said(learnt(JoinLane(0, JOB), events)) == EXPECTED


@given(st.permutations(EVENTS), st.integers(min_value=0, max_value=len(EVENTS)), st.data())
def test_a_lane_that_is_restored_between_goes_on_where_it_stood(events, cut, data):
    first = learnt(JoinLane(0, JOB), events[:cut])
    lane, found = restored(first)
    assert found.offsets == {JOB.applications: 5, JOB.answers: 7}
    assert found.topic_ids == {JOB.applications: b"id"}
    assert lane.open_cases == found.cases - len(said(first))
    repeats = data.draw(st.lists(st.sampled_from(events[:cut]), max_size=5)) if cut else []
    assert said(first, learnt(lane, [*repeats, *events[cut:]])) == EXPECTED


def test_a_case_that_is_opened_and_decided_in_one_transaction_leaves_one_short_changelog_record():
    harvest = learnt(JoinLane(0, JOB), EVENTS)
    changes = [change for change in harvest.gathered()[JOB.changelog] if change.key != OFFSETS_KEY]
    assert len(changes) == len(PAIRS)
    assert {len(change.value) for change in changes} == {1}


def test_the_tally_counts_what_was_read_and_when_each_case_was_complete():
    harvest = learnt(JoinLane(0, JOB), EVENTS)
    assert harvest.tally.events == {JOB.applications: len(PAIRS), JOB.answers: len(PAIRS)}
    assert harvest.tally.completing == [1_000 + len(PAIRS) + number for number in range(len(PAIRS))]
