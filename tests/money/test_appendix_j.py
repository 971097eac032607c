"""Regulation Z, appendix J, paragraph (c): the published examples, from their dates alone.

Paragraphs (c)(1) to (c)(4) and (c)(5)(i) were compared with a public implementation's transcript of the CFPB's text. Of
the others the terms are given as commonly known; an independent bisection gave the same rates before they were entered.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.money.appendix_j import apr, is_accurate
from app.decisioning.money.equation import Flow, unit_rate
from app.decisioning.money.intervals import MONTH, UnitPeriod
from app.errors import AmountError, LoanError, RateError


def on(text):
    return date.fromisoformat(text)


def monthly(first, count, amount, *, every=1):
    start = on(first)
    months = [start.year * 12 + start.month - 1 + every * k for k in range(count)]
    return [(date(m // 12, m % 12 + 1, start.day), amount) for m in months]


def weekly(first, count, amount, *, every=1):
    return [(on(first) + timedelta(weeks=every * k), amount) for k in range(count)]


def semimonthly(first, count, amount):
    """On the 1st and the 16th."""
    return [pair for d, a in monthly(first, count // 2, amount) for pair in ((d, a), (d.replace(day=16), a))]


VARYING = """291.81 300.18 308.78 317.61 326.65 335.92 345.42 355.15 365.12 375.33 385.76 385.42 385.03 384.62 384.17
383.67 383.13 382.54 381.90 381.20 380.43 379.60 378.68 377.69 376.60 375.42 374.13 372.72 371.18 369.50"""
GRADUATED = [
    (day, round(100 * float(VARYING.split()[month // 12])))
    for month, (day, _) in enumerate(monthly("1978-06-01", 360, 0))
]
SKIPPED = [
    *weekly("1978-02-20", 9, 100_00, every=4),
    *weekly("1978-11-13", 6, 100_00, every=4),
    *weekly("1979-05-14", 6, 100_00, every=4),
    *weekly("1979-11-12", 3, 100_00, every=4),
]

PUBLISHED = {
    "(c)(1)(i) monthly": ([("1978-01-10", 5000_00)], monthly("1978-02-10", 24, 230_00), 969),
    "(c)(1)(ii) long first month": ([("1978-02-10", 6000_00)], monthly("1978-04-01", 36, 200_00), 1182),
    "(c)(1)(iii) semimonthly": ([("1978-02-23", 5000_00)], semimonthly("1978-03-01", 24, 219_17), 1034),
    "(c)(1)(iv) quarterly": ([("1978-05-23", 10000_00)], monthly("1978-10-01", 40, 385_00, every=3), 897),
    "(c)(1)(v) weekly": ([("1978-03-20", 500_00)], weekly("1978-04-21", 30, 17_60), 1496),
    "(c)(2)(i) odd first payment": (
        [("1978-01-10", 5000_00)], [(on("1978-02-10"), 250_00), *monthly("1978-03-10", 23, 230_00)], 1008,
    ),
    "(c)(2)(ii) every four weeks": (
        [("1978-03-18", 400_00)], [(on("1978-04-20"), 39_50), *weekly("1978-05-18", 11, 38_31, every=4)], 2850,
    ),
    "(c)(3)(i) odd last payment": (
        [("1978-01-10", 5000_00)], [*monthly("1978-02-10", 23, 230_00), (on("1980-01-10"), 280_00)], 1050,
    ),
    "(c)(3)(ii) every two weeks": (
        [("1978-04-03", 200_00)], [*weekly("1978-04-11", 19, 9_50, every=2), (on("1979-01-02"), 30_00)], 1222,
    ),
    "(c)(4)(i) odd first and last": (
        [("1978-01-10", 5000_00)],
        [(on("1978-02-10"), 250_00), *monthly("1978-03-10", 22, 230_00), (on("1980-01-10"), 280_00)],
        1090,
    ),
    "(c)(4)(ii) every two months": (
        [("1978-01-10", 8000_00)],
        [(on("1978-03-01"), 449_36), *monthly("1978-05-01", 18, 465_00, every=2), (on("1981-05-01"), 200_00)],
        730,
    ),
    "(c)(5)(i) single payment, days": ([("1978-01-03", 1000_00)], [(on("1978-09-15"), 1080_00)], 1145),
    "(c)(5)(ii) single payment, months": ([("1978-07-15", 1000_00)], [(on("1979-01-15"), 1044_00)], 880),
    "(c)(5)(iii) single payment, 18 months": ([("1978-01-17", 1000_00)], [(on("1979-07-17"), 1135_19)], 876),
    "(c)(5)(iv) single payment, two years": ([("1978-01-03", 1000_00)], [(on("1980-01-03"), 1240_00)], 1136),
    "(c)(6)(i) skipped payments": ([("1978-01-25", 2135_00)], SKIPPED, 1200),
    "(c)(6)(iii) mortgage, varying payments": ([("1978-04-10", 39688_56)], GRADUATED, 980),
    "(c)(7)(i) construction loan": (
        [("1979-04-10", 20000_00), ("1979-06-12", 20000_00), ("1979-09-18", 20000_00)],
        monthly("1979-12-10", 240, 612_36),
        1025,
    ),
}

# Not of the regulation: edge cases that FSharp.Finance.Personal (Simon Treanor) publishes in its tests.
OTHERS = {
    "a shorter odd quarter": ([("1978-06-23", 10000_00)], monthly("1978-10-01", 40, 385_00, every=3), 915),
    "a first quarter cut short": ([("1978-07-23", 10000_00)], monthly("1978-10-01", 40, 385_00, every=3), 932),
    "daily": ([("2023-10-26", 1000_00)], [(on("2023-11-30") + timedelta(k), 220_00) for k in range(5)], 9415),
    "weekly, first period long": ([("2023-10-28", 1000_00)], weekly("2023-11-30", 5, 250_00), 17652),
    "weekly, first period regular": ([("2023-11-23", 1000_00)], weekly("2023-11-30", 5, 250_00), 41240),
    "weekly, first period short": ([("2023-11-24", 1000_00)], weekly("2023-11-30", 5, 250_00), 43430),
    "yearly": ([("2023-10-26", 1000_00)], monthly("2023-11-30", 5, 500_00, every=12), 7834),
}


@pytest.mark.parametrize(("advances", "payments", "expected"), [*PUBLISHED.values(), *OTHERS.values()],
                         ids=[*PUBLISHED, *OTHERS])
def test_the_published_rate_follows_from_the_dates(advances, payments, expected):
    assert apr([(on(day), amount) for day, amount in advances], payments).hundredths == expected


@pytest.mark.parametrize(
    ("advance", "payments", "per_year", "expected"),
    [
        (5000, [Flow(230, k) for k in range(1, 25)], 12, 9.69),
        (6000, [Flow(200, k, 19 / 30) for k in range(1, 37)], 12, 11.82),
        (5000, [Flow(219.17, k, 6 / 15) for k in range(24)], 24, 10.34),
        (10000, [Flow(385, k, 39 / 90) for k in range(1, 41)], 4, 8.97),
        (5000, [Flow(250, 1), *(Flow(230, k) for k in range(2, 25))], 12, 10.08),
    ],
)
def test_the_published_rate_follows_from_unit_periods_and_fractions(advance, payments, per_year, expected):
    assert round(100 * per_year * unit_rate([Flow(advance, 0)], payments), 2) == expected


def test_the_unit_period_can_be_given():
    """33 and 36 days show no common period, so five weeks would be taken; a lender who means months says so."""
    advance, payments = [(on("2025-02-10"), 1000_00)], [(on("2025-03-15"), 510_00), (on("2025-04-20"), 520_00)]
    assert (apr(advance, payments).unit, apr(advance, payments).hundredths) == (UnitPeriod("week", 5), 2127)
    assert (apr(advance, payments, unit=MONTH).per_year, apr(advance, payments, unit=MONTH).hundredths) == (12, 2039)


def test_what_is_advanced_before_a_charge_is_earned_counts_from_then():
    payments = monthly("2025-03-01", 12, 90_00)
    free_month = apr([(on("2025-01-01"), 1000_00)], payments, begins=on("2025-02-01"))
    assert free_month == apr([(on("2025-02-01"), 1000_00)], payments)
    assert free_month.rate > apr([(on("2025-01-01"), 1000_00)], payments).rate


def test_a_payment_before_any_charge_is_earned_is_refused():
    with pytest.raises(LoanError, match="before the finance charge begins"):
        apr([(on("2025-01-01"), 1000_00)], weekly("2025-01-08", 12, 90_00), begins=on("2025-01-09"))


def test_a_payment_before_the_first_advance_begins_the_term():
    advances = [*monthly("1978-09-05", 4, 1800_00, every=12), *monthly("1979-01-05", 4, 1000_00, every=12)]
    found = apr(advances, monthly("1978-07-01", 50, 240_00))
    assert found.unit == MONTH
    assert 0 < found.hundredths < 5000


def test_payments_below_the_advance_have_no_rate():
    with pytest.raises(RateError, match="come to less than what is advanced"):
        apr([(on("2025-01-01"), 1000_00)], monthly("2025-02-01", 9, 100_00))


def test_payments_of_exactly_the_advance_cost_nothing():
    assert apr([(on("2025-01-01"), 1000_00)], monthly("2025-02-01", 10, 100_00)).rate == 0.0


@pytest.mark.parametrize(
    ("advances", "payments", "error", "says"),
    [
        ([], [("2025-01-01", 1)], LoanError, "at least one advance"),
        ([("2025-01-01", 1)], [], LoanError, "at least one advance"),
        ([("2025-01-01", 1)], [("2025-01-01", 2)], LoanError, "same day"),
        ([("2025-01-01", 1), ("2025-01-01", 1)], [("2025-01-01", 3)], LoanError, "one day"),
        ([("2025-01-01", 0)], [("2025-02-01", 2)], AmountError, "above zero"),
        ([("2025-01-01", 5)], [("2025-02-01", -2)], AmountError, "above zero"),
    ],
)
def test_what_is_no_loan_is_refused_in_a_sentence(advances, payments, error, says):
    with pytest.raises(error, match=says):
        apr([(on(d), a) for d, a in advances], [(on(d), a) for d, a in payments])


days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(days, st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_any_dates_with_a_finance_charge_have_a_rate(start, later):
    payments = [(start + timedelta(after), amount) for after, amount in later]
    found = apr([(start, max(1, sum(a for _, a in payments) * 4 // 5))], payments)
    assert found.rate >= 0.0
    assert found.per_year >= 1


@given(days, st.integers(2, 60), st.integers(100, 10**6), st.integers(1, 400))
def test_a_later_first_payment_lowers_the_rate(start, count, payment, delay):
    weeks = [(start + timedelta(7 * k), payment) for k in range(1, count + 1)]
    later = [(day + timedelta(7 * delay), amount) for day, amount in weeks]
    advance = [(start, payment * count * 9 // 10)]
    unit = UnitPeriod("week")
    assert apr(advance, later, unit=unit).rate < apr(advance, weeks, unit=unit).rate


def test_the_tolerance_is_an_eighth_of_a_point_and_a_quarter_if_irregular():
    assert is_accurate(1012, 1000)
    assert not is_accurate(1013, 1000)
    assert is_accurate(975, 1000, irregular=True)
    assert not is_accurate(974, 1000, irregular=True)
