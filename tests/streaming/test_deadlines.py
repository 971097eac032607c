"""Deadlines fire by themselves, survive a crash, and never run ahead of the log."""

import asyncio
import time

from tests.streaming.rig import Rig


async def test_a_deadline_fires_without_traffic(rig: Rig) -> None:
    worker = rig.worker()
    await worker.ready()
    began = time.monotonic()
    await rig.send([("k", "wait 1500")])
    ((key, told),) = await rig.told(1, within=10)
    assert (key, told.why) == ("k", "deadline")
    assert time.monotonic() - began >= 1.5 + rig.orders.config.deadline_grace


async def test_an_answer_in_time_is_in_time_although_it_is_read_late(rig: Rig) -> None:
    """Nobody is there when the deadline passes; when a worker comes, the answer lies behind a long backlog."""
    await rig.send([("other", "skip " + "x" * 400)] * 10_000, topic=1, partition=0)    # several fetches long
    await rig.send([("k", "wait 1000")], topic=0, partition=0)
    await rig.send([("k", "answer")], topic=1, partition=0)
    await rig.send([("alone", "wait 1")], topic=0, partition=0)
    await asyncio.sleep(1.5)
    rig.worker(max_events=300)
    told = {key: what.why for key, what in await rig.told(2)}
    assert told == {"k": "answered", "alone": "deadline"}


async def test_an_answer_in_a_transaction_of_its_producer_is_read_too(rig: Rig) -> None:
    """Inputs may be transactional: markers at their ends are no unread records, and aborted answers are none."""
    async with rig.producer("tx-" + rig.orders.run) as producer:
        for key, commits in (("k", True), ("other", False)):
            await producer.begin_transaction()
            for topic, value in ((0, b"wait 400"), (1, b"answer")):
                await producer.send(rig.orders.inputs[topic], value, key.encode(), partition=0)
            if commits:
                await producer.commit_transaction()
            else:
                await producer.abort_transaction()
        await producer.begin_transaction()
        await producer.send(rig.orders.inputs[0], b"wait 10", b"alone", partition=0)
        await producer.commit_transaction()
    rig.worker()
    assert {key: what.why for key, what in await rig.told(2)} == {"k": "answered", "alone": "deadline"}


async def test_a_deadline_survives_kill_9_and_fires_once(rig: Rig) -> None:
    worker = rig.worker(instance="only")
    await worker.ready()
    await rig.send([("k", "wait 2500"), ("k", "add 1")])
    await rig.told(1)
    worker.kill()
    revived = rig.worker(instance="only")
    told = await rig.told(2)
    assert [what.why for _, what in told] == ["added", "deadline"]
    await asyncio.sleep(0.6)
    assert revived.stop() == 0
    assert len(await rig.told(2)) == 2
