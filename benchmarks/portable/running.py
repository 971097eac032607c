"""One run of one peer: started on a log that waits, metered from first event to last committed offset, ended."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from uuid import uuid4

from msgspec import Struct

from app.broker.embedded import EmbeddedKafka
from benchmarks.meter import MeteredProcess, PeerFailedError, Reading
from benchmarks.portable.job import ENDS, Job
from benchmarks.portable.log import PARTITIONS, Ends, Log
from benchmarks.portable.outputs import Expected, Found, read_outputs
from benchmarks.portable.peers import Peer

_LOOK_EVERY = 0.005                            # seconds, until the work begins
_ASK_EVERY = 0.05                              # seconds between two looks at the group's offsets
_PATIENCE = 90.0                               # seconds in which nothing happens

Shown = Callable[[int], None]


class Cost(Struct, frozen=True, kw_only=True):
    """Of one run, from the first event to the last committed offset. CPU is the whole process's, user and system."""

    decisions: int
    seconds: float
    cpu_us: float                              # a decision
    warm_cpu_us: float                         # a decision of the second half
    broker_cpu_us: float                       # a decision
    start_cpu_seconds: float                   # before the first event: not in the figures above
    peak_rss_mib: float
    transactions: int

    @property
    def rate(self) -> float:
        return self.decisions / self.seconds


class Mark(Struct, frozen=True):
    """Where the meter stood when so many cases were decided and committed."""

    decisions: float
    reading: Reading


async def run(
    peer: Peer, log: Log, kafka: EmbeddedKafka, expected: Expected, shown: Shown, *, within: float = inf
) -> Cost:
    """Lets the peer decide every case of the log of that length, in `within` seconds.

    PeerFailedError when it ends, stands still, or says anything but what the kernel says."""
    with tempfile.TemporaryDirectory(prefix="creditstream-portable-") as folder:
        job = _job(peer, log, kafka, expected.cases, folder)
        await log.make((job.segments, job.offers), {})
        await log.make((job.changelog,), {"cleanup.policy": "compact"})
        try:
            program, *arguments = peer.command(job)
            with MeteredProcess(
                arguments, {**job.environment(), **peer.environment}, begins=peer.begins,
                log_file=Path(folder) / "peer.log", kafka=kafka, program=program,
            ) as process:  # fmt: skip
                marks = await _metered(process, peer, log, job, shown, within)
            topics = {"segments": job.segments, "offers": job.offers}
            found = await read_outputs(log, topics, expected, lambda _: None)
            if wrong := found.problems(may_repeat=peer.may_repeat, decides=peer.decides):
                raise PeerFailedError(f"{peer.title}: {'; '.join(wrong)}")
            markers = _markers(found, await log.ends([job.segments]))
        finally:
            await log.delete(job.group)
    return _cost(marks, process.peak_rss, peer.transactions(markers))


def _job(peer: Peer, log: Log, kafka: EmbeddedKafka, cases: int, folder: str) -> Job:
    group = f"{peer.name}-{uuid4().hex[:8]}"
    applications, answers = log.inputs(cases)
    return Job(
        bootstrap_servers=kafka.bootstrap_servers,
        group=group,
        applications=applications,
        answers=answers,
        segments=f"{group}-segments",
        offers=f"{group}-offers",
        changelog=f"{group}-cases-changelog",
        partitions=PARTITIONS,
        decisions=cases,
        folder=folder,
    )


async def _metered(  # noqa: PLR0917
    process: MeteredProcess, peer: Peer, log: Log, job: Job, shown: Shown, within: float
) -> list[Mark]:
    """Readings at the beginning, along the way and at the end."""
    inputs = await log.ends((job.applications, job.answers))
    marks = [Mark(0, await _begun(process, peer))]
    last = time.monotonic()
    async with log.watch(job.group) as watch:
        while True:
            if peer.commits:
                decisions = sum((await watch.committed(inputs)).values()) / 2      # a case is two events
                ended = decisions >= job.decisions
            else:
                decisions = sum((await watch.ends([job.segments])).values())
                ended = process.has_said(ENDS)
            process.look()
            if decisions > marks[-1].decisions:
                last = time.monotonic()
                shown(int(decisions))
            marks.append(Mark(decisions, process.read()))
            if ended:
                return marks
            if time.monotonic() - marks[0].reading.at > within:
                raise PeerFailedError(f"{peer.title} takes more than {within:.0f} s")
            if time.monotonic() - last > _PATIENCE:
                raise PeerFailedError(f"{peer.title} stands still at {decisions:.0f} decisions:\n{process.tail()}")
            await asyncio.sleep(_ASK_EVERY)


async def _begun(process: MeteredProcess, peer: Peer) -> Reading:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if (began := process.look()) is not None:
            return began
        await asyncio.sleep(_LOOK_EVERY)
    raise PeerFailedError(f"{peer.title} does not begin:\n{process.tail()}")


def _markers(found: Found, ends: Ends) -> list[int]:
    """Commit markers by partition of the segments' topic: everything in it that is no segment."""
    return [end - found.segments_in[tp.partition] for tp, end in ends.items()]


def _cost(marks: list[Mark], peak_rss: int, transactions: int) -> Cost:
    first, last = marks[0], marks[-1]
    half = next(mark for mark in marks if mark.decisions >= last.decisions / 2)
    began, ended = first.reading, last.reading
    per = 1e6 / last.decisions
    warm = last.decisions - half.decisions
    return Cost(
        decisions=int(last.decisions),
        seconds=ended.at - began.at,
        cpu_us=(ended.cpu - began.cpu) * per,
        warm_cpu_us=(ended.cpu - half.reading.cpu) * 1e6 / warm if warm else 0.0,
        broker_cpu_us=(ended.broker_cpu - began.broker_cpu) * per,
        start_cpu_seconds=began.cpu,
        peak_rss_mib=peak_rss / 2**20,
        transactions=transactions,
    )
