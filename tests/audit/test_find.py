"""A decision is found in the log by its application and customer, in the customer's own partition only."""

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from app.audit.find import find_decision
from app.broker.embedded import EmbeddedKafka
from app.contracts.names import TopicNames
from app.contracts.registry import load_contracts
from app.domain.decision import DecisionMade
from app.errors import BrokerError, TopicsDisagreeError
from app.kafka import admin
from tests.demo.decided import decided


async def publish(client: dict[str, str], topic: str, *decisions: DecisionMade) -> None:
    producer = AIOKafkaProducer(**client)
    await producer.start()
    try:
        for made in decisions:
            await producer.send_and_wait(topic, msgspec.json.encode(made), key=made.customer_id.encode())
    finally:
        await producer.stop()


async def test_a_decision_is_found_and_a_later_version_of_it_wins(kafka: EmbeddedKafka, run_id: str) -> None:
    names, client = TopicNames(prefix=f"{run_id}-"), {"bootstrap_servers": kafka.bootstrap_servers}
    wanted = [topic for topic in load_contracts().wanted(names) if topic.name == names.decisions]
    await admin.apply(client, await admin.plan(client, wanted))
    first = decided(7).decision
    second = msgspec.structs.replace(first, decision_version=2, outcome="REFER")
    await publish(client, names.decisions, *(decided(number).decision for number in range(1, 9)))

    async def found(customer: str, application: str) -> DecisionMade | None:
        return await find_decision(names, client, customer_id=customer, application_id=application)

    assert await found("customer-0007", "application-0007") == first
    assert await found("customer-0006", "application-0007") is None
    assert await found("customer-0007", "application-000") is None
    await publish(client, names.decisions, second, first)
    assert await found("customer-0007", "application-0007") == second


async def test_a_topic_that_is_not_there_is_named(kafka: EmbeddedKafka, run_id: str) -> None:
    names, client = TopicNames(prefix=f"{run_id}-"), {"bootstrap_servers": kafka.bootstrap_servers}
    with pytest.raises(TopicsDisagreeError, match=names.decisions):
        await find_decision(names, client, customer_id="c", application_id="a")


async def test_a_cluster_that_is_not_there_is_a_broker_error() -> None:
    with pytest.raises(BrokerError):
        await find_decision(TopicNames(), {"bootstrap_servers": "127.0.0.1:1"}, customer_id="c", application_id="a")
