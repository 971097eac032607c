"""Columns give the scalar's answers, bit for bit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.money.columns import NO_RATE, LevelLoans, level_rates, monthly_rates, rates
from app.decisioning.money.level import level_rate
from app.decisioning.money.offer_rate import apr, effective_rate, monthly_rate
from app.decisioning.money.rounding import LARGEST_AMOUNT
from app.errors import RateError
from tests.money.test_offer_rate import offers

anything = st.tuples(
    st.integers(-10, LARGEST_AMOUNT),
    st.integers(-10, LARGEST_AMOUNT) | st.integers(0, 1000),
    st.integers(-10, 10**18),
    st.integers(-1, 700),
)
rows = st.lists(offers() | offers(least=100) | anything, min_size=1, max_size=40)


def columns(loans):
    return LevelLoans(*(np.array(column, dtype=np.int64) for column in zip(*loans, strict=True)))


@settings(max_examples=150, deadline=None)
@given(rows)
def test_rates_in_columns_are_the_scalars_bit_for_bit(loans):
    found = monthly_rates(columns(loans)).tolist()
    wanted = [monthly_rate(*loan) for loan in loans]
    assert [None if np.isnan(rate) else rate.hex() for rate in found] == [r if r is None else r.hex() for r in wanted]


@settings(max_examples=100, deadline=None)
@given(rows)
def test_rounded_rates_in_columns_are_the_scalars(loans):
    for many, one in zip(rates(columns(loans)), (apr, effective_rate), strict=True):
        wanted = [one(*loan) for loan in loans]
        assert many.tolist() == [NO_RATE if rate is None else rate for rate in wanted]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 1000)),
                min_size=1, max_size=30))
def test_rates_found_by_newton_in_columns_are_the_scalars_bit_for_bit(loans):
    loans = [(a, p, q, n) for a, p, q, n in loans if p * (n - 1) + q >= a] or [(1, 1, 1, 1)]
    wanted = []
    for advance, payment, last, term in loans:
        try:
            wanted.append(level_rate(float(advance), float(payment), float(last), term).hex())
        except RateError:
            wanted.append(None)
    assert [None if np.isnan(r) else r.hex() for r in level_rates(columns(loans)).tolist()] == wanted


def test_no_rows_are_no_rates():
    assert [own.tolist() for own in rates(columns([(1, 1, 1, 1)]).rows(np.array([False])))] == [[], []]

