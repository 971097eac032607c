"""The bare loop with confluent-kafka: consume many, a dictionary, produce, one transaction a round with its offsets."""

from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.portable.case import Case, encode_case
from benchmarks.portable.job import Job, Said
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import Application, decode_answer, decode_application, encode

MOST = 10_000                                  # records a round


class Loop:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._cases: dict[str, Case] = {}
        self._producer = Producer(
            {
                "bootstrap.servers": job.bootstrap_servers,
                "transactional.id": job.group,
                "linger.ms": 5,
                "batch.size": 1 << 20,
                "queue.buffering.max.messages": 1_000_000,
                "queue.buffering.max.kbytes": 1 << 20,
            }
        )
        self._consumer = Consumer(
            {
                "bootstrap.servers": job.bootstrap_servers,
                "group.id": job.group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "check.crcs": True,            # off unless asked for
            }
        )

    def run(self) -> None:
        said = Said()
        self._producer.init_transactions()
        self._consumer.subscribe([self._job.applications, self._job.answers])
        while True:
            records = self._consumer.consume(MOST, 0.5)
            if records:
                said.begins()
                self._producer.begin_transaction()
                offsets = self._process(records)
                self._producer.send_offsets_to_transaction(offsets, self._consumer.consumer_group_metadata())
                self._producer.commit_transaction()

    def _process(self, records: list[Any]) -> list[TopicPartition]:
        """Joins and decides; every case that changed goes to the changelog, once. Returns the offsets to commit."""
        job, cases = self._job, self._cases
        changed: dict[str, int] = {}
        offsets: dict[tuple[str, int], int] = {}
        for record in records:
            if record.error():
                raise SystemExit(str(record.error()))
            topic, partition, value = record.topic(), record.partition(), record.value()
            offsets[topic, partition] = record.offset() + 1
            event = decode_application(value) if topic == job.applications else decode_answer(value)
            case = cases.get(event.application_id)
            if case is None:
                case = cases[event.application_id] = Case()
            if case.decided:
                continue
            if isinstance(event, Application):
                case.application = event
            else:
                case.answer = event
            changed[event.application_id] = partition
            if case.application is not None and case.answer is not None:
                segment, offers = decide(case.application, case.answer)
                self._send(job.segments, partition, record.key(), encode(segment))
                self._send(job.offers, partition, record.key(), encode(offers))
                cases[event.application_id] = Case(decided=True)
        for application_id, partition in changed.items():
            self._send(job.changelog, partition, application_id.encode(), encode_case(cases[application_id]))
        return [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]

    def _send(self, topic: str, partition: int, key: bytes, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(topic, value, key, partition)
            except BufferError:                # its queue is full
                self._producer.poll(0.05)
            else:
                return


if __name__ == "__main__":
    Loop(Job.from_environment()).run()
