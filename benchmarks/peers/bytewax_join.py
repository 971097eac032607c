"""Suite A in bytewax: two Kafka sources, its own join by application, one sink; snapshots instead of a changelog.

It has no transactions: after a crash outputs repeat. Its join forgets a case that is complete, where the others keep a
mark. It reads to the end of the log and says so.
"""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.testing import cluster_main

from benchmarks.portable.job import ENDS, Job, Said, say
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import decode_answer, decode_application, encode

BATCH = 1_000                                  # records a poll
EPOCH = timedelta(seconds=1)                   # between two snapshots

job, said = Job.from_environment(), Said()


def decoded(decode: Callable[[bytes], Any]) -> Callable[[list[Any]], Iterable[tuple[str, tuple[bytes, Any]]]]:
    """Events by application, each with the record's key."""

    def keyed(records: list[Any]) -> list[tuple[str, tuple[bytes, Any]]]:
        said.begins()
        events = [(record.key, decode(record.value)) for record in records]
        return [(event.application_id, (key, event)) for key, event in events]

    return keyed


def outputs(joined: list[Any]) -> list[KafkaSinkMessage[bytes, bytes]]:
    messages = []
    for _, ((key, application), (_, answer)) in joined:
        segment, offers = decide(application, answer)
        messages.append(KafkaSinkMessage(key, encode(segment), topic=job.segments))
        messages.append(KafkaSinkMessage(key, encode(offers), topic=job.offers))
    return messages


def source(flow: Dataflow, topic: str, decode: Callable[[bytes], Any]) -> Any:
    kafka = KafkaSource(
        [job.bootstrap_servers], [topic], tail=False, batch_size=BATCH, add_config={"check.crcs": "true"}
    )
    return op.flat_map_batch(f"decode-{topic}", op.input(topic, flow, kafka), decoded(decode))


def build() -> Dataflow:
    flow = Dataflow("join")
    joined = op.join(
        "join", source(flow, job.applications, decode_application), source(flow, job.answers, decode_answer)
    )
    murmur2 = {"partitioner": "murmur2_random", "enable.idempotence": "true"}
    decided = op.flat_map_batch("decide", joined, outputs)
    op.output("out", decided, KafkaSink([job.bootstrap_servers], None, add_config=murmur2))
    return flow


def main() -> None:
    snapshots = Path(job.folder) / "snapshots"
    snapshots.mkdir()
    init_db_dir(snapshots, 1)
    cluster_main(build(), [], 0, epoch_interval=EPOCH, recovery_config=RecoveryConfig(str(snapshots)))
    say(ENDS)
    time.sleep(60)                             # the meter reads the process's time while there is one


if __name__ == "__main__":
    main()
