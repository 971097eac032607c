"""Partitions as Java and librdkafka compute them; ids that follow from what they name."""

import pytest
from aiokafka.partitioner import murmur2 as aiokafka_murmur2
from hypothesis import given
from hypothesis import strategies as st

from app.contracts import ids
from app.contracts import keys as partitioning
from app.contracts.keys import OwnPartition, librdkafka_default_partition, murmur2, partition_of, partitions_of
from app.contracts.names import OUTPUTS


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_murmur2_is_that_of_kafkas_own_tests(key, hashed):
    assert murmur2(key) == hashed & 0xFFFFFFFF


@given(st.binary(max_size=70), st.integers(1, 200))
def test_a_key_lies_where_aiokafka_puts_it(key, partitions):
    assert partition_of(key, partitions) == (aiokafka_murmur2(key) & 0x7FFFFFFF) % partitions


@given(st.lists(st.binary(max_size=40) | st.binary(min_size=8, max_size=9), max_size=60), st.integers(1, 9))
def test_keys_of_a_batch_lie_where_each_of_them_lies(keys, partitions):
    assert partitions_of(keys, partitions) == [partition_of(key, partitions) for key in keys]


@given(st.lists(st.lists(st.binary(max_size=2), max_size=20), max_size=9), st.integers(0, 2), st.integers(0, 5))
def test_a_partition_that_remembers_keys_says_of_each_what_its_hash_says(batches, number, most):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(partitioning, "_MOST_REMEMBERED", most)
        own = OwnPartition(number, 3)
        for keys in batches:
            assert own.holds_all(keys) == all(partition_of(key, 3) == number for key in keys)
            here = [key for key in keys if partition_of(key, 3) == number]
            assert own.holds_all(here)


def test_librdkafka_hashes_by_crc32():
    assert librdkafka_default_partition(b"123456789", 1 << 32) == 0xCBF43926       # the check value of CRC-32


def test_the_two_partitioners_part_most_customers():
    keys = [f"c-{n}".encode() for n in range(1_000)]
    assert sum(partition_of(key, 4) != librdkafka_default_partition(key, 4) for key in keys) > 500


def test_ids_differ_by_everything_that_they_name():
    decisions = [ids.decision_id(*what) for what in (("c", "a", 1), ("c", "a", 2), ("c", "b", 1), ("d", "a", 1))]
    events = [ids.event_id(decision, role) for decision in decisions for role in OUTPUTS]
    requests = [ids.request_id("c", "a", bureau, consent) for bureau in ("X", "Y") for consent in ("k", "l")]
    offers = [ids.offer_id(decisions[0], proposition) for proposition in ("CustomerLoan", "StudentLoan")]
    everything = decisions + events + requests + offers
    assert len(set(everything)) == len(everything)


def test_ids_stay_the_same_from_version_to_version():
    assert ids.decision_id("c-100042", "app-7f31") == "31af629edac9f982fb1487062fe48bb7"

