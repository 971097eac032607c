"""Whether anything grows with the events that a worker has processed.

    python -m benchmarks.soak
"""

import asyncio
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from msgspec import Struct
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from app.broker.embedded import EmbeddedKafka
from app.cli.wording import paragraphs
from app.contracts.names import BUREAU_RESPONSES, INPUTS, OUTPUTS
from app.errors import CreditstreamError
from benchmarks.chart import line_chart
from benchmarks.log import BATCH_BYTES, Log
from benchmarks.meter import MeteredProcess
from benchmarks.peers.peer import CREDITSTREAM, Place
from benchmarks.repeating import Due, Repeating
from benchmarks.sheet import Sheet, Table, Verdict, command
from benchmarks.terminal import finish

QUESTION = "Does a worker's memory grow with the events that it has processed?"
RESULTS = Path(__file__).parent / "results"
PORTION = 2_000                                # cases appended together
AHEAD = 20_000                                 # cases appended and not yet decided, at most
REMEMBERED_HOURS = 0.008                       # decided cases: half a minute instead of 35 days
WARM = 0.3                                     # of the run: until then memory may find its level
MOST_GROWTH = 0.05                             # of the level, from there to the end
_EVERY = 0.5                                   # seconds between samples
_PATIENCE = 120.0
_BROKER = {                                    # so that what is read soon leaves the disk, too
    "log.segment.bytes": str(32 << 20),
    "log.retention.check.interval.ms": "5000",
    "log.segment.delete.delay.ms": "1000",
}


class Sample(Struct, frozen=True, array_like=True):
    events: int                                # processed and committed
    rss: int                                   # bytes
    cpu: float                                 # seconds
    at: float                                  # seconds since the first


class Soak:
    """Appends, never far ahead of the worker, and watches it."""

    def __init__(self, kafka: EmbeddedKafka, log: Log, pool: int) -> None:
        self.samples: list[Sample] = []
        self._kafka = kafka
        self._log = log
        self._pool = pool
        self._repeating = Repeating(pool, log.partitions)
        self._decided = 0
        self._more_decided = asyncio.Event()

    async def run(self, cases: int, progress: Progress) -> None:
        """CreditstreamError when the worker ends or stands still."""
        task = progress.add_task("events", total=self._pool + 2 * cases)
        with tempfile.TemporaryDirectory(prefix="creditstream-soak-") as folder:
            place = Place(self._kafka.bootstrap_servers, self._log.names, self._log.partitions, Path(folder))
            environment = {
                **CREDITSTREAM.environment(place),
                "CREDITSTREAM_MARKER_TTL_HOURS": str(REMEMBERED_HOURS),
                "PEER_PREFIX": self._log.names.prefix,
            }
            with MeteredProcess(
                ["-m", "benchmarks.peers.soak_worker", "worker"], environment, begins=CREDITSTREAM.begins,
                log_file=place.folder / "worker.log", kafka=self._kafka,
            ) as process:  # fmt: skip
                appending = asyncio.create_task(self._append(cases))
                try:
                    await self._watch(process, cases, appending, lambda n: progress.update(task, completed=n))
                finally:
                    appending.cancel()
                    with suppress(asyncio.CancelledError):
                        await appending

    async def _append(self, cases: int) -> None:
        producer = AIOKafkaProducer(**self._log.client, acks="all", max_batch_size=BATCH_BYTES)
        await producer.start()
        try:
            consents = self._repeating.consents()
            while some := list(islice(consents, PORTION)):
                await self._send(producer, some)
            for first in range(0, cases, PORTION):
                while first - self._decided > AHEAD:
                    self._more_decided.clear()
                    await self._more_decided.wait()
                await self._send(producer, self._repeating.cases(first, min(PORTION, cases - first)))
        finally:
            await producer.stop()

    async def _send(self, producer: Any, events: Iterable[Due]) -> None:
        pages: dict[tuple[str, int], Any] = {}
        sent = []
        for event in events:
            place = event.role, event.partition
            page = pages.get(place)
            if page is None or page.append(key=event.key, value=event.value, timestamp=None) is None:
                if page is not None:
                    sent.append(await self._sent(producer, place, page))
                page = pages[place] = producer.create_batch()
                page.append(key=event.key, value=event.value, timestamp=None)
        for place, page in pages.items():
            sent.append(await self._sent(producer, place, page))
        await asyncio.gather(*sent)

    async def _sent(self, producer: Any, place: tuple[str, int], page: Any) -> Any:
        role, partition = place
        return await producer.send_batch(page, self._log.names.by_role[role], partition=partition)

    async def _watch(
        self, process: MeteredProcess, cases: int, appending: "asyncio.Task[None]", shown: Any
    ) -> None:
        names = self._log.names
        async with self._group() as (group, admin):
            inputs = [TopicPartition(names.by_role[r], p) for r in INPUTS for p in range(self._log.partitions)]
            began, last = time.monotonic(), time.monotonic()
            while self._decided < cases:
                process.look()
                if appending.done():
                    appending.result()
                committed = {tp: await group.committed(tp) or 0 for tp in inputs}
                reading, events = process.read(), sum(committed.values())
                decided = sum(n for tp, n in committed.items() if tp.topic == names.by_role[BUREAU_RESPONSES])
                if decided > self._decided:
                    last = time.monotonic()
                elif time.monotonic() - last > _PATIENCE:
                    raise CreditstreamError(f"the worker stands still:\n{process.tail()}")
                self._decided = decided
                self._more_decided.set()
                self.samples.append(Sample(events, process.rss, reading.cpu, reading.at - began))
                shown(events)
                await self._delete(admin, committed)
                await asyncio.sleep(_EVERY)

    async def _delete(self, admin: Any, committed: dict[TopicPartition, int]) -> None:
        """What has been read and what nobody will read."""
        ends = await self._log.ends(OUTPUTS)
        done = {tp: RecordsToDelete(offset) for tp, offset in (committed | ends).items() if offset}
        if done:
            await admin.delete_records(done)

    def _group(self) -> "_Clients":
        return _Clients(self._log)


