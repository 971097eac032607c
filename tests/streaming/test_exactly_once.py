"""Killed, stopped, rebalanced: every event is counted once."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.streaming.rig import Rig, Worker, exactly_once, until

KEYS = [f"k{number}" for number in range(20)]


@asynccontextmanager
async def steady_traffic(rig: Rig) -> AsyncIterator[list[tuple[str, int]]]:
    """Events to two of the inputs until the block ends; what was sent."""
    sent: list[tuple[str, int]] = []
    ending = asyncio.Event()

    async def send() -> None:
        chance = random.Random(7)
        async with rig.producer() as producer:
            while not ending.is_set():
                events = [(chance.choice(KEYS), chance.randrange(1000)) for _ in range(40)]
                topic = rig.orders.inputs[chance.randrange(2)]
                await asyncio.gather(
                    *[await producer.send(topic, f"add {number}".encode(), key.encode()) for key, number in events]
                )
                sent.extend(events)
                await asyncio.sleep(0.02)

    sending = asyncio.create_task(send())
    try:
        yield sent
    finally:
        ending.set()
        await sending


async def test_kill_9_loses_and_doubles_nothing(rig: Rig) -> None:
    """Static membership: the lanes wait for the worker that comes back under its name."""
    chance = random.Random(11)
    async with steady_traffic(rig) as sent:
        for _ in range(3):
            worker = rig.worker(instance="only")
            await worker.ready()
            await asyncio.sleep(chance.uniform(0.1, 0.9))
            worker.kill()
        worker = rig.worker(instance="only")
        await worker.ready()
    exactly_once(await rig.told(len(sent)), sent)
    assert worker.stop() == 0


async def test_a_zombie_is_fenced_and_lanes_move_without_loss(rig: Rig) -> None:
    """A worker that is stopped loses its lanes to the other; when it goes on it must not double what the other did."""
    async with steady_traffic(rig) as sent:
        first = rig.worker()
        await first.ready()
        second = rig.worker()
        await second.ready()

        await asyncio.sleep(0.5)
        first.signal(signal.SIGSTOP)

        async def taken_over() -> bool:
            return "lanes of this worker: 0, 1" in second.logged() and (await second.readiness())[0]

        await until(taken_over, 20)
        await asyncio.sleep(0.5)
        first.signal(signal.SIGCONT)
        await asyncio.sleep(0.5)
        await first.ready()
        assert second.stop() == 0              # hands its lane back in good order
        await asyncio.sleep(0.5)
        assert first.running, first.logged()
    exactly_once(await rig.told(len(sent)), sent)
    # Whether the zombie hears of it from the fence or from the group first is chance (the fence: test_opening.py).
    assert "ProducerFenced" not in second.logged()             # the owner was left alone


async def test_kept_lanes_keep_their_state(rig: Rig) -> None:
    """A rebalance that gives a lane back does not restore it again."""
    await rig.send([(key, "add 1") for key in KEYS])
    first = rig.worker()
    await rig.told(len(KEYS))
    second = rig.worker()
    await second.ready()
    await first.ready()
    began = time.monotonic()
    assert second.stop() == 0
    await until(lambda: _owns_both(first), 15)
    await first.ready()
    await rig.send([(key, "add 1") for key in KEYS])
    exactly_once(await rig.told(2 * len(KEYS)), [(key, 1) for key in KEYS] * 2)
    assert time.monotonic() - began < 15
    opened = [line for line in first.logged().splitlines() if " open after " in line]
    assert len(opened) == 3                    # two at first, and the one that had been with the second worker


async def _owns_both(worker: Worker) -> bool:
    return worker.logged().count("lanes of this worker: 0, 1") >= 2
