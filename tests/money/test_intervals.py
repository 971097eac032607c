"""How appendix J counts unit-periods and odd days."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.money.intervals import (
    MONTH,
    SEMIMONTH,
    YEAR,
    UnitPeriod,
    due_days,
    months_back,
    months_earlier,
    unit_period,
)
from app.errors import LoanError

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def on(*texts):
    return [date.fromisoformat(text) for text in texts]


@given(days, st.integers(0, 400))
def test_months_back_and_odd_days_lead_from_the_later_date_to_the_earlier(start, later):
    end = start + timedelta(later)
    months, odd = months_back(start, end, end.day)
    assert 0 <= odd <= 31
    assert months_earlier(end, months, end.day) - timedelta(odd) == start
    assert months_earlier(end, months + 1, end.day) < start


def test_months_are_measured_back_from_the_later_date():
    """Appendix J (c)(1)(ii): 10 February to 1 April is one month and 19 days."""
    assert MONTH.between(*on("1978-02-10", "1978-04-01"), 1) == (1, Fraction(19, 30))


def test_quarters_count_months_of_thirty_days():
    """(c)(1)(iv): 23 May to 1 October is four months and nine days, 129 days, a quarter and 39/90."""
    assert UnitPeriod("month", 3).between(*on("1978-05-23", "1978-10-01"), 1) == (1, Fraction(39, 90))


def test_a_year_leaves_months_if_they_are_whole_and_days_if_not():
    assert YEAR.between(*on("1978-01-17", "1979-07-17"), 17) == (1, Fraction(6, 12))
    assert YEAR.between(*on("1978-01-17", "1979-02-20"), 20) == (1, Fraction(34, 365))


def test_a_series_due_on_last_days_is_measured_from_last_day_to_last_day():
    dates = on("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30")
    assert set(due_days(dates).values()) == {31}
    assert unit_period([dates]) == MONTH


def test_a_series_due_on_the_thirtieth_takes_the_last_of_february():
    dates = on("2025-01-30", "2025-02-28", "2025-03-30")
    assert due_days(dates)[dates[1]] == 30
    assert unit_period([dates]) == MONTH


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (on("2025-01-01", "2025-01-16", "2025-02-01", "2025-02-16", "2025-03-01"), SEMIMONTH),
        (on("2025-01-15", "2025-01-31", "2025-02-15", "2025-02-28", "2025-03-15"), SEMIMONTH),
        (on("2025-01-01", "2025-01-15", "2025-02-01", "2025-02-15", "2025-03-01"), SEMIMONTH),
        (on("2025-01-31", "2025-02-28", "2025-03-28", "2025-04-25"), UnitPeriod("week", 4)),
        (on("2025-01-01", "2025-01-15", "2025-01-29", "2025-02-12"), UnitPeriod("week", 2)),
        (on("2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31"), UnitPeriod("day", 10)),
        (on("2025-01-01", "2026-01-01", "2027-01-01"), YEAR),
        (on("2025-01-01", "2025-04-01", "2025-07-01"), UnitPeriod("month", 3)),
    ],
)
def test_the_unit_period_is_the_most_frequent_common_period(dates, expected):
    assert unit_period([dates]) == expected


def test_of_two_equally_frequent_common_periods_the_smaller_is_taken():
    dates = on("2025-01-10", "2025-02-10", "2025-03-10", "2025-05-10", "2025-07-10")
    assert unit_period([dates]) == MONTH


def test_without_a_common_period_the_average_is_rounded_to_a_standard_interval():
    """20 and 43 days average 31.5: a month of 30 is nearest."""
    assert unit_period([on("2025-01-01", "2025-01-21", "2025-03-05")]) == MONTH


def test_a_payment_before_the_term_begins_is_refused():
    with pytest.raises(LoanError, match="before the term"):
        months_back(*on("2025-03-01", "2025-02-01"), 1)
