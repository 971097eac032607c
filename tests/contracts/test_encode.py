"""Output events: the same event is the same bytes, under CloudEvents headers."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.encode import ce_headers, ce_time, traceparent
from app.contracts.names import OUTPUTS
from app.contracts.registry import load_contracts

PARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@pytest.mark.parametrize("role", OUTPUTS)
def test_the_headers_are_those_of_the_contract(role):
    headers = dict(ce_headers(role, "e-1", ce_time(0), traceparent("e-1")))
    assert headers["ce_type"].decode() == load_contracts().topics[role].versions[-1].ce_type
    assert headers["ce_id"] == b"e-1"
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_time"] == b"1970-01-01T00:00:00.000Z"


@given(st.integers(0, 4_000_000_000_000))
def test_the_time_is_the_instant_to_the_millisecond(millis):
    instant = datetime.fromisoformat(ce_time(millis).decode())
    assert (instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000 == pytest.approx(millis, abs=0.01)


@given(st.text(max_size=40))
def test_a_trace_follows_from_its_seed(seed):
    trace = traceparent(seed)
    assert re.fullmatch(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-01", trace)
    assert trace == traceparent(seed)


def test_a_trace_goes_on_in_its_parents():
    trace = traceparent("seed", PARENT)
    assert trace[:36] == PARENT[:36]
    assert trace[36:52] != PARENT[36:52]
    assert trace[53:] == b"00"


@pytest.mark.parametrize("parent", [b"", b"nonsense", PARENT.upper(), b"00-" + b"0" * 32 + PARENT[35:], PARENT + b"-x"])
def test_a_malformed_parent_is_ignored(parent):
    assert traceparent("seed", parent) == traceparent("seed")
