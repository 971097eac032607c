"""How the lanes of one worker share it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest
from faust.types import TP

from app.lane.records import Record
from app.streaming.inbox import Inbox
from app.streaming.metrics import Metrics
from app.streaming.opening import open_lane
from app.streaming.positions import Positions
from app.streaming.session import SLICE, Session
from app.streaming.suspicion import Suspicion
from tests.streaming.counter_lane import CounterLane
from tests.streaming.rig import Rig
from tests.streaming.test_inbox import Rec

SLICES = 3


class Diarist(CounterLane):
    """Notes in a common diary when it learns."""

    def __init__(self, partition: int, rig: Rig, diary: list[int]) -> None:
        super().__init__(partition, rig.orders.out, rig.orders.changelogs)
        self.learns = asyncio.Event()
        self._diary = diary

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        self._diary.append(self.partition)
        self.learns.set()
        super().learn(topic, records)


@asynccontextmanager
async def with_a_backlog(
    rig: Rig, lane: CounterLane, turn: asyncio.Lock, room: int = SLICES * SLICE
) -> AsyncIterator[Session]:
    """An open lane for which some slices wait."""
    topic, config = rig.orders.inputs[0], msgspec.structs.replace(rig.orders, max_events=room).config
    opened = await open_lane(config, lane, {})
    positions = Positions()
    inbox = Inbox(lane.partition, positions, most_events=config.queued_events, most_batches=config.queued_batches)
    session = Session(config, opened, inbox, Metrics(), turn)
    session.begin()
    positions.sought(positions.asked())
    records = [Rec(offset, key=b"k", value=b"add 1") for offset in range(SLICES * SLICE)]
    batch = positions.advance(TP(topic, lane.partition), 0, len(records), records)
    assert batch is not None
    inbox.put(batch)
    try:
        yield session
    finally:
        await session.close()


async def test_a_lane_fills_its_transaction_before_the_next_one_computes(rig: Rig) -> None:
    diary: list[int] = []
    turn = asyncio.Lock()
    async with (
        with_a_backlog(rig, Diarist(0, rig, diary), turn) as one,
        with_a_backlog(rig, Diarist(1, rig, diary), turn) as other,
    ):
        assert await asyncio.gather(one.step(Suspicion()), other.step(Suspicion())) == [True, True]
    assert diary == [0] * SLICES + [1] * SLICES
    assert len(await rig.told(2 * SLICES * SLICE)) == 2 * SLICES * SLICE


class Undecided(CounterLane):
    """Has cases half learnt until it has learnt so many events."""

    def __init__(self, rig: Rig, until: int) -> None:
        super().__init__(0, rig.orders.out, rig.orders.changelogs)
        self._left = until

    @property
    def half_learnt(self) -> int:
        return max(self._left, 0)

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        self._left -= len(records)
        super().learn(topic, records)


@pytest.mark.parametrize(
    ("until", "told"), [(SLICE, 2 * SLICE), (2 * SLICE + 1, 5 * SLICE // 2), (9 * SLICE, 5 * SLICE // 2)]
)
async def test_a_full_transaction_takes_a_fourth_more_for_cases_half_learnt(rig: Rig, until: int, told: int) -> None:
    async with with_a_backlog(rig, Undecided(rig, until), asyncio.Lock(), room=2 * SLICE) as lane:
        assert await lane.step(Suspicion())
    assert len(await rig.told(told)) == told


async def test_a_lane_may_compute_while_another_one_commits(rig: Rig) -> None:
    turn = asyncio.Lock()
    lane = Diarist(0, rig, [])
    async with with_a_backlog(rig, lane, turn) as session:
        step = asyncio.create_task(session.step(Suspicion()))
        await lane.learns.wait()
        async with turn:                       # given back before the broker has answered
            assert not step.done()
        assert await step