class _Clients:
    """One that may ask for the worker's offsets, and one that may delete."""

    def __init__(self, log: Log) -> None:
        self._group = AIOKafkaConsumer(**log.client, group_id=log.names.app_id, enable_auto_commit=False)
        self._admin = AIOKafkaAdminClient(**log.client)

    async def __aenter__(self) -> tuple[Any, Any]:
        await self._group.start()
        await self._admin.start()
        return self._group, self._admin

    async def __aexit__(self, *_: object) -> None:
        await self._group.stop()
        await self._admin.close()


async def measure(progress: Progress, events: int, pool: int, partitions: int) -> Sheet:
    async with EmbeddedKafka(profile="benchmark", properties=_BROKER) as kafka:
        log = Log(kafka.bootstrap_servers, partitions, prefix="soak-")
        await log.make_topics(log.names)
        soak = Soak(kafka, log, pool)
        await soak.run((events - pool) // 2, progress)
    return sheet(soak.samples)


def sheet(samples: list[Sample]) -> Sheet:
    last = samples[-1]
    settled = [sample for sample in samples if sample.events >= WARM * last.events]
    level = float(np.median([sample.rss for sample in settled[: max(len(settled) // 5, 1)]]))
    end = float(np.median([sample.rss for sample in settled[-max(len(settled) // 5, 1) :]]))
    slope = float(np.polyfit([s.events for s in settled], [s.rss for s in settled], 1)[0]) if len(settled) > 2 else 0.0
    first = settled[0]
    return Sheet(
        benchmark="soak",
        question=QUESTION,
        command=command("benchmarks.soak"),
        tables=(
            Table(
                title="One worker",
                columns=(
                    "events", "seconds", "events/s", "RSS after the warm-up, MiB", "RSS at the end, MiB",
                    "slope, bytes an event", "CPU µs an event",
                ),
                rows=(
                    (
                        last.events, last.at, int((last.events - first.events) / max(last.at - first.at, 1e-9)),
                        level / 2**20, end / 2**20, slope,
                        (last.cpu - first.cpu) / max(last.events - first.events, 1) * 1e6,
                    ),
                ),
            ),
        ),
        verdicts=(
            Verdict(what="growth of RSS after the warm-up, as a share", figure=end / level - 1, bar=MOST_GROWTH),
        ),
        notes=(
            f"Decided cases are remembered for {REMEMBERED_HOURS * 3600:.0f} s here instead of 35 days: what they take "
            "while they are remembered is in the capacity sheet.",
        ),
        chart=line_chart(
            "A worker's memory by the events that it has processed",
            "events",
            "RSS, MiB",
            {"RSS": [(float(s.events), s.rss / 2**20) for s in samples[:: max(len(samples) // 200, 1)]]},
        ),
    )  # fmt: skip


def main(
    events: Annotated[int, typer.Option(min=20_000, help="To process.")] = 5_000_000,
    pool: Annotated[int, typer.Option(min=1_000, help="Customers, who apply again and again.")] = 100_000,
    partitions: Annotated[int, typer.Option(min=1, help="Of every topic.")] = 4,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Keeps a worker busy with millions of events and watches its memory.

    A real Kafka is started; customers grant consent once and then apply again and again, each application answered by
    one bureau. What has been read is deleted at once, on both sides, so the disk does not fill either. Decided cases
    are remembered for half a minute, so that within the run as many are forgotten as are added.

    The defaults take about 15 minutes on two slow cores. Exit code 1 when the memory grows by more than 5 % after the
    first 30 % of the run.

    Fewer events than a million end before as many cases are forgotten as are added: that is growth, too. A small pool
    makes every event dearer, since each is held against the other cases of its customer.

    Example:  python -m benchmarks.soak --events 1000000
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    progress = Progress(*columns)
    finish(measure(progress, events, pool, partitions), progress, results)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
