"""Instants of consents in milliseconds."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.permission import millis

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSIDE = (datetime(2, 1, 1), datetime(9998, 12, 31))  # noqa: DTZ001 - naive bounds, of any zone


@given(st.datetimes(*INSIDE, timezones=ZONES))
def test_an_instant_is_the_whole_milliseconds_since_the_epoch_whatever_its_zone(instant):
    assert millis(instant) == (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
