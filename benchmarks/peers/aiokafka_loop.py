"""The bare loop with aiokafka: getmany, a dictionary, record batches, one transaction a round with its offsets.

What a good engineer writes who wants neither Faust nor a framework: the client's own advice is followed (`create_batch`
and `send_batch` for throughput, `send_offsets_to_transaction` for exactly once), nothing private of it is touched.
"""

import asyncio
import os
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.peers.batches import Batches
from benchmarks.portable.case import Case, encode_case
from benchmarks.portable.job import Job, Said
from benchmarks.portable.model import Application, decode_answer, decode_application, encode

if os.environ.get("PEER_COMPILED"):
    from benchmarks.portable.compiled import decide
else:
    from benchmarks.portable.kernel import decide


async def main() -> None:
    job, said = Job.from_environment(), Said()
    producer = AIOKafkaProducer(
        bootstrap_servers=job.bootstrap_servers, transactional_id=job.group, acks="all", max_batch_size=1 << 20
    )
    consumer = AIOKafkaConsumer(
        job.applications,
        job.answers,
        bootstrap_servers=job.bootstrap_servers,
        group_id=job.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    await producer.start()
    await consumer.start()
    cases: dict[str, Case] = {}
    while True:
        fetched = await consumer.getmany(timeout_ms=500)
        if not fetched:
            continue
        said.begins()
        async with producer.transaction():
            await process(job, fetched, cases, Batches(producer))
            offsets = {tp: records[-1].offset + 1 for tp, records in fetched.items()}
            await producer.send_offsets_to_transaction(offsets, job.group)


async def process(job: Job, fetched: dict[Any, list[Any]], cases: dict[str, Case], out: Batches) -> None:
    """Joins and decides; every case that changed goes to the changelog, once."""
    changed: dict[str, int] = {}
    for tp, records in fetched.items():
        is_application = tp.topic == job.applications
        for record in records:
            event = decode_application(record.value) if is_application else decode_answer(record.value)
            case = cases.get(event.application_id)
            if case is None:
                case = cases[event.application_id] = Case()
            if case.decided:
                continue
            if isinstance(event, Application):
                case.application = event
            else:
                case.answer = event
            changed[event.application_id] = tp.partition
            if case.application is not None and case.answer is not None:
                segment, offers = decide(case.application, case.answer)
                await out.append(job.segments, tp.partition, record.key, encode(segment))
                await out.append(job.offers, tp.partition, record.key, encode(offers))
                cases[event.application_id] = Case(decided=True)
    for application_id, partition in changed.items():
        await out.append(job.changelog, partition, application_id.encode(), encode_case(cases[application_id]))
    await out.flush()


if __name__ == "__main__":
    asyncio.run(main())
