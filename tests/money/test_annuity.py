"""Annuity tables against exact fractions and published figures."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.language.runtime import half_up
from app.decisioning.money import annuity

UNIT = 10**annuity.FACTOR_SCALE
rates = st.sampled_from([0, 1, 39_000, 49_000, 69_000, 109_000, 250_000, 10_000_000])
terms = st.integers(1, 120)


def exact(rate: int, term: int) -> tuple[Fraction, Fraction, Fraction]:
    """(G, S, instalment of 1) by the definition."""
    g = 1 + Fraction(rate, 12 * 10**annuity.RATE_SCALE)
    growth = g**term
    total = sum((g**k for k in range(1, term)), Fraction(0))
    return growth, total, growth / (1 + total)


@settings(max_examples=40, deadline=None)
@given(rates, terms)
def test_factors_are_the_exact_fractions_to_the_last_digit(rate, term):
    factors = annuity.TABLES[rate][term]
    growth, total, instalment = exact(rate, term)
    for found, wanted in ((factors.growth, growth), (factors.sum, total), (factors.instalment, instalment)):
        assert abs(found - wanted * UNIT) <= Fraction(501, 1000)
    assert abs(factors.amount - UNIT / instalment) <= Fraction(501, 1000)


def test_the_published_mortgage_instalment():
    """DMN TCK 0004: 350,000 at 3.95 % over 360 months, fee 20: 1680.880325608555."""
    factor = annuity.instalment(350_000, 39_500, 360)
    assert factor / UNIT + 20 == pytest.approx(1680.880325608555, abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(st.integers(10_000, 10**9), rates, terms)
def test_the_last_instalment_ends_the_schedule_at_zero(amount, rate, term):
    """Month by month in exact fractions: after the last instalment less than half a unit is left."""
    level = half_up(annuity.instalment(amount, rate, term), UNIT)
    last = half_up(annuity.last_instalment(amount, level, rate, term), UNIT)
    monthly = Fraction(rate, 12 * 10**annuity.RATE_SCALE)
    balance = Fraction(amount)
    for month in range(1, term + 1):
        balance = balance * (1 + monthly) - (level if month < term else last)
    assert abs(balance) <= Fraction(501, 1000)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**8), rates, terms)
def test_what_is_affordable_costs_no_more_than_the_payment(payment, rate, term):
    affordable = annuity.amount(payment, rate, term) // UNIT
    assert half_up(annuity.instalment(affordable, rate, term), UNIT) <= payment


def test_one_month_at_no_interest_is_the_amount_itself():
    assert annuity.TABLES[0][1] == annuity.Factors(UNIT, UNIT, UNIT, 0)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, annuity.HIGHEST_RATE), st.integers(1, annuity.LONGEST_TERM))
def test_a_term_asked_for_alone_has_the_factors_of_the_whole_table(rate, term):
    assert annuity.factors(rate, term) == annuity.factors_of(rate, term)[term]


def test_rates_that_no_table_holds_do_not_fill_the_memory():
    tables = annuity.FactorTables()
    tables.make(39_000)
    for rate in range(1, 3 * annuity.MOST_KEPT):
        assert tables[rate][12] == annuity.factors(rate, 12)
    assert len(tables) == annuity.MOST_KEPT + 1
    assert 39_000 in tables
    tables.make(3 * annuity.MOST_KEPT - 1)
    assert len(tables) == annuity.MOST_KEPT + 1
    for rate in range(1, 3 * annuity.MOST_KEPT):
        assert tables[rate][12] == annuity.factors(rate, 12)
    assert len(tables) == annuity.MOST_KEPT + 2
