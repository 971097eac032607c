"""Output events: the same event is the same bytes, under CloudEvents headers."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.encode import ce_headers, ce_time, shared_headers, spelt_headers, spelt_shared, traceparent
from app.contracts.ids import decision_id
from app.contracts.names import OUTPUTS
from app.contracts.registry import load_contracts
from app.contracts.wire import header_block


@pytest.mark.parametrize("role", OUTPUTS)
def test_the_headers_are_those_of_the_contract(role):
    headers = dict(ce_headers(role, "e-1", shared_headers(ce_time(0), traceparent("1f" * 16))))
    assert headers["ce_type"].decode() == load_contracts().topics[role].versions[-1].ce_type
    assert headers["ce_id"] == b"e-1"
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_time"] == b"1970-01-01T00:00:00.000Z"


@given(st.integers(0, 4_000_000_000_000))
def test_the_time_is_the_instant_to_the_millisecond(millis):
    instant = datetime.fromisoformat(ce_time(millis).decode())
    assert (instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000 == pytest.approx(millis, abs=0.01)


def test_all_events_of_a_case_are_in_its_trace():
    case = decision_id("c-1", "a-1")
    trace = traceparent(case)
    assert re.fullmatch(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-01", trace)
    assert trace[3:35].decode() == case


@given(st.sampled_from(OUTPUTS), st.text("abc-._:0", min_size=1, max_size=200), st.integers(0, 2**42), st.uuids())
def test_headers_spelt_at_once_are_those_spelt_one_by_one(role, event_id, at, trace):
    time, parent = ce_time(at), traceparent(trace.hex)
    expected = header_block(ce_headers(role, event_id, shared_headers(time, parent)))
    assert spelt_headers(role, event_id, spelt_shared(time, parent)) == expected
