"""Suite A in plain Faust, as its documentation tells: an agent a topic, a table with its changelog, `topic.send()`.

At least once, memory store, default settings. Run as `python -m benchmarks.peers.faust_join worker`. Bytes are decoded
by msgspec rather than by Faust's own models, which cost more and check less.
"""

import os
from typing import Any

import faust

from benchmarks.portable.case import Case, decode_case, encode_case
from benchmarks.portable.job import Job, Said
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import decode_answer, decode_application, encode

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


applications, answers = raw_topic(job.applications), raw_topic(job.answers)
segments, offers = raw_topic(job.segments), raw_topic(job.offers)
cases = app.Table("cases", partitions=job.partitions, key_type=str, value_type=bytes)


@app.agent(applications)  # type: ignore[untyped-decorator]
async def on_application(stream: Any) -> None:
    async for key, value in stream.items():
        said.begins()
        event = decode_application(value)
        case = case_of(event.application_id)
        if not case.decided:
            case.application = event
            await advance(key, event.application_id, case)


@app.agent(answers)  # type: ignore[untyped-decorator]
async def on_answer(stream: Any) -> None:
    async for key, value in stream.items():
        said.begins()
        event = decode_answer(value)
        case = case_of(event.application_id)
        if not case.decided:
            case.answer = event
            await advance(key, event.application_id, case)


def case_of(application_id: str) -> Case:
    known = cases.get(application_id)
    return decode_case(known) if known else Case()


async def advance(key: bytes, application_id: str, case: Case) -> None:
    if case.application is None or case.answer is None:
        cases[application_id] = encode_case(case)
        return
    segment, priced = decide(case.application, case.answer)
    cases[application_id] = encode_case(Case(decided=True))
    await segments.send(key=key, value=encode(segment))
    await offers.send(key=key, value=encode(priced))


if __name__ == "__main__":
    app.main()
