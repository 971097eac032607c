"""The open loop on a real broker: everything that arrives is waited for by itself, whatever the answers do."""

import asyncio

import numpy as np
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.openloop import Arrival, Flow, OpenLoop, percentiles

DELAY = 0.3                                    # seconds that the answerer takes, for a batch of whatever waits


def arrivals(count, first):
    for number in range(first, first + count):
        yield Arrival(b"c-%08d" % number, (b"asked", b"answered"))


@pytest.fixture
async def flow(kafka, run_id):
    flow = Flow(
        inputs=(f"{run_id}-first", f"{run_id}-last"),
        output=f"{run_id}-out",
        partitions=2,
        apart=0.05,
        arrivals=arrivals,
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    stamped = {"message.timestamp.type": "LogAppendTime"}
    await admin.create_topics([NewTopic(name, 2, 1, topic_configs=stamped) for name in (*flow.inputs, flow.output)])
    await admin.close()
    return flow


async def answer_slowly(kafka, flow):
    """Answers everything at once, and then nothing for a while."""
    servers = kafka.bootstrap_servers
    consumer = AIOKafkaConsumer(flow.inputs[-1], bootstrap_servers=servers, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await consumer.start()
    await producer.start()
    try:
        while True:
            await asyncio.sleep(DELAY)
            for records in (await consumer.getmany()).values():
                for record in records:
                    await producer.send(flow.output, b"offers", record.key, partition=record.partition)
            await producer.flush()
    finally:
        await consumer.stop()
        await producer.stop()


async def test_a_slow_answer_delays_no_arrival_and_is_counted_for_every_case(kafka, flow):
    answering = asyncio.create_task(answer_slowly(kafka, flow))
    loop = OpenLoop(kafka.bootstrap_servers, flow)
    found = await asyncio.to_thread(loop.drive, 100.0, 3.0, lambda _: None)
    answering.cancel()
    assert (found.cases, found.unanswered) == (300, 0)
    assert found.sender_late["p50"] < DELAY * 1e3 / 2          # a closed loop would send once an answer
    assert found.since_append["p99"] > DELAY * 1e3 / 2
    assert found.since_due["p50"] >= found.since_append["p50"]


def test_a_percentile_is_never_better_than_a_case_that_was_seen():
    assert percentiles(np.array([0.001] * 98 + [0.5, 0.9])) == {"p50": 1.0, "p99": 900.0, "p99.9": 900.0, "max": 900.0}
