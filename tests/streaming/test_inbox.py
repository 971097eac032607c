"""No batch is lost and none is taken twice, whatever is dropped between the drain loop and a lane."""

import asyncio
from dataclasses import dataclass

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.inbox import CLOSELY, PACE, PATIENCE, TURN, Inbox
from app.streaming.positions import Batch, Positions

IN = TP("in", 0)


@dataclass
class Rec:
    offset: int
    timestamp: int = 0
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


def records(first: int, after: int) -> list[Rec]:
    return [Rec(offset) for offset in range(first, after)]


def batch(positions: Positions, first: int, after: int) -> Batch | None:
    return positions.advance(IN, first, after, records(first, after))


def flowing(start: int = 0, most: int = 1_000) -> tuple[Positions, Inbox]:
    positions = Positions()
    inbox = Inbox(0, positions, most_events=most, most_batches=8)
    inbox.read_from({"in": start})
    positions.sought(positions.asked())
    return positions, inbox


def offsets(batches: list[Batch]) -> list[int]:
    return [record.offset for one in batches for record in one.records]


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_what_is_dropped_on_its_way_is_read_again(steps: list[tuple[int, bool, bool]]) -> None:
    """A consumer that reads 1-5 records at a time; some batches vanish; seeks happen only between fetches."""
    positions, inbox = flowing()
    at, got = 0, []
    for count, vanishes, late_seek in [*steps, *[(5, False, False)] * 3]:
        if not late_seek:
            for tp, offset in positions.asked().items():
                at = offset
                positions.sought({tp: offset})
        one = batch(positions, at, at + count)
        at += count
        if one is not None and not vanishes:
            inbox.put(one)
        got += offsets(inbox.take(1_000))
    assert got == list(range(at))              # and nothing that was read is still missing


def test_a_fetch_that_begins_further_on_is_not_believed() -> None:
    positions, inbox = flowing(10)
    assert batch(positions, 13, 15) is None
    assert positions.asked() == {IN: 10}
    assert inbox.take(10) == []


def test_batches_of_a_former_opening_are_not_taken() -> None:
    positions, inbox = flowing(10)
    old = batch(positions, 10, 12)
    inbox.read_from({"in": 10})
    assert old is not None
    inbox.put(old)
    assert inbox.take(10) == []


def test_a_partition_that_nobody_asked_for_is_dropped() -> None:
    positions, inbox = flowing()
    inbox.clear()
    assert batch(positions, 0, 3) is None
    assert positions.fetchable() == frozenset()


def test_control_records_move_the_position_without_events() -> None:
    positions, inbox = flowing()
    one = positions.advance(IN, 0, 2, [])
    assert one is not None
    inbox.put(one)
    (taken,) = inbox.take(10)
    assert (taken.start, taken.next, list(taken.records)) == (0, 2, [])


def test_a_transaction_takes_exactly_as_many_as_it_may() -> None:
    positions, inbox = flowing()
    for first in (0, 4, 8):
        one = positions.advance(IN, first, first + 4, records(first, first + 3))   # a control record ends each
        assert one is not None
        inbox.put(one)
    assert [offsets(inbox.take(4)) for _ in range(3)] == [[0, 1, 2, 4], [5, 6, 8, 9], [10]]


def test_the_oldest_of_all_inputs_is_taken_first() -> None:
    positions = Positions()
    inbox = Inbox(0, positions, most_events=100, most_batches=8)
    inbox.read_from({"in": 0, "other": 0})
    positions.sought(positions.asked())
    for topic, stamps in (("in", (10, 20, 30)), ("other", (15, 16, 40))):
        told = [Rec(offset, stamp) for offset, stamp in enumerate(stamps)]
        one = positions.advance(TP(topic, 0), 0, len(told), told)
        assert one is not None
        inbox.put(one)
    taken = [inbox.take(1)[0] for _ in range(6)]
    assert [record.timestamp for one in taken for record in one.records] == [10, 15, 16, 20, 30, 40]
    assert inbox.take(1) == []


def test_inputs_take_turns_so_that_what_came_together_is_taken_together() -> None:
    positions = Positions()
    inbox = Inbox(0, positions, most_events=2_000, most_batches=8)
    inbox.read_from({"in": 0, "other": 0})
    positions.sought(positions.asked())
    for topic in ("in", "other"):
        put(positions, inbox, topic, 0, list(range(3 * TURN)))
    for _ in range(3):
        taken = inbox.take(2 * TURN)
        assert [(one.topic, len(one.records)) for one in taken] == [("in", TURN), ("other", TURN)]


