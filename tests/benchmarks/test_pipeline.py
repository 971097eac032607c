"""The peers of the pipeline benchmark, on a real broker: nothing is compared that does not say the same."""

import pytest

from app.contracts.names import INPUTS
from app.simulation.capture import capture
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.outputs import differences
from benchmarks.peers.peer import BARE_LOOP, CREDITSTREAM, PLAIN_FAUST
from benchmarks.runner import run

PARTITIONS = 2
CASES = 60


@pytest.fixture
async def log(kafka, run_id):
    log = Log(kafka.bootstrap_servers, PARTITIONS, prefix=f"{run_id}-")
    await log.make_topics(log.names)
    return log


async def test_all_peers_say_the_same_of_every_case_and_what_it_cost(kafka, log):
    first, rest = list(customers(CASES // 2)), list(customers(CASES // 2, first=CASES // 2))
    shown = []
    await log.append(first, lambda _: None)
    plain = await run(PLAIN_FAUST, log, kafka, len(first), shown.append)
    await log.append(rest, lambda _: None)
    bare = await run(BARE_LOOP, log, kafka, CASES, shown.append)
    product = await run(CREDITSTREAM, log, kafka, CASES, shown.append)
    assert differences(plain.outputs, product.outputs) == []
    assert differences(bare.outputs, product.outputs) == []
    assert bare.outputs.repeats == product.outputs.repeats == 0
    assert shown[-1] == CASES
    for cost in (plain.cost, bare.cost, product.cost):
        assert cost.cpu_us > 0
        assert cost.seconds > 0
        assert cost.peak_rss_mib > 10


async def test_whoever_begins_to_read_emptied_inputs_reads_what_comes_next(kafka, log):
    await log.append(customers(20), lambda _: None)
    await log.empty_inputs()
    later = list(customers(5, first=20))
    await log.append(later, lambda _: None)
    recording = await capture({"bootstrap_servers": kafka.bootstrap_servers}, log.names, INPUTS)
    assert {record.key for record in recording.records} == {customer.key for customer in later}
