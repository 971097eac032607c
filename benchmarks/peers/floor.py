"""What no stream processor in Python can go below: records in, records out, with the client alone.

    copy     constant bytes of the outputs' size go out for each event; nothing is decoded
    codec    each event is decoded and validated, each output encoded

No join, no decision, no table, no changelog, no transaction.
"""

import asyncio
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.peers.batches import Batches
from benchmarks.portable.events import portions
from benchmarks.portable.job import Job, Said
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import decode_answer, decode_application, encode

_PAIR = next(portions(1))[0]
SEGMENT, OFFERS = decide(decode_application(_PAIR.application), decode_answer(_PAIR.answer))
SEGMENT_BYTES, OFFERS_BYTES = encode(SEGMENT), encode(OFFERS)


async def main(*, codec: bool) -> None:
    job, said = Job.from_environment(), Said()
    producer = AIOKafkaProducer(
        bootstrap_servers=job.bootstrap_servers, enable_idempotence=True, acks="all", max_batch_size=1 << 20
    )
    consumer = AIOKafkaConsumer(
        job.applications,
        job.answers,
        bootstrap_servers=job.bootstrap_servers,
        group_id=job.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await producer.start()
    await consumer.start()
    while True:
        fetched = await consumer.getmany(timeout_ms=500)
        if not fetched:
            continue
        said.begins()
        out = Batches(producer)
        for tp, records in fetched.items():
            carry = _recoded if codec else _copied
            await carry(job, tp, records, out)
        await out.flush()
        await consumer.commit({tp: records[-1].offset + 1 for tp, records in fetched.items()})


async def _copied(job: Job, tp: Any, records: list[Any], out: Batches) -> None:
    topic, value = (job.segments, SEGMENT_BYTES) if tp.topic == job.applications else (job.offers, OFFERS_BYTES)
    for record in records:
        await out.append(topic, tp.partition, record.key, value)


async def _recoded(job: Job, tp: Any, records: list[Any], out: Batches) -> None:
    if tp.topic == job.applications:
        for record in records:
            application = decode_application(record.value)
            SEGMENT.application_id = application.application_id
            await out.append(job.segments, tp.partition, record.key, encode(SEGMENT))
    else:
        for record in records:
            answer = decode_answer(record.value)
            OFFERS.application_id = answer.application_id
            await out.append(job.offers, tp.partition, record.key, encode(OFFERS))


if __name__ == "__main__":
    asyncio.run(main(codec=sys.argv[1] == "codec"))
