"""The whole service on a real broker: nothing is lost, nothing is doubled, and the replay agrees."""

import asyncio
from itertools import permutations

import confluent_kafka
import msgspec

from app.broker.embedded import EmbeddedKafka
from app.contracts.keys import librdkafka_default_partition, partition_of
from app.contracts.names import (
    BUREAU_RESPONSES,
    CONSENTS,
    CREDIT_OFFERS,
    DEAD_LETTERS,
    DECISIONS,
    LOAN_APPLICATIONS,
    SCORE_SEGMENTS,
)
from app.demo.dataset import rows
from app.demo.german_credit import application
from app.domain.application import LoanApplication
from app.lane.records import LaneLimits
from app.simulation.compare import comparable
from app.simulation.recording import Recording
from app.simulation.simulate import against_the_record, simulate
from app.strategies.shelf import load_shelf
from tests.builders import a_grant, a_report, a_response, encoded
from tests.pipeline.installation import PARTITIONS, Body, Installation, counts

LIMITS = LaneLimits(orphan_ttl_ms=86_400_000, marker_ttl_ms=40 * 86_400_000)
LONG_AGO = -1_000_000.0                        # a grant that was valid before any record of the test


def the_thousand(seal) -> list[LoanApplication]:
    made = [application(row, seal) for row in rows()]
    return [msgspec.structs.replace(a, card=None, bureau_consent=True) for a in made]


def grant_for(a: LoanApplication) -> Body:
    grant = a_grant(LONG_AGO, ["EQUIFAX"], consent_id=f"k-{a.application_id}")
    return msgspec.structs.replace(grant, customer_id=a.customer_id)


def answer_for(a: LoanApplication, number: int) -> Body:
    return a_response(
        event_id=f"r-{a.application_id}",
        customer_id=a.customer_id,
        application_id=a.application_id,
        report=a_report(score=450 + number % 400, liabilities=number % 5),
    )


async def test_a_thousand_applications_are_decided_exactly_once_over_a_kill_half_way(
    kafka: EmbeddedKafka, run_id: str, tmp_path
):
    async with Installation(kafka.bootstrap_servers, run_id, tmp_path) as here:
        applications = the_thousand(here.keyring.seal_pan)
        first = here.start_worker(CREDITSTREAM_MAX_EVENTS="25")
        portion = 40
        for start in range(0, 600, portion):
            await tell(here, applications[start : start + portion], start)
        await here.decided(200)
        here.kill(first)
        here.start_worker()
        await tell(here, applications[600:], 600)
        recording = await here.decided(1_000)
        await asyncio.sleep(1.0)               # whatever would be doubled has time to appear
        recording = await here.record()
    assert counts(recording) == {DECISIONS: 1_000, SCORE_SEGMENTS: 1_000, CREDIT_OFFERS: 1_000}
    assert decided_applications(recording) == {a.application_id for a in applications}
    comparison = against_the_record(simulate(recording, load_shelf(), LIMITS, here.keyring), recording)
    assert comparison.same, comparison
    assert comparison.equal == 3_000


async def tell(here: Installation, applications: list[LoanApplication], number: int) -> None:
    """Facts in an order that differs from case to case; every fiftieth answer never comes."""
    bodies: list[Body] = []
    for n, a in enumerate(applications, number):
        facts: list[Body] = [grant_for(a), a]
        if n % 50:
            facts.append(answer_for(a, n))
        orders = list(permutations(facts))
        bodies.extend(orders[n % len(orders)])
    await here.send(*bodies)


def decided_applications(recording: Recording) -> set[str]:
    return {
        msgspec.json.decode(r.value)["application_id"] for r in recording.records if r.topic == DECISIONS
    }


async def test_orders_repeats_and_restarts_give_the_same_decision_through_kafka(
    kafka: EmbeddedKafka, run_id: str, tmp_path
):
    async with Installation(kafka.bootstrap_servers, run_id, tmp_path) as here:
        model = the_thousand(here.keyring.seal_pan)[0]
        cases = [
            msgspec.structs.replace(model, customer_id=f"o-{n}", application_id=f"o-{n}", event_id=f"e-o-{n}")
            for n in range(6)
        ]
        here.start_worker()
        for case, order in zip(cases, permutations((0, 1, 2)), strict=True):
            facts = (grant_for(case), case, answer_for(case, 300))
            for position in order:
                await here.send(facts[position], facts[position])
        recording = await here.decided(len(cases))
    anonymous = {nameless(r.value) for r in recording.records if r.topic == DECISIONS}
    assert len(anonymous) == 1


