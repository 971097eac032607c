"""A worker where a bank would run it: three brokers, TLS, a password, and no more rights than it needs."""

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations

import msgspec
import pytest

from app.contracts.names import CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS, transactional_prefix
from app.contracts.registry import load_contracts
from app.demo.dataset import rows
from app.demo.german_credit import application
from app.kafka.grants import Grant, grants_of_a_worker
from app.lane.records import LaneLimits
from app.simulation.simulate import against_the_record, simulate
from app.strategies.shelf import load_shelf
from tests.builders import a_grant, a_report, a_response
from tests.deploy.manifests import settings_of_pods, words_of_a_worker
from tests.pipeline.installation import Body, Installation, counts
from tests.pipeline.secure_cluster import ADMIN, WORKER, SecureCluster

CASES = 80
LIMITS = LaneLimits(orphan_ttl_ms=86_400_000, marker_ttl_ms=40 * 86_400_000)


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SecureCluster]:
    async with SecureCluster.running(tmp_path_factory.mktemp("secure")) as running:
        yield running


@pytest.fixture
async def here(cluster: SecureCluster, run_id, tmp_path) -> AsyncIterator[Installation]:
    """The test's own clients are the administrator's; workers are told what deploy/ says, and granted nothing yet."""
    async with Installation(
        cluster.bootstrap_servers,
        run_id,
        tmp_path,
        security=cluster.client(ADMIN),
        of_workers={**settings_of_pods(), **cluster.settings(WORKER), "CREDITSTREAM_METRICS_HOST": "127.0.0.1"},
        words=words_of_a_worker("creditstream-0"),
    ) as ready:
        yield ready


def needed(here: Installation) -> tuple[Grant, ...]:
    names = here.names
    return grants_of_a_worker(load_contracts().wanted(names), names.app_id, transactional_prefix(names.app_id))


def facts_of(number: int, here: Installation) -> list[Body]:
    """A consent, an application and an answer, in an order that differs from case to case."""
    model = application(rows()[number], here.keyring.seal_pan)
    asked = msgspec.structs.replace(model, card=None, bureau_consent=True)
    mine = {"customer_id": asked.customer_id}
    granted = a_grant(-1_000_000.0, ["EQUIFAX"], consent_id=f"k-{asked.application_id}")
    answer = a_response(
        event_id=f"r-{asked.application_id}",
        application_id=asked.application_id,
        report=a_report(score=450 + number, liabilities=number % 5),
        **mine,
    )
    orders = list(permutations([msgspec.structs.replace(granted, **mine), asked, answer]))
    return list(orders[number % len(orders)])


async def test_a_worker_that_lacks_rights_says_which_and_does_not_start(cluster: SecureCluster, here: Installation):
    of_topics = [grant for grant in needed(here) if grant.kind == "topic" and grant.name != here.names.decisions]
    cluster.grant(WORKER, of_topics)
    worker = here.start_worker()
    assert await asyncio.to_thread(worker.wait, 60) == 9
    said = here.last_words()
    assert f"topic {here.names.decisions}: Write, DescribeConfigs" in said
    assert f"group {here.names.app_id}: Read" in said
    assert f"transactional-id {here.names.app_id}-lane-*: Write" in said
    assert here.names.score_segments not in said
    assert f"creditstream topics grants --principal User:{WORKER}" in said


async def test_a_worker_with_its_grants_decides_exactly_once_over_the_death_of_a_broker(
    cluster: SecureCluster, here: Installation
):
    cluster.grant(WORKER, needed(here))
    here.start_worker()
    for number in range(CASES // 2):
        await here.send(*facts_of(number, here))
    await here.decided(CASES // 4)
    cluster.nodes[0].kill()
    for number in range(CASES // 2, CASES):
        await here.send(*facts_of(number, here))
    await here.decided(CASES)
    await asyncio.sleep(1.0)                   # whatever would be doubled has time to appear
    recording = await here.record()
    assert counts(recording) == {DECISIONS: CASES, SCORE_SEGMENTS: CASES, CREDIT_OFFERS: CASES}
    comparison = against_the_record(simulate(recording, load_shelf(), LIMITS, here.keyring), recording)
    assert comparison.same, comparison
    assert comparison.equal == 3 * CASES
