"""The European Union's annual percentage rate of charge: published examples and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.decisioning.money.effective import Basis, Timed, dated_effective_rate, effective_rate, rounded, years
from app.errors import LoanError, RateError

START = date(1994, 1, 1)

# Directive 87/102/EEC, annex III, as amended by 98/7/EC. A: by calendar days. B: by a standard year. A's first three
# were compared with its text; of A4 and part B the terms are commonly known, and the rates recomputed.
CALENDAR = {
    "A1": (1000, [("1995-07-01", 1200)], 12.96),
    "A2, 50 kept back": (950, [("1995-07-01", 1200)], 16.90),
    "A3": (1000, [("1995-01-01", 600), ("1996-01-01", 600)], 13.07),
    "A4": (1000, [("1994-04-01", 272), ("1994-07-01", 272), ("1995-01-01", 544)], 13.23),
}
STANDARD = {
    "B1": (1000, [(1.5, 1200)], 12.92),
    "B2, 50 kept back": (950, [(1.5, 1200)], 16.85),
    "B3": (1000, [(1, 600), (2, 600)], 13.07),
    "B4": (1000, [(0.25, 272), (0.5, 272), (1, 544)], 13.19),
}


@pytest.mark.parametrize(("drawn", "repayments", "expected"), CALENDAR.values(), ids=CALENDAR)
def test_the_directives_examples_by_calendar_days(drawn, repayments, expected):
    dated = [(date.fromisoformat(day), amount) for day, amount in repayments]
    assert rounded(dated_effective_rate([(START, drawn)], dated, Basis.DAYS_365)) == expected


@pytest.mark.parametrize(("drawn", "repayments", "expected"), STANDARD.values(), ids=STANDARD)
def test_the_directives_examples_by_a_standard_year(drawn, repayments, expected):
    timed = [Timed(amount, after) for after, amount in repayments]
    assert rounded(effective_rate([Timed(drawn, 0)], timed)) == expected


def test_the_third_example_to_seven_digits():
    assert effective_rate([Timed(1000, 0)], [Timed(600, 1), Timed(600, 2)]) == pytest.approx(0.1306623, abs=1e-7)


@pytest.mark.parametrize(
    ("drawn", "repayments", "basis", "expected"),
    [
        # FSharp.Finance.Personal (Simon Treanor), UK and EU tests; its days are over 365.
        (("2012-10-10", 500), [("2012-10-15", 510)], Basis.DAYS_365, 324.44),
        (("2012-10-10", 500), [("2012-11-10", 270), ("2012-12-10", 270)], Basis.DAYS_365, 84.63),
        # Curo, documentation, example 2: six monthly payments of 1707 and a fee of 50.
        (
            ("2026-01-05", 10000),
            [("2026-02-05", 1757), *((f"2026-0{m}-05", 1707) for m in range(3, 8))],
            Basis.MONTHS,
            10.45,
        ),
        # FSMQ, Free-Standing Mathematics Qualification, "APR": three yearly payments.
        (("2021-05-05", 5000), [(f"202{y}-05-05", 2000) for y in (2, 3, 4)], Basis.YEARS, 9.70),
    ],
)
def test_what_others_publish(drawn, repayments, basis, expected):
    dated = [(date.fromisoformat(day), amount) for day, amount in repayments]
    day, amount = drawn
    assert rounded(dated_effective_rate([(date.fromisoformat(day), amount)], dated, basis)) == expected


@pytest.mark.parametrize(
    ("start", "end", "basis", "expected"),
    [
        ("2023-01-01", "2024-07-01", Basis.MONTHS, 18 / 12),
        ("2023-01-01", "2024-07-01", Basis.YEARS, 1 + 181 / 365),      # the year before 1 July 2023 has no 29 February
        ("2023-12-20", "2025-01-05", Basis.MONTHS, 12 / 12 + 16 / 365),
        ("2024-02-25", "2025-03-05", Basis.MONTHS, 12 / 12 + 9 / 366),  # the year to 5 March 2024 has one
        ("2025-01-31", "2025-02-28", Basis.MONTHS, 1 / 12),            # from last day to last day
        ("2025-01-01", "2025-02-20", Basis.WEEKS, 7 / 52 + 1 / 366),
        ("1994-01-01", "1995-07-01", Basis.DAYS_365_25, 546 / 365.25),
        ("1994-01-01", "1995-07-01", Basis.DAYS_365, 546 / 365),
        ("2024-02-29", "2025-02-28", Basis.YEARS, 1.0),
    ],
)
def test_how_time_becomes_years(start, end, basis, expected):
    assert years(date.fromisoformat(start), date.fromisoformat(end), basis) == pytest.approx(expected, rel=1e-15)


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 4000), st.sampled_from(Basis))
def test_years_are_near_days_over_365(start, days, basis):
    assert years(start, start + timedelta(days), basis) == pytest.approx(days / 365, abs=0.035 + days / 365 / 300)


repayments_ = st.lists(st.builds(Timed, st.integers(1, 10**6), st.floats(0.05, 30)), min_size=1, max_size=12)


@given(repayments_, st.floats(0.6, 1.0))
def test_at_the_rate_found_repayments_are_worth_the_drawdown(repayments, share):
    drawn = sum(flow.amount for flow in repayments) * share
    rate = effective_rate([Timed(drawn, 0.0)], repayments)
    assert sum(f.amount * (1 + rate) ** -f.years for f in repayments) == pytest.approx(drawn, rel=1e-8)


@given(repayments_, st.integers(1, 1000))
def test_a_charge_raises_the_rate(repayments, charge):
    drawn = sum(flow.amount for flow in repayments) * 0.8
    assume(min(flow.years for flow in repayments) > 0.5)
    without = effective_rate([Timed(drawn, 0.0)], repayments)
    assert effective_rate([Timed(drawn, 0.0)], [*repayments, Timed(charge, 0.5)]) > without


def test_drawdowns_in_parts_cost_more_a_year_than_all_at_once():
    """The same charge for money that is had for a shorter time."""
    repaid = [Timed(600, 1), Timed(600, 2)]
    assert effective_rate([Timed(500, 0), Timed(500, 0.5)], repaid) > effective_rate([Timed(1000, 0)], repaid)


@pytest.mark.parametrize(
    ("drawdowns", "repayments", "error", "says"),
    [
        ([], [Timed(1, 1)], LoanError, "nothing is drawn"),
        ([Timed(1, 0)], [], RateError, "below zero"),
        ([Timed(2, 0)], [Timed(1, 1)], RateError, "below zero"),
        ([Timed(2, -1)], [Timed(3, 1)], LoanError, "negative"),
        ([Timed(2, 0)], [Timed(3, 0)], RateError, "no rate"),
    ],
)
def test_what_is_no_credit_is_refused_in_a_sentence(drawdowns, repayments, error, says):
    with pytest.raises(error, match=says):
        effective_rate(drawdowns, repayments)


def test_time_does_not_run_backwards():
    with pytest.raises(LoanError, match="before the first drawdown"):
        years(date(2025, 2, 1), date(2025, 1, 1), Basis.MONTHS)


def test_percentages_are_rounded_half_up_to_one_decimal_or_two():
    assert (rounded(0.1295, 1), rounded(0.12957), rounded(0.0)) == (13.0, 12.96, 0.0)
