"""Columns give the scalar's answers: rates bit for bit, amounts to the last minor unit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning import annuity
from app.decisioning.money.column_amounts import Priced, totals
from app.decisioning.money.columns import NO_RATE, LevelLoans, aprs, effective_rates, level_rates, monthly_rates
from app.decisioning.money.errors import AmountError, LoanError, RateError
from app.decisioning.money.level import level_rate
from app.decisioning.money.offer_rate import apr, effective_rate, monthly_rate
from app.decisioning.money.rounding import LARGEST_AMOUNT, Rounding
from tests.money.test_offer_rate import nominal, offers

UNIT = 10**annuity.FACTOR_SCALE

anything = st.tuples(
    st.integers(-10, LARGEST_AMOUNT),
    st.integers(-10, LARGEST_AMOUNT) | st.integers(0, 1000),
    st.integers(-10, 10**18),
    st.integers(-1, 700),
)
rows = st.lists(offers() | offers(least=100) | anything, min_size=1, max_size=40)
roundings = st.builds(Rounding, st.sampled_from(["half_even", "half_up", "down", "up"]), st.sampled_from([1, 5, 100]))


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
    for many, one in ((aprs, apr), (effective_rates, effective_rate)):
        wanted = [one(*loan) for loan in loans]
        assert many(columns(loans)).tolist() == [NO_RATE if rate is None else rate for rate in wanted]


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
    assert aprs(columns([(1, 1, 1, 1)]).rows(np.array([False]))).tolist() == []


priced = st.lists(
    st.tuples(st.integers(0, 10**10) | st.integers(0, LARGEST_AMOUNT), nominal, st.integers(1, 360)),
    min_size=1,
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(priced, roundings)
def test_instalments_and_loans_in_columns_are_the_tables_to_the_last_unit(offers_, rounding):
    amounts, rates, terms = (np.array(column, dtype=np.int64) for column in zip(*offers_, strict=True))
    table = Priced.at(rates, terms)
    wanted = [_or_none(rounding, annuity.instalment(*offer)) for offer in offers_]
    _same_or_refused(lambda: table.instalments(amounts, rounding), wanted)
    wanted = [_or_none(rounding, annuity.amount(*offer)) for offer in offers_]
    _same_or_refused(lambda: table.amounts(amounts, rounding), wanted)


@settings(max_examples=200, deadline=None)
@given(priced, roundings, st.integers(-100, 100))
def test_last_instalments_in_columns_are_the_tables_to_the_last_unit(offers_, rounding, off):
    """Also where the instalment is not quite the annuity's, and where the last one comes out negative."""
    level = [max(0, annuity.instalment(*offer) // UNIT + off) for offer in offers_]
    amounts, rates, terms = (np.array(column, dtype=np.int64) for column in zip(*offers_, strict=True))
    wanted = [
        _or_none(rounding, annuity.last_instalment(amount, paid, rate, term))
        for (amount, rate, term), paid in zip(offers_, level, strict=True)
    ]
    _same_or_refused(lambda: Priced.at(rates, terms).last_instalments(amounts, np.array(level), rounding), wanted)


def _or_none(rounding, units):
    try:
        return rounding(units, UNIT)
    except AmountError:
        return None


def _same_or_refused(compute, wanted):
    """Beyond the range of amounts, or of certainty, the columns refuse; they never give another number."""
    try:
        found = compute().tolist()
    except AmountError:
        return
    assert found == wanted


def test_ordinary_loans_are_never_refused():
    amounts = np.full(360, 10**9)
    table = Priced.at(np.full(360, 300_000), np.arange(1, 361))
    paid = table.instalments(amounts, Rounding())
    lasts = table.last_instalments(amounts, paid, Rounding())
    assert totals(paid, lasts, np.arange(1, 361)).min() > 10**9


@pytest.mark.parametrize(("rate", "term"), [(-1, 12), (10**8, 12), (0, 0), (0, 601)])
def test_rates_and_terms_out_of_range_are_refused(rate, term):
    with pytest.raises(LoanError, match="outside"):
        Priced.at(np.array([rate]), np.array([term]))


def test_amounts_out_of_range_are_refused():
    table = Priced.at(np.array([0]), np.array([1]))
    with pytest.raises(AmountError, match="outside"):
        table.instalments(np.array([-1]), Rounding())
    with pytest.raises(AmountError, match="beyond"):
        totals(np.array([LARGEST_AMOUNT]), np.array([0]), np.array([3]))
    with pytest.raises(AmountError, match="too large"):
        table.last_instalments(np.array([2**62]), np.array([0]), Rounding())
