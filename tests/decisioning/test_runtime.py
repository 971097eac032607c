"""Dates and rounding: what a month, a year and a half mean."""

from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.language.runtime import (
    ceiling,
    floor,
    half_even,
    half_up,
    months_between,
    position,
    ratio,
    round_down,
    utc_date,
    years_between,
)

units = st.integers(-(10**20), 10**20)
unit = st.sampled_from([1, 2, 5, 10, 100, 10**12])


@given(units, unit)
def test_rounding_is_that_of_decimal_arithmetic(amount, whole):
    def exact(rounding):
        return int((Decimal(amount) / whole).quantize(Decimal(1), rounding=rounding))

    assert half_up(amount, whole) == exact(ROUND_HALF_UP)
    assert half_even(amount, whole) == exact(ROUND_HALF_EVEN)


@given(units, unit)
def test_floor_and_ceiling_enclose(amount, whole):
    assert floor(amount, whole) * whole <= amount <= ceiling(amount, whole) * whole
    assert ceiling(amount, whole) - floor(amount, whole) == (amount % whole != 0)


@given(units, st.integers(1, 10**6))
def test_round_down_gives_the_multiple_below(amount, step):
    rounded = round_down(amount, step)
    assert rounded % step == 0
    assert 0 <= amount - rounded < step


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(1, 3, 33), (2, 3, 67), (1, 8, 13), (-1, 8, -13), (1, -8, -13), (0, 5, 0), (5, 0, None)],
)
def test_a_ratio_is_rounded_half_away_from_zero_and_missing_by_zero(numerator, denominator, expected):
    assert ratio(numerator, denominator, 100) == expected


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ((2020, 1, 15), (2020, 2, 14), 0),
        ((2020, 1, 15), (2020, 2, 15), 1),
        ((2020, 1, 31), (2020, 2, 29), 0),
        ((2020, 1, 31), (2020, 3, 1), 1),
        ((2019, 12, 31), (2020, 12, 31), 12),
        ((2020, 2, 29), (2021, 2, 28), 11),
        ((2021, 3, 1), (2021, 1, 1), -2),
    ],
)
def test_a_month_is_over_on_its_calendar_day(start, end, months):
    assert months_between(date(*start), date(*end)) == months


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ((2000, 5, 5), (2018, 5, 4), 17),
        ((2000, 5, 5), (2018, 5, 5), 18),
        ((2004, 2, 29), (2022, 2, 28), 17),
        ((2004, 2, 29), (2022, 3, 1), 18),
        ((2030, 1, 1), (2020, 1, 1), -10),
    ],
)
def test_an_age_is_counted_in_birthdays(born, on, age):
    assert years_between(date(*born), date(*on)) == age


@given(st.dates(), st.dates())
def test_twelve_months_are_a_year(start, end):
    assert abs(months_between(start, end)) // 12 == abs(years_between(start, end))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (0, date(1970, 1, 1)),
        (-1, date(1969, 12, 31)),
        (86_399_999, date(1970, 1, 1)),
        (86_400_000, date(1970, 1, 2)),
        (2**62, date.max),
        (-(2**62), date.min),
    ],
)
def test_the_day_of_an_instant_is_that_of_utc(instant, day):
    assert utc_date(instant) == day


def test_the_position_in_a_list_counts_from_zero():
    assert position("b", ("a", "b")) == 1
    assert position("c", ("a", "b")) is None
