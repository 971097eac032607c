"""What both Faust peers of suite A have in common: the app (at least once, memory store, default settings) and what it
puts out.

How an event is read and how a case is kept is each peer's own affair.
"""

import os
from typing import Any

import faust

from benchmarks.portable.job import Job, Said
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import Answer, Application, encode

# What an expert would try first: messages wait a moment, and so travel together. "Rarely", says the documentation.
TUNED = {"producer_linger": 0.05, "producer_max_batch_size": 262_144}


job, said = Job.from_environment(), Said()
app = faust.App(
    job.group,
    broker="kafka://" + job.bootstrap_servers,
    datadir=job.folder,
    topic_partitions=job.partitions,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
    **(TUNED if os.environ.get("PEER_TUNED") else {}),
)


def raw_topic(name: str) -> Any:
    return app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


segments, offers = raw_topic(job.segments), raw_topic(job.offers)


async def tell(key: bytes, application: Application, answer: Answer) -> None:
    """Decides the case and puts out what is said of it."""
    segment, priced = decide(application, answer)
    await segments.send(key=key, value=encode(segment))
    await offers.send(key=key, value=encode(priced))
