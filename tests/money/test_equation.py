"""The general equation and the root finder under it."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.decisioning.money.equation import Flow, power, present_worth, unit_rate
from app.decisioning.money.level import level_rate, payment, worth
from app.errors import LoanError, RateError

flows = st.builds(
    Flow, st.integers(1, 10**7), st.integers(0, 400), st.sampled_from([0.0, 1 / 30, 6 / 15, 39 / 90, 0.5, 29 / 30])
)
later = flows.map(lambda flow: flow._replace(whole=flow.whole + 1))
rates = st.floats(0.0, 2.0)


@given(st.lists(later, min_size=1, max_size=20), st.floats(0.05, 1.0))
def test_at_the_rate_found_the_payments_are_worth_the_advance(payments, share):
    advance = sum(flow.amount for flow in payments) * share
    rate = unit_rate([Flow(advance, 0)], payments)
    assert present_worth(sorted(payments, key=lambda f: f[1:]), rate)[0] == pytest.approx(advance, rel=1e-9)


whole = flows.map(lambda flow: flow._replace(fraction=0.0))


@given(st.lists(whole, min_size=1, max_size=6), st.lists(flows, min_size=1, max_size=6), st.integers(1, 300))
def test_several_advances_before_all_payments_have_a_rate(advances, payments, gap):
    start = max(flow.whole for flow in advances) + gap
    after = [flow._replace(whole=flow.whole + start) for flow in payments]
    assume(1 <= sum(f.amount for f in after) / sum(f.amount for f in advances) < 10**5)
    rate = unit_rate(advances, after)
    given_, paid = (present_worth(sorted(side, key=lambda f: f[1:]), rate)[0] for side in (advances, after))
    assert paid == pytest.approx(given_, rel=1e-9)


@given(st.integers(1, 10**7), st.integers(1, 10**6), st.integers(1, 600), st.integers(1, 10**5))
def test_the_rate_rises_with_the_payment(advance, payment_, count, more):
    assume(payment_ * count >= advance)
    lower = level_rate(advance, payment_, payment_, count)
    assert level_rate(advance, payment_ + more, payment_ + more, count) > lower


@given(st.integers(100, 10**7), rates, st.integers(1, 600))
def test_the_rate_of_a_payment_is_the_rate_it_was_made_with(advance, rate, count):
    level = payment(advance, rate, count)
    assume(level * count >= advance)           # the platform's exponential may end a hair below
    assert level_rate(advance, level, level, count) == pytest.approx(rate, rel=1e-9, abs=1e-12)


@given(st.integers(1, 600), st.integers(0, 10**6))
def test_level_payments_are_worth_their_exact_fractions(count, millionths):
    discount = 1 / (1 + Fraction(millionths, 10**7))
    powers = [discount**k for k in range(1, min(count, 40) + 1)]
    found = worth(float(discount), len(powers))
    exact = (powers[-1], sum(powers), sum(k * p for k, p in enumerate(powers, 1)))
    assert found == pytest.approx([float(value) for value in exact], rel=1e-13)


def test_the_published_mortgage_payment():
    """DMN technology compatibility kit 0004: 350,000 at 3.95 % over 360 months, and a fee of 20."""
    assert payment(350_000, 0.0395 / 12, 360) + 20 == pytest.approx(1680.880325608555, rel=1e-12)


@given(st.floats(0.1, 1.0), st.integers(0, 700))
def test_power_by_squaring_is_power(base, exponent):
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-12)


def test_of_several_roots_the_lowest_is_found():
    """Payments of 100 and 132 around an advance of 230: 10 % and 20 % a period both solve it."""
    rate = unit_rate([Flow(230, 1)], [Flow(100, 0), Flow(132, 2)])
    assert rate == pytest.approx(0.10, abs=1e-9)


def test_an_advance_far_ahead_is_found_worthless_rather_than_divided_by():
    with pytest.raises(RateError, match="no rate"):
        unit_rate([Flow(1, 10_000)], [Flow(30, 0)])


def test_an_equation_without_a_root_is_an_error_not_an_endless_search():
    """Paid back at once and more: no rate makes 110 today worth 100 today."""
    with pytest.raises(RateError, match="no rate"):
        unit_rate([Flow(100, 0)], [Flow(110, 0)])


@pytest.mark.parametrize(
    ("advances", "payments", "says"),
    [
        ([], [Flow(1, 1)], "no advances"),
        ([Flow(1, 0)], [], "no payments"),
        ([Flow(-1, 0), Flow(2, 0)], [Flow(3, 1)], "negative"),
        ([Flow(1, 0)], [Flow(3, -1)], "negative"),
    ],
)
def test_flows_that_are_no_loan_are_refused_in_a_sentence(advances, payments, says):
    with pytest.raises(LoanError, match=says):
        unit_rate(advances, payments)


@pytest.mark.parametrize(
    ("terms", "says"), [((0, 1, 1, 1), "no loan"), ((1, 1, -1, 2), "no loan"), ((1, 1, 1, 0), "1023")]
)
def test_level_loans_that_are_none_are_refused_in_a_sentence(terms, says):
    with pytest.raises(LoanError, match=says):
        level_rate(*terms)


def test_a_payment_at_a_negative_rate_is_refused():
    with pytest.raises(LoanError, match="below zero"):
        payment(100, -0.01, 12)
    assert payment(1200, 0.0, 12) == 100.0
