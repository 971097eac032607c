"""Suite A in FastStream: one batch subscriber of both topics, a dictionary, `publish_batch`. At least once: it has no
transactions.
"""

import asyncio
from collections import defaultdict
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaPublishMessage

from benchmarks.portable.case import Case, encode_case
from benchmarks.portable.job import Job, Said
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import Application, decode_answer, decode_application, encode

MOST = 10_000                                  # records a batch
TOGETHER = 1_000                               # messages published by one call


job, said = Job.from_environment(), Said()
broker = KafkaBroker(
    job.bootstrap_servers, apply_types=False, enable_idempotence=True, acks="all", max_batch_size=1 << 20, logger=None
)
cases: dict[str, Case] = {}


async def as_it_came(message: Any) -> Any:
    """The decoder: the clients' records themselves, since keys and partitions are needed."""
    return message.raw_message


@broker.subscriber(  # type: ignore[untyped-decorator]
    job.applications,
    job.answers,
    batch=True,
    group_id=job.group,
    auto_offset_reset="earliest",
    max_records=MOST,
    ack_policy=AckPolicy.ACK,
    decoder=as_it_came,
)
async def join(records: list[Any]) -> None:
    said.begins()
    changed: dict[str, int] = {}
    out: dict[tuple[str, int], list[KafkaPublishMessage]] = defaultdict(list)
    for record in records:
        is_application = record.topic == job.applications
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
        changed[event.application_id] = record.partition
        if case.application is not None and case.answer is not None:
            segment, offers = decide(case.application, case.answer)
            out[job.segments, record.partition].append(KafkaPublishMessage(encode(segment), key=record.key))
            out[job.offers, record.partition].append(KafkaPublishMessage(encode(offers), key=record.key))
            cases[event.application_id] = Case(decided=True)
    for application_id, partition in changed.items():
        value = encode_case(cases[application_id])
        out[job.changelog, partition].append(KafkaPublishMessage(value, key=application_id.encode()))
    await publish(out)


async def publish(out: dict[tuple[str, int], list[KafkaPublishMessage]]) -> None:
    """Returns when all of it is delivered: only then the offsets are committed."""
    deliveries = []
    for (topic, partition), messages in out.items():
        for first in range(0, len(messages), TOGETHER):
            some = messages[first : first + TOGETHER]
            deliveries.append(
                await broker.publish_batch(*some, topic=topic, partition=partition, no_confirm=True)
            )
    await asyncio.gather(*deliveries)


if __name__ == "__main__":
    asyncio.run(FastStream(broker).run())
