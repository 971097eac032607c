"""A produce request put together at once is the request that aiokafka puts together level by level."""

import pytest
from aiokafka.protocol.produce import ProduceRequest, ProduceRequest_v2, ProduceRequest_v3, ProduceRequest_v7
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.produce import FlatProduceRequest
from app.streaming.record_batch import EncodedBatch

RECORDS = st.binary(max_size=40) | st.integers(16_000, 17_000).map(bytes)
BATCHES = RECORDS | st.builds(EncodedBatch, st.binary(max_size=40), st.lists(RECORDS, max_size=3).map(tuple))
TOPICS = st.lists(
    st.tuples(st.text(min_size=1, max_size=9), st.lists(st.tuples(st.integers(0, 9), BATCHES), max_size=3)), max_size=3
)


@given(TOPICS, st.none() | st.text(max_size=9), st.sampled_from([-1, 0, 1]), st.integers(0, 2**31 - 1))
def test_the_bytes_are_those_of_the_client(topics, transactional_id, acks, timeout):
    joined = [(topic, [(number, whole(batch)) for number, batch in batches]) for topic, batches in topics]
    for version in (ProduceRequest_v3, ProduceRequest_v7):
        theirs = ProduceRequest(transactional_id, acks, timeout, joined).build(version)
        ours = FlatProduceRequest(transactional_id, acks, timeout, topics).build(version)
        message, expected = b"header" + ours.encode(), b"header" + theirs.encode()
        assert len(message) == len(expected)
        assert b"".join(b"size" + message) == b"size" + expected
        assert type(ours) is type(theirs)


def whole(batch):
    return b"".join([batch.head, *batch.records]) if isinstance(batch, EncodedBatch) else batch


def test_a_request_of_another_layout_is_refused():
    with pytest.raises(ValueError, match="another layout"):
        FlatProduceRequest(None, 1, 1, []).build(ProduceRequest_v2)
