"""Topics on a real broker: planned, applied, verified, and noticed when they are made anew."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from app.contracts.names import TopicNames
from app.contracts.registry import load_contracts
from app.errors import BrokerError, TopicsDisagreeError
from app.kafka.admin import apply, plan, refuse_disagreement, topic_ids, verify
from app.kafka.cluster import Cluster

DAY = 86_400_000
MARKER_TTL = 35 * DAY


@pytest.fixture
def client(kafka):
    return {"bootstrap_servers": kafka.bootstrap_servers}


@pytest.fixture
def names(run_id):
    return TopicNames(f"{run_id}-")


@pytest.fixture
def wanted(names):
    return load_contracts().wanted(names, partitions=2)


async def test_apply_makes_every_topic_as_its_contract_says(client, wanted):
    await apply(client, await plan(client, wanted))
    assert await verify(client, wanted, marker_ttl_ms=MARKER_TTL) == []


async def test_apply_is_idempotent(client, wanted):
    await apply(client, await plan(client, wanted))
    again = await plan(client, wanted)
    assert again.empty
    assert not again.refused
    assert set(again.in_order) == {topic.name for topic in wanted}
    await apply(client, again)


async def test_missing_topics_are_each_named_before_a_worker_starts(client, wanted):
    with pytest.raises(TopicsDisagreeError) as refusal:
        await refuse_disagreement(client, wanted, marker_ttl_ms=MARKER_TTL)
    for topic in wanted:
        assert f"{topic.name}: the topic is missing" in str(refusal.value)
    assert "creditstream topics apply" in str(refusal.value)


async def test_a_changed_setting_is_planned_and_set_back_and_others_are_left_alone(client, wanted, names):
    await apply(client, await plan(client, wanted))
    async with Cluster.connected(client) as cluster:
        await cluster.configure(
            {names.loan_applications: {"message.timestamp.type": "CreateTime", "compression.type": "lz4"}}
        )
    planned = await plan(client, wanted)
    assert [(step.topic, step.setting, step.old, step.new) for step in planned.change] == [
        (names.loan_applications, "message.timestamp.type", "CreateTime", "LogAppendTime")
    ]
    await apply(client, planned)
    async with Cluster.connected(client) as cluster:
        config = (await cluster.topics([names.loan_applications]))[names.loan_applications].config
    assert config["message.timestamp.type"] == "LogAppendTime"
    assert config["compression.type"] == "lz4"


async def test_longer_retention_than_the_contract_is_never_shortened(client, wanted, names):
    await apply(client, await plan(client, wanted))
    async with Cluster.connected(client) as cluster:
        await cluster.configure({names.credit_offers: {"retention.ms": str(400 * DAY)}})
    assert (await plan(client, wanted)).empty


async def test_inputs_kept_longer_than_decided_cases_are_remembered_stop_a_worker(client, wanted, names):
    await apply(client, await plan(client, wanted))
    problems = await verify(client, wanted, marker_ttl_ms=20 * DAY)
    assert {problem.topic for problem in problems} == {names.loan_applications, names.consents}


async def test_another_number_of_partitions_is_refused_and_nothing_is_done(client, wanted, names):
    await apply(client, await plan(client, wanted[:3]))
    planned = await plan(client, wanted, partitions=6)
    assert {problem.topic for problem in planned.refused} == set(names.inputs)
    with pytest.raises(TopicsDisagreeError, match="keys would move"):
        await apply(client, planned)
    assert names.decisions not in await topic_ids(client, names.by_role.values())


async def test_new_topics_get_as_many_partitions_as_the_old_ones(client, names):
    contracts = load_contracts()
    await apply(client, await plan(client, contracts.wanted(names, partitions=3)[:1]))
    await apply(client, await plan(client, contracts.wanted(names)))
    async with Cluster.connected(client) as cluster:
        assert {topic.partitions for topic in (await cluster.topics(names.by_role.values())).values()} == {3}


async def test_a_compacted_topic_is_not_made_to_delete(client, wanted, names):
    await apply(client, await plan(client, wanted))
    async with Cluster.connected(client) as cluster:
        await cluster.configure({names.decisions: {"cleanup.policy": "compact"}})
    planned = await plan(client, wanted)
    assert planned.empty
    assert [problem.topic for problem in planned.refused] == [names.decisions]


async def test_a_topic_deleted_and_made_anew_has_another_id(client, wanted, names):
    await apply(client, await plan(client, wanted))
    before = await topic_ids(client, names.inputs)
    assert await topic_ids(client, names.inputs) == before
    admin = AIOKafkaAdminClient(**client)
    await admin.start()
    await admin.delete_topics([names.consents])
    await admin.close()
    await until_gone(client, names.consents)
    await apply(client, await plan(client, wanted))
    after = await topic_ids(client, names.inputs)
    assert {name for name in before if before[name] != after[name]} == {names.consents}


async def until_gone(client, name):
    for _ in range(200):
        if not await topic_ids(client, [name]):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{name} is still there")


async def test_asking_for_topics_never_creates_them(client, names):
    assert await topic_ids(client, names.inputs) == {}
    assert await topic_ids(client, names.inputs) == {}


async def test_a_cluster_that_is_not_there_is_named():
    with pytest.raises(BrokerError, match=r"no Kafka can be reached at 127\.0\.0\.1:1 "):
        await topic_ids({"bootstrap_servers": "127.0.0.1:1"}, ["anything"])
