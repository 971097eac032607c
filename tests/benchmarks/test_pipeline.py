"""The peers of the pipeline benchmark, on a real broker: nothing is compared that does not say the same."""

import pytest

from app.contracts.names import DEAD_LETTERS, INPUTS
from app.simulation.capture import capture
from benchmarks.events import Customer, customers
from benchmarks.log import Log
from benchmarks.outputs import differences
from benchmarks.peers.peer import BARE_LOOP, CREDITSTREAM, DOCUMENTED_FAUST, PLAIN_FAUST
from benchmarks.runner import run

PARTITIONS = 2
CASES = 1_200                                  # the quickest peer, too, takes many ticks of the clock that times it


@pytest.fixture
async def log(kafka, run_id):
    log = Log(kafka.bootstrap_servers, PARTITIONS, prefix=f"{run_id}-")
    await log.make_topics(log.names)
    return log


async def test_all_peers_say_the_same_of_every_case_and_what_it_cost(kafka, log):
    first, rest = list(customers(CASES // 2)), list(customers(CASES // 2, first=CASES // 2))
    shown = []
    await log.append(first, lambda _: None)
    documented = await run(DOCUMENTED_FAUST, log, kafka, len(first), shown.append)
    plain = await run(PLAIN_FAUST, log, kafka, len(first), shown.append)
    await log.append(rest, lambda _: None)
    bare = await run(BARE_LOOP, log, kafka, CASES, shown.append)
    product = await run(CREDITSTREAM, log, kafka, CASES, shown.append)
    assert differences(documented.outputs, product.outputs) == []
    assert differences(plain.outputs, product.outputs) == []
    assert differences(bare.outputs, product.outputs) == []
    assert bare.outputs.repeats == product.outputs.repeats == 0
    assert shown[-1] == CASES
    for cost in (documented.cost, plain.cost, bare.cost, product.cost):
        assert cost.cpu_us > 0
        assert cost.seconds > 0
        assert cost.peak_rss_mib > 10


@pytest.mark.parametrize("peer", [DOCUMENTED_FAUST, PLAIN_FAUST], ids=lambda peer: peer.name)
async def test_plain_faust_goes_on_after_bad_input(kafka, log, peer):
    good = next(customers(1))
    for bad in (b"{", b'{"customer_id":"c-00000000"}', b""):
        await log.append([Customer(good.customer_id, dict.fromkeys(good.events, bad))], lambda _: None)
    since = await log.ends([DEAD_LETTERS])
    await log.append([good], lambda _: None)
    await run(peer, log, kafka, 1, lambda _: None)
    refused = 0
    async for records in log.read(since):
        assert {record.key for record in records} <= {good.key}
        refused += len(records)
        if refused == 3 * len(good.events):
            break


async def test_whoever_begins_to_read_emptied_inputs_reads_what_comes_next(kafka, log):
    await log.append(customers(20), lambda _: None)
    await log.empty_inputs()
    later = list(customers(5, first=20))
    await log.append(later, lambda _: None)
    recording = await capture({"bootstrap_servers": kafka.bootstrap_servers}, log.names, INPUTS)
    assert {record.key for record in recording.records} == {customer.key for customer in later}
