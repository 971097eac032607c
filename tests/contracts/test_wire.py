"""Headers as Kafka spells them."""

from hypothesis import given
from hypothesis import strategies as st

from app.contracts.wire import NO_HEADERS, VARINTS, header_block, headers_in

HEADERS = st.lists(st.tuples(st.text(max_size=9), st.none() | st.binary(max_size=200)), max_size=70)


@given(HEADERS)
def test_a_block_holds_the_headers_that_it_was_made_of(headers):
    assert headers_in(header_block(headers)) == headers


def test_no_headers_are_a_block_too():
    assert header_block([]) == NO_HEADERS
    assert headers_in(NO_HEADERS) == []


def test_lengths_are_spelt_as_the_protocol_says():
    spelt = {0: "00", -1: "01", 1: "02", 63: "7e", 64: "8001", 8_191: "fe7f", 8_192: "808001", 2**31 - 1: "feffffff0f"}
    assert {number: VARINTS[number].hex() for number in spelt} == spelt
