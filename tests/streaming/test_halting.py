"""What a lane cannot get past halts that lane, by name, and nothing else."""

import msgspec

from tests.streaming.counter_lane import OFFSETS
from tests.streaming.rig import Rig, Worker, until


async def halted(worker: Worker) -> str:
    """Why lane 0 stands still, once it does."""
    why: list[str] = []

    async def says_so() -> bool:
        nonlocal why
        ready, why = await worker.readiness()
        return not ready and any(reason.startswith("lane 0 is halted") for reason in why)

    await until(says_so, 30)
    assert len(why) == 1                       # the other lane has nothing to complain of
    return why[0]


async def goes_on(rig: Rig, worker: Worker, so_far: int) -> None:
    """The other lane works, and the worker lives."""
    await rig.send([("other", "add 1")] * 3, partition=1)
    assert len(await rig.told(so_far + 3)) == so_far + 3
    assert worker.running


async def test_a_poison_record_is_named_and_what_lies_before_it_committed(rig: Rig) -> None:
    events = [(f"secret-{number}", "add 1") for number in range(400)]
    await rig.send([*events[:300], ("secret-poison", "poison"), *events[300:]], partition=0)
    worker = rig.worker()
    reason = await halted(worker)
    assert f"{rig.orders.inputs[0]}-0 offset 300: KeyError" in reason
    told = await rig.told(300)
    assert [key for key, _ in told] == [key for key, _ in events[:300]]
    await goes_on(rig, worker, 300)
    assert "secret" not in worker.logged()     # not even in a traceback


async def test_an_output_too_large_is_traced_to_its_input(rig: Rig) -> None:
    await rig.send([("k", "add 1")] * 5 + [("k", "large 300000")] + [("k", "add 1")] * 5, partition=0)
    worker = rig.worker()
    reason = await halted(worker)
    assert f"{rig.orders.inputs[0]}-0 offsets 5 to 5" in reason
    assert f"a record for {rig.orders.out} is larger than the topic allows" in reason
    await goes_on(rig, worker, 5)


async def test_too_many_dead_letters_pause_the_lane_without_committing(rig: Rig) -> None:
    worker = rig.worker(dead_letter_ratio=0.5, instance="only")
    await worker.ready()
    await rig.send([("k", "add 1")] * 4, partition=0)
    await rig.told(4)
    await rig.send([("k", "refuse")] * 15 + [("k", "add 1")] * 5, partition=0)
    reason = await halted(worker)
    assert "lane 0 is paused" in reason
    assert "REFUSED" in reason
    await goes_on(rig, worker, 4)
    worker.kill()
    rig.worker(instance="only")                # no limit: nothing of what was held back is lost
    assert len(await rig.told(12)) == 12


async def test_a_lane_of_a_topic_made_anew_halts_and_says_which(rig: Rig) -> None:
    topic = rig.orders.inputs[0]
    await rig.send([("k", "add 1")] * 4, partition=0)
    async with rig.producer() as producer:
        stood = msgspec.msgpack.encode(({topic: 4}, {topic: b"one"}))
        await producer.send_and_wait(rig.orders.changelogs[0], stood, OFFSETS, partition=0)
    worker = rig.worker(topic_ids={topic: b"two"})
    assert f"{topic} was deleted and made anew" in await halted(worker)
    await goes_on(rig, worker, 0)
