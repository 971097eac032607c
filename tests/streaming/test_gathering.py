"""While events flow, fetches gather them; after a pause the first one comes at once."""

import asyncio
from typing import Any

from faust.types import TP

from app.streaming.gathering import IDLE_WAIT, gathered
from tests.streaming.rig import Rig, reading


def asked(consumer: Any) -> tuple[int, int]:
    """Bytes and milliseconds for which the broker waits, whichever comes first."""
    fetcher = consumer._fetcher
    return fetcher._fetch_min_bytes, fetcher._fetch_max_wait_ms


async def the_first(consumer: Any, tp: TP) -> list[Any]:
    """Values that the first fetch that is not empty brings."""
    async with asyncio.timeout(15):
        while not (found := await gathered(consumer._fetcher, [tp])):
            pass
    return [record.value for part in found for record in part.records]


async def test_while_events_flow_the_broker_gathers_them_and_after_a_pause_it_does_not(rig: Rig) -> None:
    tp = TP(rig.orders.inputs[0], 0)
    async with reading(rig, tp) as consumer:
        for value in ("first", "second"):      # each after a pause
            while await gathered(consumer._fetcher, [tp]):
                pass
            assert asked(consumer) == (1, IDLE_WAIT * 1000)
            await rig.send([("k", value)], partition=0)
            assert await the_first(consumer, tp) == [value.encode()]
            assert asked(consumer) == (65_536, 10)


async def test_the_first_fetch_that_brings_nothing_ends_the_gathering(rig: Rig) -> None:
    tp = TP(rig.orders.inputs[0], 0)
    await rig.send([("k", "only")], partition=0)
    async with reading(rig, tp) as consumer:
        assert await the_first(consumer, tp) == [b"only"]
        assert await gathered(consumer._fetcher, [tp]) == []
        assert asked(consumer) == (1, IDLE_WAIT * 1000)