def test_closely_taken_an_input_passes_the_turn_on_where_another_ones_record_is_older() -> None:
    positions = Positions()
    inbox = Inbox(0, positions, most_events=2_000, most_batches=8)
    inbox.read_from({"in": 0, "other": 0})
    positions.sought(positions.asked())
    put(positions, inbox, "in", 0, [1] * 70 + [3] * 70)
    put(positions, inbox, "other", 0, [2] * 70)
    taken = [inbox.take(500, closely=True) for _ in range(3)]
    assert [[(one.topic, len(one.records)) for one in batches] for batches in taken] == [
        [("in", 70)], [("other", 70)], [("in", 70)]
    ]


@given(st.integers(1, 2 * CLOSELY), st.integers(0, 3 * CLOSELY))
def test_however_little_may_be_taken_closely_it_is_taken(most: int, waiting: int) -> None:
    positions, inbox = flowing()
    if waiting:
        one = batch(positions, 0, waiting)
        assert one is not None
        inbox.put(one)
    got: list[int] = []
    while some := inbox.take(most, closely=True):
        assert 0 < len(offsets(some)) <= most
        got += offsets(some)
    assert got == list(range(waiting))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def two_inputs(clock: Clock) -> tuple[Positions, Inbox]:
    """`in` and `other`, both read up to a record of the instant 1,000; `other`'s log is known to hold more."""
    positions = Positions()
    inbox = Inbox(0, positions, most_events=100, most_batches=8, clock=clock)
    inbox.read_from({"in": 0, "other": 0})
    positions.sought(positions.asked())
    for topic in ("in", "other"):
        put(positions, inbox, topic, 0, [1_000])
    assert len(inbox.take(10)) == 2
    inbox.observe({"in": 3, "other": 3})
    return positions, inbox


def put(positions: Positions, inbox: Inbox, topic: str, first: int, stamps: list[int]) -> None:
    told = [Rec(first + number, stamp) for number, stamp in enumerate(stamps)]
    one = positions.advance(TP(topic, 0), first, first + len(told), told)
    assert one is not None
    inbox.put(one)


def stamps(batches: list[Batch]) -> list[int]:
    return [record.timestamp for one in batches for record in one.records]


async def test_no_input_runs_ahead_of_one_whose_log_holds_more() -> None:
    positions, inbox = two_inputs(Clock())
    put(positions, inbox, "in", 1, [1_000 + PACE, 5_000])
    assert stamps(inbox.take(10)) == [1_000 + PACE]
    assert inbox.take(10) == []
    await inbox.wait(0.0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(inbox.wait(1.0), PATIENCE / 2)
    put(positions, inbox, "other", 1, [4_000, 5_000])
    await asyncio.wait_for(inbox.wait(1.0), 1)
    assert sorted(stamps(inbox.take(10))) == [4_000, 5_000, 5_000]


def test_an_input_that_does_not_come_is_waited_for_only_so_long() -> None:
    positions, inbox = two_inputs(clock := Clock())
    put(positions, inbox, "in", 1, [9_000, 9_001])
    assert inbox.take(10) == []
    clock.now += PATIENCE
    assert stamps(inbox.take(10)) == [9_000, 9_001]


def test_an_input_that_was_read_to_its_end_holds_nobody_up() -> None:
    positions, inbox = two_inputs(Clock())
    inbox.observe({"in": 3, "other": 1})
    put(positions, inbox, "in", 1, [9_000, 9_001])
    assert stamps(inbox.take(10)) == [9_000, 9_001]


def test_enough_waiting_holds_the_inputs_back_until_half_is_done() -> None:
    positions, inbox = flowing(most=10)
    one = batch(positions, 0, 12)
    assert one is not None
    inbox.put(one)
    assert positions.fetchable() == frozenset()
    inbox.take(4)
    assert positions.fetchable() == frozenset()
    inbox.take(4)
    assert positions.fetchable() == {IN}


def test_an_input_that_comes_in_larger_portions_does_not_take_the_others_room() -> None:
    positions = Positions()
    inbox = Inbox(0, positions, most_events=20, most_batches=8)
    inbox.read_from({"in": 0, "other": 0})
    positions.sought(positions.asked())
    one = batch(positions, 0, 10)
    assert one is not None
    inbox.put(one)
    assert positions.fetchable() == {TP("other", 0)}
    inbox.take(6)
    assert positions.fetchable() == {IN, TP("other", 0)}


def test_large_events_hold_the_inputs_back_although_they_are_few() -> None:
    positions, inbox = flowing()
    for offset in range(8):
        one = batch(positions, offset, offset + 1)
        assert one is not None
        inbox.put(one)
    assert positions.fetchable() == frozenset()
    inbox.take(5)
    assert positions.fetchable() == {IN}


async def test_a_failed_input_is_raised_to_whoever_waits() -> None:
    _, inbox = flowing()
    inbox.fail(LookupError("out of range"))
    with pytest.raises(LookupError, match="out of range"):
        await inbox.wait(1.0)
    inbox.read_from({"in": 0})
    await asyncio.wait_for(inbox.wait(0.01), 1)
