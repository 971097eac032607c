"""What the latency benchmark drives: the service's whole flow, or suite A's kernel, each by whatever peers there are.

Every start of a peer has a consumer group and changelogs of its own, and finds empty inputs.
"""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from msgspec import Struct

from app.broker.embedded import EmbeddedKafka
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, CREDIT_OFFERS, LOAN_APPLICATIONS, TopicNames
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.meter import MeteredProcess
from benchmarks.openloop import Arrival, Flow
from benchmarks.peers import peer as whole
from benchmarks.portable import log as portable
from benchmarks.portable import peers as small
from benchmarks.portable.events import portions
from benchmarks.portable.job import Job

APART = 0.4                                    # seconds between two events of a case
_ROLES = (CONSENTS, LOAN_APPLICATIONS, BUREAU_RESPONSES)
_NEVER = 10**9                                 # cases after which a peer would believe itself done


class Setting(Struct, frozen=True):
    """Topics that wait for events, and for a peer."""

    flow: Flow
    start: Callable[[], MeteredProcess]


class Suite(Protocol):
    """Peers that do the same work."""

    @property
    def titles(self) -> Mapping[str, str]:
        """What each peer is called, by name; the service first."""

    def setting(self, peer: str) -> AbstractAsyncContextManager[Setting]:
        """Good for one start of the peer."""


class WholeFlow:
    """Consents, applications and answers in; offers out."""

    def __init__(self, kafka: EmbeddedKafka, partitions: int) -> None:
        self._peers = {peer.name: peer for peer in (whole.CREDITSTREAM, whole.PLAIN_FAUST)}
        self.titles = {name: peer.title for name, peer in self._peers.items()}
        self._kafka = kafka
        self._log = Log(kafka.bootstrap_servers, partitions)

    @asynccontextmanager
    async def setting(self, peer: str) -> AsyncIterator[Setting]:
        chosen, servers = self._peers[peer], self._kafka.bootstrap_servers
        names = TopicNames(application=f"{peer}-{uuid4().hex[:8]}")
        await self._log.make_topics(names)
        await self._log.empty_inputs()
        with tempfile.TemporaryDirectory(prefix="creditstream-latency-") as folder:
            place = whole.Place(servers, names, self._log.partitions, Path(folder))
            yield Setting(
                Flow(
                    inputs=tuple(names.by_role[role] for role in _ROLES),
                    output=names.by_role[CREDIT_OFFERS],
                    partitions=self._log.partitions,
                    apart=APART,
                    arrivals=self._arrivals,
                ),
                lambda: MeteredProcess(
                    ["-m", chosen.module, *chosen.arguments(place)],
                    chosen.environment(place),
                    begins=chosen.begins,
                    log_file=place.folder / "peer.log",
                    kafka=self._kafka,
                ),
            )

    @staticmethod
    def _arrivals(count: int, first: int) -> Iterator[Arrival]:
        for customer in customers(count, first=first):
            yield Arrival(customer.key, tuple(customer.events[role] for role in _ROLES))


class Kernel:
    """Suite A: applications and answers joined, a segment and offers out."""

    def __init__(self, kafka: EmbeddedKafka) -> None:
        chosen = (small.CREDITSTREAM, small.STREAMS, small.AIOKAFKA)
        self._peers = {peer.name: peer for peer in chosen}
        self.titles = {name: peer.title for name, peer in self._peers.items()}
        self._kafka = kafka
        self._log = portable.Log(kafka.bootstrap_servers)

    @asynccontextmanager
    async def setting(self, peer: str) -> AsyncIterator[Setting]:
        chosen, group = self._peers[peer], f"{peer}-{uuid4().hex[:8]}"
        with tempfile.TemporaryDirectory(prefix="creditstream-latency-") as folder:
            job = Job(
                bootstrap_servers=self._kafka.bootstrap_servers,
                group=group,
                applications=f"{group}-applications",
                answers=f"{group}-answers",
                segments=f"{group}-segments",
                offers=f"{group}-offers",
                changelog=f"{group}-cases-changelog",
                partitions=portable.PARTITIONS,
                decisions=_NEVER,
                folder=folder,
            )
            await self._log.make((job.applications, job.answers), {"message.timestamp.type": "LogAppendTime"})
            await self._log.make((job.segments, job.offers), {})
            await self._log.make((job.changelog,), {"cleanup.policy": "compact"})
            program, *arguments = chosen.command(job)
            yield Setting(
                Flow(
                    inputs=(job.applications, job.answers),
                    output=job.offers,
                    partitions=portable.PARTITIONS,
                    apart=APART,
                    arrivals=self._arrivals,
                ),
                lambda: MeteredProcess(
                    arguments,
                    {**job.environment(), **chosen.environment},
                    begins=chosen.begins,
                    log_file=Path(folder) / "peer.log",
                    kafka=self._kafka,
                    program=program,
                ),
            )

    @staticmethod
    def _arrivals(count: int, first: int) -> Iterator[Arrival]:
        pairs = chain.from_iterable(portions(first + count))
        for pair in islice(pairs, first, None):
            yield Arrival(pair.key, (pair.application, pair.answer))
