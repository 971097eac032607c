"""Suite A in Quix Streams: both topics concatenated into one stateful function, changelogged, exactly once.

Tuned as its documentation allows: bytes in and out with msgspec instead of its JSON serializers, the waiting event kept
as the bytes it came in, larger producer batches.
"""

from pathlib import Path
from typing import Any

from quixstreams import Application as QuixApplication
from quixstreams import State

from benchmarks.portable.job import Job, Said
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import decode_answer, decode_application, encode

DECIDED = b"D"

job, said = Job.from_environment(), Said()
app = QuixApplication(
    broker_address=job.bootstrap_servers,
    consumer_group=job.group,
    auto_offset_reset="earliest",
    processing_guarantee="exactly-once",
    state_dir=Path(job.folder) / "state",
    commit_interval=1.0,
    loglevel="WARNING",
    consumer_extra_config={"check.crcs": True},
    producer_extra_config={"linger.ms": 20, "batch.size": 1 << 20},
)


def join(tagged: tuple[bytes, bytes], state: State) -> tuple[bytes, bytes] | None:
    """The encoded outputs of a case that this event completes. State is kept by message key and, within, by case."""
    said.begins()
    tag, json = tagged
    event: Any = decode_application(json) if tag == b"A" else decode_answer(json)
    waiting = state.get_bytes(event.application_id)
    if waiting is None:
        state.set_bytes(event.application_id, tag + json)
        return None
    if waiting == DECIDED or waiting[:1] == tag:
        return None
    state.set_bytes(event.application_id, DECIDED)
    if tag == b"A":
        segment, offers = decide(event, decode_answer(waiting[1:]))
    else:
        segment, offers = decide(decode_application(waiting[1:]), event)
    return encode(segment), encode(offers)


def input_of(topic: str, tag: bytes) -> Any:
    raw = app.topic(topic, key_deserializer="bytes", value_deserializer="bytes")
    return app.dataframe(raw).apply(lambda json: (tag, json))


def output(topic: str) -> Any:
    return app.topic(topic, key_serializer="bytes", value_serializer="bytes")


decided = input_of(job.applications, b"A").concat(input_of(job.answers, b"B")).apply(join, stateful=True)
decided = decided.filter(lambda pair: pair is not None)
decided.apply(lambda pair: pair[0]).to_topic(output(job.segments))
decided.apply(lambda pair: pair[1]).to_topic(output(job.offers))


if __name__ == "__main__":
    app.run()
