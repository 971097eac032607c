"""A record batch put together at once is the batch that aiokafka's own builder makes, byte for byte."""

from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.wire import header_block
from app.lane.records import Output
from app.streaming.record_batch import ClientsBatch, EncodedBatch, RecordBatch
from app.streaming.transaction import Packing

NOW = 1_780_000_000_000
HEADERS = st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=9)), max_size=4)
VALUES = st.none() | st.binary(max_size=300) | st.integers(8_000, 20_000).map(bytes)
RECORDS = st.lists(st.tuples(st.binary(max_size=70), VALUES, HEADERS), min_size=1, max_size=90)


def outputs(records):
    return [Output(key, value, header_block(headers)) for key, value, headers in records]


def of_the_client(records, producer=(7, 2, 91), limit=1 << 20):
    """Its bytes, and how many records it took."""
    batch = BatchBuilder(limit, 0, is_transactional=1)
    taken = 0
    while taken < len(records):
        key, value, headers = records[taken]
        if batch.append(timestamp=NOW, key=key, value=value, headers=headers) is None:
            break
        taken += 1
    batch._set_producer_state(*producer)
    return bytes(batch._build()), taken


KINDS = st.sampled_from((RecordBatch, ClientsBatch))


def built(batch):
    found = batch._build()
    assert batch._build() is found             # sent again, it is the same
    return b"".join([found.head, *found.records]) if isinstance(found, EncodedBatch) else bytes(found)


@given(RECORDS, KINDS)
def test_the_bytes_are_those_of_the_client(records, kind):
    batch = kind(1 << 20, NOW)
    assert batch.take(outputs(records)) == len(records)
    batch._set_producer_state(7, 2, 91)
    assert built(batch) == of_the_client(records)[0]


@given(RECORDS, st.integers(0, 90), KINDS)
def test_records_may_come_in_portions(records, first, kind):
    whole, parts = kind(1 << 20, NOW), kind(1 << 20, NOW)
    whole.take(outputs(records))
    parts.take(outputs(records[:first]))
    assert parts.take(outputs(records), min(first, len(records))) == len(records)
    assert whole.record_count() == parts.record_count() == len(records)
    assert built(whole) == built(parts)


@given(RECORDS, st.integers(62, 30_000), KINDS)
def test_a_full_batch_takes_no_more_than_the_clients(records, limit, kind):
    batch = kind(limit, NOW)
    taken = batch.take(outputs(records))
    batch._set_producer_state(7, 2, 91)
    assert (built(batch), taken) == of_the_client(records, limit=limit)


@given(RECORDS, st.integers(62, 30_000))
def test_nothing_is_left_out_when_batches_are_full(records, limit):
    packing = Packing({"out": limit}, 1 << 20)
    packing.add("out", [])
    for first in range(0, len(records), 20):
        packing.add("out", outputs(records[first : first + 20]))
    left = records
    for topic, batch in packing.packed():
        found = [(r.key, r.value, r.headers) for r in DefaultRecordBatch(built(batch))]
        taken = of_the_client(left, limit=limit)[1]
        assert (topic, found) == ("out", left[:taken])
        left = left[taken:]
    assert left == []
