"""Changelog values: what was written is read; what cannot be read stops the lane and says where it lies."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.bodies import BODIES
from app.contracts.names import CASES_CHANGELOG, CHANGELOGS, CONSENTS_CHANGELOG
from app.contracts.state import (
    OFFSETS_KEY,
    LaneOffsets,
    Place,
    case_key,
    consents_key,
    decode_case,
    decode_consents,
    decode_offsets,
    encode_state,
    stored,
)
from app.domain.case import Case
from app.domain.quantities import EventId
from app.errors import LaneError
from tests.contracts.specimens import examples

PLACE = Place("creditstream-cases-changelog", 3, 4711, b"c-100042/app-7f31")
DECODE = {CASES_CHANGELOG: decode_case, CONSENTS_CHANGELOG: decode_consents}


@pytest.mark.parametrize(("role", "path"), examples(CHANGELOGS), ids=lambda case: getattr(case, "stem", case))
def test_state_comes_back_as_it_was(role, path):
    state = msgspec.json.decode(path.read_bytes(), type=BODIES[role])
    value = encode_state(state)
    found = DECODE[role](value, PLACE)
    assert (stored(found) if isinstance(found, Case) else found) == state
    assert encode_state(DECODE[role](value, PLACE)) == value


def test_offsets_come_back_as_they_were():
    offsets = LaneOffsets({"consents": 17}, {"consents": b"\x01" * 16})
    assert decode_offsets(encode_state(offsets), PLACE) == offsets


def test_a_newer_format_stops_the_lane_and_says_where_it_lies():
    value = encode_state(LaneOffsets({}, {}))
    with pytest.raises(LaneError, match="format 2") as error:
        decode_offsets(b"\x02" + value[1:], PLACE)
    told = str(error.value)
    assert "creditstream-cases-changelog-3 offset 4711" in told
    assert "c-100042" not in told                              # a hash of the key, never the key


@given(st.binary(max_size=200))
def test_foreign_bytes_stop_the_lane(value):
    for decode in (decode_case, decode_consents, decode_offsets):
        for foreign in (value, b"\x01" + value):
            try:
                state = decode(foreign, PLACE)
            except LaneError:
                continue
            assert encode_state(state)                         # a chance hit is at least a state


def test_state_of_one_kind_is_not_read_as_another():
    role, path = examples(CHANGELOGS)[0]
    value = encode_state(msgspec.json.decode(path.read_bytes(), type=BODIES[role]))
    for decode in (decode_consents, decode_offsets):
        with pytest.raises(LaneError):
            decode(value, PLACE)


@given(st.text("abc019._:-", min_size=1, max_size=5), st.text("abc019._:-", min_size=1, max_size=5))
def test_the_offsets_have_a_key_that_no_customer_can_have(customer, application):
    msgspec.convert(customer, EventId)
    assert case_key(customer, application) != OFFSETS_KEY
    assert consents_key(customer) != OFFSETS_KEY
