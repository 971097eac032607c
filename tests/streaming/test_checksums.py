"""Batches are checked as they are taken: what passes is what the client itself would pass."""

from typing import Any

import pytest
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.checksums import CheckedRecords, check_as_batches_are_taken, crc32c

NOW = 1_780_000_000_000
BATCHES = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=5), min_size=1, max_size=4)


def fetched(batches: list[list[bytes]]) -> bytes:
    """What a broker would send of them."""
    made = []
    for values in batches:
        batch = BatchBuilder(1 << 20, 0, is_transactional=0)
        for value in values:
            batch.append(timestamp=NOW, key=b"k", value=value)
        made.append(bytes(batch._build()))
    return b"".join(made)


def taken(records: Any) -> list[list[bytes]]:
    found = []
    while records.has_next():
        found.append([record.value for record in records.next_batch()])
    return found


@given(st.binary(max_size=70), st.binary(max_size=300))
def test_the_checksum_is_the_clients(head, rest):
    assert crc32c(head, rest) == calc_crc32c(head + rest)
    assert crc32c(head) == calc_crc32c(head)


@given(BATCHES, st.integers(0, 60))
def test_whole_batches_come_as_they_were_sent_and_a_cut_one_not_at_all(batches, cut):
    whole = fetched(batches)
    sent = whole[: len(whole) - cut]
    assert taken(CheckedRecords(sent)) == taken(MemoryRecords(sent))
    assert CheckedRecords(sent).size_in_bytes() == len(sent)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5), st.data())
def test_any_bit_that_fell_over_is_noticed(values, data):
    good = fetched([values])
    at = data.draw(st.integers(17, len(good) - 1), label="byte")       # before it lies what the broker itself writes
    broken = bytearray(good)
    broken[at] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    with pytest.raises(CorruptRecordException):
        CheckedRecords(bytes(broken)).next_batch()


def test_the_clients_consumers_take_them_so():
    check_as_batches_are_taken()
    assert fetcher.MemoryRecords is CheckedRecords
