"""Rounds of one run of each peer, so that whatever the machine does meanwhile is done to all of them."""

from collections.abc import Callable
from math import inf

from rich.progress import Progress

from app.broker.embedded import EmbeddedKafka
from app.errors import CreditstreamError
from benchmarks.portable.heap import smallest_sustaining
from benchmarks.portable.log import Log
from benchmarks.portable.outputs import Expected
from benchmarks.portable.peers import AIOKAFKA, Peer, Size
from benchmarks.portable.report import PeerRuns, Results
from benchmarks.portable.running import Cost, run
from benchmarks.results import today

COLD = 150_000                                 # decisions, from a start without compiled code


def cases_of(size: Size, full: int) -> int:
    """How many cases a peer is given when the quick ones are given `full`: so many that it works for as long."""
    return {"full": full, "cold": min(COLD, full), "fortieth": max(full // 40, 1)}[size]


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
        self._smallest: Peer | None = None
        for peer in peers:
            results.peers[peer.name] = PeerRuns(
                title=peer.title, delivery=peer.delivery, measured=today(), runs=[]
            )

    async def warm_up(self) -> None:
        """A run that counts for nobody. The broker is a JVM: until it has compiled what it needs, it takes the
        processor away from whoever comes first."""
        await self._metered("warm-up", AIOKAFKA, await self._filled(cases_of(AIOKAFKA.size, self._full)))

    async def one(self, label: str, keep: Callable[[], None]) -> None:
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
            keep()

    async def _run(self, label: str, peer: Peer, known: PeerRuns) -> None:
        expected = await self._filled(cases_of(peer.size, self._full))
        if peer.heap == "smallest":
            if self._smallest is None:
                self._smallest = await smallest_sustaining(
                    lambda tried, within: self._metered(f"trying {tried.title}", tried, expected, within)
                )
                known.title = self._smallest.title
            peer = self._smallest
        known.runs.append(await self._metered(f"{label}: {peer.title}", peer, expected))

    async def _metered(self, label: str, peer: Peer, expected: Expected, within: float = inf) -> Cost:
        task = self._progress.add_task(label, total=expected.cases)

        def shown(count: int) -> None:
            self._progress.update(task, completed=count)

        try:
            cost = await run(peer, self._log, self._kafka, expected, shown, within=within)
        except CreditstreamError:
            self._progress.update(task, description=f"{label}: failed")
            raise
        self._progress.update(task, completed=expected.cases, description=f"{label}, {cost.cpu_us:,.1f} µs a decision")
        return cost

    async def _filled(self, cases: int) -> Expected:
        """The log of that length, written the first time that it is asked for."""
        if cases not in self._expected:
            expected = Expected(cases)
            task = self._progress.add_task(f"filling the log with {cases:,} cases", total=cases)
            await self._log.fill(cases, lambda more: self._progress.advance(task, more), expected.see)
            self._expected[cases] = expected
        return self._expected[cases]
