"""One run of one peer: started on a log that waits, watched until every case is decided, ended."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from msgspec import Struct

from app.broker.embedded import EmbeddedKafka
from app.contracts.names import SCORE_SEGMENTS, TopicNames
from benchmarks.log import Ends, Log
from benchmarks.meter import MeteredProcess, PeerFailedError, Reading
from benchmarks.outputs import COMPARED, Outputs, incomplete, per_decision, read_outputs
from benchmarks.peers.peer import Peer, Place

_LOOK_EVERY = 0.005                            # seconds, until the work begins
_PATIENCE = 90.0                               # seconds without a decision

Shown = Callable[[int], None]


class Cost(Struct, frozen=True, kw_only=True):
    """What one run cost, from the first event to the last decision."""

    decisions: int
    seconds: float
    cpu_us: float                              # of the whole process, user and system, a decision
    broker_cpu_us: float                       # a decision
    start_cpu_seconds: float                   # before the first event: not in the figures above
    peak_rss_mib: float
    outputs: dict[str, float]                  # events a decision, by role

    @property
    def rate(self) -> float:
        return self.decisions / self.seconds


class Run(Struct, frozen=True):
    cost: Cost
    outputs: Outputs


async def run(peer: Peer, log: Log, kafka: EmbeddedKafka, decisions: int, shown: Shown) -> Run:
    """Lets the peer decide everything that lies in the inputs. `shown` is told how many cases are decided so far.

    PeerFailedError when it ends, stands still, or leaves its outputs incomplete."""
    names = TopicNames(log.names.prefix, f"{peer.name}-{uuid4().hex[:8]}")
    await log.make_topics(names)
    since = await log.ends(COMPARED)
    with tempfile.TemporaryDirectory(prefix="creditstream-benchmark-") as folder:
        place = Place(kafka.bootstrap_servers, names, log.partitions, Path(folder))
        command = ["-m", peer.module, *peer.arguments(place)]
        log_file = Path(folder) / "peer.log"
        with MeteredProcess(
            command, peer.environment(place), begins=peer.begins, log_file=log_file, kafka=kafka
        ) as process:
            try:
                began = await _begun(process)
                await _decided(process, log, since, decisions, shown)
                ended = process.read()
            except TimeoutError:
                raise PeerFailedError(f"{peer.title} stands still:\n{process.tail()}") from None
    outputs = await read_outputs(log, since, await log.settled_ends(COMPARED))
    if wrong := incomplete(outputs, decisions, may_repeat=peer.may_repeat):
        raise PeerFailedError(f"{peer.title} put out {'; '.join(wrong)}")
    return Run(_cost(began, ended, decisions, process.peak_rss, outputs), outputs)


async def _begun(process: MeteredProcess) -> Reading:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if (began := process.look()) is not None:
            return began
        await asyncio.sleep(_LOOK_EVERY)
    raise TimeoutError


async def _decided(process: MeteredProcess, log: Log, since: Ends, decisions: int, shown: Shown) -> None:
    """Counts segments, the smallest of the events that each decided case puts out."""
    segments = {tp: offset for tp, offset in since.items() if tp.topic == log.names.by_role[SCORE_SEGMENTS]}
    count, last = 0, time.monotonic()
    async for records in log.read(segments):
        process.look()
        if records:
            last = time.monotonic()
            count += len(records)
            shown(count)
        if count >= decisions:
            return
        if time.monotonic() - last > _PATIENCE:
            raise TimeoutError


def _cost(began: Reading, ended: Reading, decisions: int, peak_rss: int, outputs: Outputs) -> Cost:
    per = 1e6 / decisions
    return Cost(
        decisions=decisions,
        seconds=ended.at - began.at,
        cpu_us=(ended.cpu - began.cpu) * per,
        broker_cpu_us=(ended.broker_cpu - began.broker_cpu) * per,
        start_cpu_seconds=began.cpu,
        peak_rss_mib=peak_rss / 2**20,
        outputs=dict(per_decision(outputs, decisions)),
    )