def nameless(decision: bytes) -> bytes:
    """A decision without ids and record timestamps: what must be equal between cases told in different orders."""
    body = msgspec.json.decode(comparable(decision))
    names = {"event_id", "decision_id", "customer_id", "application_id", "as_of", "facts", "responses", "application"}
    offers = [{k: v for k, v in o.items() if k not in ("offer_id", "valid_until")} for o in body["offers"]]
    return msgspec.json.encode({k: v for k, v in body.items() if k not in names} | {"offers": offers}, order="sorted")


async def test_a_backlog_read_at_once_decides_nothing_by_deadline_whose_answer_lies_in_the_log(
    kafka: EmbeddedKafka, run_id: str, tmp_path
):
    async with Installation(kafka.bootstrap_servers, run_id, tmp_path) as here:
        cases = the_thousand(here.keyring.seal_pan)[:100]
        await here.send(*cases)
        await here.send(*(grant_for(a) for a in cases))
        await here.send(*(answer_for(a, n) for n, a in enumerate(cases)))
        await asyncio.sleep(16.5)              # now every deadline has passed, and no worker has read anything
        here.start_worker(CREDITSTREAM_MAX_EVENTS="10")
        recording = await here.decided(100)
    triggers = {msgspec.json.decode(r.value)["trigger"] for r in recording.records if r.topic == DECISIONS}
    assert triggers == {"COMPLETE"}


async def test_broken_messages_among_good_ones_stop_nothing(kafka: EmbeddedKafka, run_id: str, tmp_path):
    async with Installation(kafka.bootstrap_servers, run_id, tmp_path) as here:
        (good,) = the_thousand(here.keyring.seal_pan)[:1]
        here.start_worker()
        for role in (LOAN_APPLICATIONS, CONSENTS, BUREAU_RESPONSES):
            for value in (b"", None, b"{", b"\x00\xff", b"[" * 100_000, b'{"event_id":1}'):
                await here.send_raw(role, b"c-1", value)
        await here.send_raw(LOAN_APPLICATIONS, None, b"{}")
        await here.send(grant_for(good), good, answer_for(good, 300))
        await here.decided(1)
        recording = await here.record(DEAD_LETTERS)
    reasons = [dict(r.headers)["dl_reason"] for r in recording.records if r.topic == DEAD_LETTERS]
    assert len(reasons) == 19
    told = (b"EMPTY_VALUE", b"TOMBSTONE", b"NOT_JSON", b"NESTED_TOO_DEEPLY", b"WRONG_TYPE", b"MISSING_FIELD")
    assert set(reasons) <= set(told)


async def test_a_producer_with_librdkafkas_default_partitioner_gets_dead_letters_with_a_hint(
    kafka: EmbeddedKafka, run_id: str, tmp_path
):
    async with Installation(kafka.bootstrap_servers, run_id, tmp_path) as here:
        cases = [msgspec.structs.replace(a, bureau_consent=False) for a in the_thousand(here.keyring.seal_pan)[:40]]
        producer = confluent_kafka.Producer({"bootstrap.servers": kafka.bootstrap_servers})
        for case in cases:
            producer.produce(here.names.loan_applications, encoded(case), key=case.customer_id.encode())
        assert await asyncio.to_thread(producer.flush, 30) == 0
        astray = {c.customer_id.encode() for c in cases if hashes_apart(c.customer_id.encode())}
        here.start_worker()
        await here.decided(len(cases) - len(astray))
        await asyncio.sleep(1.0)
        recording = await here.record(DEAD_LETTERS)
    letters = [dict(r.headers) for r in recording.records if r.topic == DEAD_LETTERS]
    assert {r.key for r in recording.records if r.topic == DEAD_LETTERS} == astray
    assert {letter["dl_reason"] for letter in letters} == {b"WRONG_PARTITION"}
    assert all(b"murmur2_random" in letter["dl_hint"] for letter in letters)
    assert counts(recording)[DECISIONS] == len(cases) - len(astray) > 0


def hashes_apart(key: bytes) -> bool:
    return partition_of(key, PARTITIONS) != librdkafka_default_partition(key, PARTITIONS)
