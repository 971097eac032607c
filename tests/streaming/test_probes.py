"""What the probes say is so; what happens when the broker goes and comes back."""

import asyncio
import time
from pathlib import Path

from app.broker.embedded import EmbeddedKafka
from tests.streaming.rig import Rig, Worker, exactly_once, until


async def complains_of(worker: Worker, of: str) -> bool:
    ready, why = await worker.readiness()
    return not ready and any(of in reason for reason in why)


async def test_a_worker_is_ready_when_its_lanes_are_restored_and_not_before(rig: Rig) -> None:
    """Seen at every moment of its start: 503 with a reason, then 200; once ready, it works."""
    await rig.send([(f"k{number}", "add 1") for number in range(50)])
    worker = rig.worker()
    reasons: set[str] = set()

    async def ready() -> bool:
        status, _ = await worker.get("/readyz")
        now, why = await worker.readiness()
        reasons.update(reason.split(":")[0] for reason in why)
        assert now or status in {0, 503}
        return now

    await until(ready, 20)
    assert reasons & {"the group has not assigned the lanes yet", "lane 0 is opening", "lane 1 is opening"}
    assert (await worker.get("/livez"))[0] == 200
    await rig.told(50)
    _, metrics = await worker.get("/metrics")
    assert 'creditstream_lane_state{lane="0",state="open"} 1.0' in metrics
    assert "creditstream_event_to_decision_seconds_count 50.0" in metrics
    assert worker.stop() == 0


async def test_a_broker_that_goes_makes_unready_and_one_that_returns_is_gone_on_with(
    run_id: str, tmp_path: Path
) -> None:
    with EmbeddedKafka() as kafka:
        async with Rig.ready(kafka.bootstrap_servers, run_id, tmp_path) as rig:
            worker = rig.worker()
            await worker.ready()
            events = [(f"k{number % 7}", number) for number in range(2_000)]
            await rig.send([(key, f"add {number}") for key, number in events[:1_000]])
            await rig.told(1)
            kafka.kill()
            await until(lambda: complains_of(worker, "the broker has not answered for"), 15)
            assert (await worker.get("/livez"))[0] == 200
            await asyncio.sleep(1.0)
            kafka.start()
            back = time.monotonic()
            await worker.ready(60)
            await rig.send([(key, f"add {number}") for key, number in events[1_000:]])
            exactly_once(await rig.told(2_000), events)
            assert time.monotonic() - back < 45
            assert worker.logged().count("\n") < 150           # the clients' retries are tamed
            assert worker.stop() == 0


async def test_a_worker_told_to_stop_before_it_has_begun_stops(rig: Rig) -> None:
    worker = rig.worker()
    await until(lambda: _serves(worker), 10)
    assert worker.stop() == 0


async def _serves(worker: Worker) -> bool:
    return (await worker.get("/livez"))[0] == 200
