"""The demo from beginning to end: Kafka, topics, a worker, a thousand applications, and what became of them."""

import asyncio
import tempfile
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from app.broker import jars, lockfile
from app.broker.embedded import EmbeddedKafka
from app.broker.probe import free_ports
from app.contracts.names import LOAN_APPLICATIONS, TopicNames
from app.contracts.registry import load_contracts
from app.contracts.sealing import KeyRing
from app.demo.alongside import alongside
from app.demo.bureau_service import StandInBureau
from app.demo.dataset import outcomes
from app.demo.farewell import after_the_demo, one_more_decision, while_it_runs
from app.demo.figures import Hindsight, figures
from app.demo.german_credit import row_number
from app.demo.narrator import Narrator
from app.demo.report import print_report
from app.demo.traffic import Sender, Traffic, plan
from app.demo.watch import Decided, Watch
from app.demo.worker_process import WorkerProcess
from app.errors import CreditstreamError
from app.kafka import admin
from app.settings import Settings
from app.strategies.shelf import load_shelf

_DECIDED_WITHIN_SECONDS = 75.0                 # after the last application: the deadline, and a slow machine
_LOOK_EVERY_SECONDS = 0.1
_SEE_NOTHING_TWICE_SECONDS = 2.0               # answers after the deadline come in this time, and must change nothing


class DemoFailedError(CreditstreamError):
    """The service did not do what it promises; the message says what."""


async def run(console: Console, *, applications: int, keep_running: bool) -> None:
    """Tells on the console what it does; with `keep_running` it ends only when cancelled.

    Raises DemoFailedError when a valid application did not get exactly one decision, one segment and one list of
    offers, or a broken message not its dead letter; other CreditstreamErrors when something cannot be brought up.
    """
    began = time.monotonic()
    narrator = Narrator(console)
    names, keyring = TopicNames(), KeyRing.generate("demo")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="creditstream-demo-")))
        client = {"bootstrap_servers": await _kafka(narrator, stack)}
        partitions = await _topics(narrator, client, names)
        environment = Settings.from_environment()
        settings = _settings(client["bootstrap_servers"], keyring, folder, environment.strategies_dir)
        worker = WorkerProcess(settings, metrics_port=free_ports(1)[0], folder=folder)
        stack.push_async_callback(worker.stop)
        shelf = load_shelf(environment.strategies_dir)
        traffic = plan(applications, shelf=shelf, keyring=keyring, partitions=partitions)
        watch, bureau = Watch(names, client), StandInBureau(names, client)
        async with alongside(watch.run(), bureau.run(), worker.watch_over()):
            sender = await stack.enter_async_context(Sender(names, client))
            await _worker(narrator, worker, sender, traffic)
            await _decide_all(narrator, watch, sender, traffic)
            failures = watch.discrepancies(
                [made.application_id for made in traffic.applications], [each.reason for each in traffic.broken]
            )
            decided = list(watch.decided.values())
            print_report(console, decided, watch.dead_letters, figures(_hindsight(decided)), await worker.metrics())
            if failures:
                raise DemoFailedError("this is not what the service promises:\n  " + "\n  ".join(failures))
            console.print(after_the_demo(applications, time.monotonic() - began))
            if keep_running:
                console.print(while_it_runs(settings, worker.url))
                watch.on_decision = lambda decision: console.print(one_more_decision(decision))
                await asyncio.Event().wait()


async def _kafka(narrator: Narrator, stack: AsyncExitStack) -> str:
    """Its address. The first time its jars are fetched, which shows a progress bar of its own."""
    lock = lockfile.read()
    await asyncio.to_thread(jars.ensure, lock, Settings.from_environment().cache_dir)
    kafka = EmbeddedKafka()
    name = f"Apache Kafka {lockfile.KAFKA_VERSION}"
    with narrator.step(f"Starting {name}", lambda: f"{name}, one node, at {kafka.bootstrap_servers}"):
        await stack.enter_async_context(kafka)
    return kafka.bootstrap_servers


async def _topics(narrator: Narrator, client: dict[str, str], names: TopicNames) -> int:
    """How many partitions each of them has."""
    contracts = load_contracts()
    wanted = contracts.wanted(names)
    with narrator.step("Creating topics", lambda: f"{len(wanted)} topics, as their contracts in topics/ say"):
        await admin.apply(client, await admin.plan(client, wanted))
    return contracts.topics[LOAN_APPLICATIONS].partitions


def _settings(
    bootstrap_servers: str, keyring: KeyRing, folder: Path, strategies_dir: Path | None
) -> dict[str, str]:
    """What a worker, or a command in another terminal, needs to know."""
    keyring.write(folder / "keys.json")
    strategies = {"CREDITSTREAM_STRATEGIES_DIR": str(strategies_dir.absolute())} if strategies_dir is not None else {}
    return {
        "CREDITSTREAM_BOOTSTRAP_SERVERS": bootstrap_servers,
        "CREDITSTREAM_KEY_FILE": str(folder / "keys.json"),
        **strategies,
    }


async def _worker(narrator: Narrator, worker: WorkerProcess, sender: Sender, traffic: Traffic) -> None:
    """Consents go out while the worker starts."""
    with narrator.step("Starting a worker", lambda: f"a worker, process {worker.pid}, metrics at {worker.url}/metrics"):
        await sender.consents_before(traffic)
        await worker.ready()


async def _decide_all(narrator: Narrator, watch: Watch, sender: Sender, traffic: Traffic) -> None:
    """Sends everything and waits until all is decided, or until there is no hope of it any more."""
    total = len(traffic.applications)
    ids = [made.application_id for made in traffic.applications]

    def so_far() -> str:
        return f"{total} applications and {len(traffic.broken)} broken messages sent, {len(watch.decided)} decided"

    with narrator.counting(total, so_far) as show:
        sending = asyncio.create_task(sender.applications(traffic))
        give_up = time.monotonic() + _DECIDED_WITHIN_SECONDS
        while time.monotonic() < give_up:
            show(sender.sent, len(watch.decided), f"{len(watch.dead_letters)} dead letters")
            if sending.done() and watch.complete(ids) and len(watch.dead_letters) >= len(traffic.broken):
                break
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        await sending
        await asyncio.sleep(_SEE_NOTHING_TWICE_SECONDS)


def _hindsight(decided: Iterable[Decided]) -> list[Hindsight]:
    bad = outcomes()
    known = []
    for each in decided:
        decision = each.decision
        number = row_number(decision.customer_id)
        if number is not None:
            known.append(
                Hindsight(
                    number, decision.segment, decision.internal_score, decision.bureau_score, bad=bad[number - 1]
                )
            )
    return known
