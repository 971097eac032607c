"""A replay decides as the stream did: byte for byte, however the stream interleaved its inputs."""

from collections.abc import Collection
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, DECISIONS, INPUTS, LOAN_APPLICATIONS
from app.contracts.wire import headers_in
from app.errors import UsageError
from app.simulation.recording import Recorded, Recording, read_recording, write_recording
from app.simulation.simulate import COMPARED, against_the_record, simulate
from tests.builders import (
    CUSTOMER,
    a_grant,
    a_response,
    a_withdrawal,
    an_application,
    encoded,
    ms,
)
from tests.lane.world import KEYS, LIMITS, PARTITION, PARTITIONS, PlainShelf, Rec, World

LOG = {
    LOAN_APPLICATIONS: [(10, an_application()), (14, an_application(application_id="a-2", event_id="e-2"))],
    CONSENTS: [
        (5, a_grant(1, ["EQUIFAX"])),
        (13, a_withdrawal(13)),
        (15, a_grant(15, ["EQUIFAX"], consent_id="k-2", event_id="e-k-2")),
    ],
    BUREAU_RESPONSES: [
        (12.5, a_response()),
        (16, a_response(application_id="a-2", event_id="r-2")),
        (17, a_response("EXPERIAN", event_id="r-3")),
    ],
}

EVERY_RECORD = [role for role in INPUTS for _ in LOG[role]]


def recorded(role: str, offset: int, at: float, body: object) -> Recorded:
    return Recorded(role, PARTITION, offset, ms(at), CUSTOMER.encode(), encoded(body))


def inputs() -> list[Recorded]:
    return [recorded(role, n, at, body) for role, told in LOG.items() for n, (at, body) in enumerate(told)]


def stream(
    interleaving: list[str], commit_after: Collection[int] = (), look_after: Collection[int] = ()
) -> Recording:
    """The inputs read in some interleaving of the three topics, some transactions, and what the lane published."""
    world, position = World(), dict.fromkeys(INPUTS, 0)
    for number, role in enumerate(interleaving or EVERY_RECORD):
        at, body = LOG[role][position[role]]
        world.learn(role, Rec(position[role], ms(at), CUSTOMER.encode(), encoded(body)))
        position[role] += 1
        if number in look_after:
            world.look()
        if number in commit_after:
            world.commit()
    world.wake(1_000).commit()
    offsets = count()
    published = [
        Recorded(role, PARTITION, next(offsets), 0, o.key, o.value, tuple(headers_in(o.headers)))
        for role in COMPARED
        for o in world.outputs(role)
    ]
    return Recording(PARTITIONS, inputs() + published)


SOME_RECORDS = st.sets(st.integers(0, len(EVERY_RECORD)))


@given(st.permutations(EVERY_RECORD), SOME_RECORDS, SOME_RECORDS)
def test_a_replay_takes_the_same_cut_even_where_a_withdrawal_races_an_answer(interleaving, commit_after, look_after):
    recording = stream(interleaving, commit_after, look_after)
    replayed = simulate(recording, PlainShelf(), LIMITS, KEYS)
    comparison = against_the_record(replayed, recording)
    assert comparison.same, comparison
    assert comparison.equal == 2 * len(COMPARED)


def test_without_recorded_decisions_the_log_is_replayed_in_the_order_of_its_timestamps():
    replayed = simulate(Recording(PARTITIONS, inputs()), PlainShelf(), LIMITS, KEYS)
    assert [r.topic for r in replayed].count(DECISIONS) == 2


def test_a_replay_of_nothing_decides_nothing():
    assert simulate(Recording(PARTITIONS, []), PlainShelf(), LIMITS, None) == []


def test_an_event_that_is_there_twice_differs():
    recording = stream([])
    doubled = Recording(PARTITIONS, [*recording.records, recording.records[-1]])
    replayed = simulate(recording, PlainShelf(), LIMITS, KEYS)
    assert not against_the_record(replayed, doubled).same


def test_a_recording_comes_back_from_its_file_as_it_was(tmp_path):
    path = tmp_path / "day.jsonl"
    odd = Recorded(CONSENTS, 3, 9, 1, b"\xff\xfe", None, (("ce_type", b"\x00\x80"), ("x", b"y")))
    recording = Recording(PARTITIONS, [*inputs(), odd])
    write_recording(path, recording)
    assert read_recording(path) == recording
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1"),
        ('{"recording": 2, "partitions": 4}\n', "line 1"),
        ('{"recording": 1, "partitions": 4}\n{"topic": 1}\n', "line 2"),
        ('{"recording": 1, "partitions": 4}\n\n{"topic"\n', "line 3"),
    ],
)
def test_a_broken_recording_is_refused_by_line(tmp_path, content, said):
    path = tmp_path / "day.jsonl"
    path.write_text(content)
    with pytest.raises(UsageError, match=said):
        read_recording(path)


def test_a_missing_recording_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="--record"):
        read_recording(tmp_path / "none.jsonl")
