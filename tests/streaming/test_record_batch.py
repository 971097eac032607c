"""A record batch put together at once is the batch that aiokafka's own builder makes, byte for byte."""

from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.wire import header_block
from app.lane.records import Output
from app.streaming.record_batch import RecordBatch
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


@given(RECORDS)
def test_the_bytes_are_those_of_the_client(records):
    batch = RecordBatch(1 << 20, NOW)
    assert batch.take(outputs(records)) == len(records)
    batch._set_producer_state(7, 2, 91)
    built = batch._build()
    assert b"".join(built) == of_the_client(records)[0]
    assert batch._build() is built             # sent again, it is the same


@given(RECORDS, st.integers(0, 90))
def test_records_may_come_in_portions(records, first):
    whole, parts = RecordBatch(1 << 20, NOW), RecordBatch(1 << 20, NOW)
    whole.take(outputs(records))
    parts.take(outputs(records[:first]))
    assert parts.take(outputs(records), min(first, len(records))) == len(records)
    assert whole._build() == parts._build()
    assert whole.record_count() == parts.record_count() == len(records)


@given(RECORDS, st.integers(62, 30_000))
def test_a_full_batch_takes_no_more_than_the_clients(records, limit):
    batch = RecordBatch(limit, NOW)
    taken = batch.take(outputs(records))
    batch._set_producer_state(7, 2, 91)
    assert (b"".join(batch._build()), taken) == of_the_client(records, limit=limit)


@given(RECORDS, st.integers(62, 30_000))
def test_nothing_is_left_out_when_batches_are_full(records, limit):
    packing = Packing({"out": limit}, 1 << 20)
    packing.add("out", [])
    for first in range(0, len(records), 20):
        packing.add("out", outputs(records[first : first + 20]))
    left = records
    for topic, batch in packing.packed():
        head, body = batch._build()
        found = [(r.key, r.value, r.headers) for r in DefaultRecordBatch(head + body)]
        taken = of_the_client(left, limit=limit)[1]
        assert (topic, found) == ("out", left[:taken])
        left = left[taken:]
    assert left == []
