"""A produce request put together at once is the request that aiokafka puts together level by level."""

from aiokafka.protocol.produce import ProduceRequest, ProduceRequest_v3, ProduceRequest_v7
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.produce import FlatProduceRequest

TOPICS = st.lists(
    st.tuples(
        st.text(min_size=1, max_size=9), st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=40)), max_size=3)
    ),
    max_size=3,
)


@given(TOPICS, st.none() | st.text(max_size=9), st.sampled_from([-1, 0, 1]), st.integers(0, 2**31 - 1))
def test_the_bytes_are_those_of_the_client(topics, transactional_id, acks, timeout):
    for version in (ProduceRequest_v3, ProduceRequest_v7):
        kinds = (ProduceRequest, FlatProduceRequest)
        theirs, ours = (kind(transactional_id, acks, timeout, topics).build(version) for kind in kinds)
        assert ours.encode() == theirs.encode()
        assert type(ours) is type(theirs)
