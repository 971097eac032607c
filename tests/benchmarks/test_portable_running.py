"""Suite A on a real broker: peers run, are metered, checked, and leave nothing behind."""

import psutil
import pytest
from msgspec import structs

from benchmarks.meter import PeerFailedError
from benchmarks.portable.log import Log
from benchmarks.portable.outputs import Expected
from benchmarks.portable.peers import AIOKAFKA, AIOKAFKA_COMPILED, CREDITSTREAM, FAUST, FAUST_MSGSPEC, FLOOR_CODEC
from benchmarks.portable.running import run

CASES = 400
PEERS = (CREDITSTREAM, AIOKAFKA, AIOKAFKA_COMPILED, FLOOR_CODEC, FAUST, FAUST_MSGSPEC)


@pytest.fixture(scope="module")
async def filled(kafka):
    log, expected = Log(kafka.bootstrap_servers, prefix="portable-test-"), Expected(CASES)
    await log.fill(CASES, lambda _: None, expected.see)
    yield log, expected
    await log.delete("portable-test-")


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
async def test_a_peer_decides_every_case_as_the_kernel_does(kafka, filled, peer):
    log, expected = filled
    shown = []
    cost = await run(peer, log, kafka, expected, shown.append)
    assert shown[-1] == cost.decisions == CASES
    assert cost.start_cpu_seconds > 0          # the work itself may be shorter than a tick of the clock
    assert cost.seconds > 0
    assert cost.peak_rss_mib > 10
    assert (cost.transactions > 0) == (peer.delivery == "exactly once")
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if "benchmarks." in " ".join(child.cmdline())]


async def test_a_peer_that_ends_too_soon_is_told_with_its_last_words(kafka, filled):
    log, expected = filled
    broken = structs.replace(CREDITSTREAM, command=lambda _: (psutil.Process().exe(), "-c", "raise SystemExit('no')"))
    with pytest.raises(PeerFailedError, match="no"):
        await run(broken, log, kafka, expected, lambda _: None)
