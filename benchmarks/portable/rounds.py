"""Rounds of one run of each peer, so that whatever the machine does meanwhile is done to all of them."""

from rich.progress import Progress

from app.broker.embedded import EmbeddedKafka
from app.errors import CreditstreamError
from benchmarks.portable.log import Log
from benchmarks.portable.outputs import Expected
from benchmarks.portable.peers import Peer, Size
from benchmarks.portable.report import PeerRuns, Results
from benchmarks.portable.running import run
from benchmarks.results import today

COLD = 150_000                                 # decisions, from a start without compiled code


def cases_of(size: Size, full: int) -> int:
    """How many cases a peer is given when the quick ones are given `full`: so many that it works for as long."""
    return {"full": full, "cold": min(COLD, full), "tenth": max(full // 10, 1), "fiftieth": max(full // 50, 1)}[size]


class Rounds:
    def __init__(
        self, kafka: EmbeddedKafka, progress: Progress, results: Results, peers: list[Peer], full: int
    ) -> None:
        """What is known of these peers from before is forgotten."""
        self._kafka = kafka
        self._progress = progress
        self._results = results
        self._peers = peers
        self._full = full
        self._log = Log(kafka.bootstrap_servers)
        self._expected: dict[int, Expected] = {}
        for peer in peers:
            results.peers[peer.name] = PeerRuns(
                title=peer.title, delivery=peer.delivery, measured=today(), runs=[]
            )

    async def one(self, label: str) -> None:
        """A peer that fails is noted, and not run again; the others go on."""
        for peer in self._peers:
            known = self._results.peers[peer.name]
            if known.failure:
                continue
            try:
                await self._run(label, peer, known)
            except CreditstreamError as error:
                known.failure = str(error)
                self._progress.console.print(f"{peer.title}: {error}", style="red", markup=False)

    async def _run(self, label: str, peer: Peer, known: PeerRuns) -> None:
        expected = await self._filled(cases_of(peer.size, self._full))
        task = self._progress.add_task(f"{label}: {peer.title}", total=expected.cases)
        cost = await run(
            peer, self._log, self._kafka, expected, lambda count: self._progress.update(task, completed=count)
        )
        known.runs.append(cost)
        self._progress.update(
            task, completed=expected.cases, description=f"{label}: {peer.title}, {cost.cpu_us:,.1f} µs a decision"
        )

    async def _filled(self, cases: int) -> Expected:
        """The log of that length, written the first time that it is asked for."""
        if cases not in self._expected:
            expected = Expected(cases)
            task = self._progress.add_task(f"filling the log with {cases:,} cases", total=cases)
            await self._log.fill(cases, lambda more: self._progress.advance(task, more), expected.see)
            self._expected[cases] = expected
        return self._expected[cases]
