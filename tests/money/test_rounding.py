"""Rounding, in one place."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.language.runtime import half_even, half_up
from app.decisioning.money.rounding import LARGEST_AMOUNT, Conventions, ConventionsByCurrency, Rounding
from app.errors import AmountError, MoneyError

MODES = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, 2, 10, 100, 10**6]), st.sampled_from(sorted(MODES)),
       st.sampled_from([1, 5, 50]))
def test_every_mode_is_the_decimal_librarys(units, unit, mode, step):
    wanted = (Decimal(units) / unit / step).quantize(Decimal(1), MODES[mode]) * step
    assert Rounding(mode, step)(units, unit) == wanted


@given(st.integers(-(10**15), 10**15), st.sampled_from([1, 3, 10**6]))
def test_the_strategies_language_rounds_alike(units, unit):
    assert (Rounding("half_up")(units, unit), Rounding("half_even")(units, unit)) == (
        half_up(units, unit), half_even(units, unit),
    )


def test_an_amount_too_large_is_refused_rather_than_wrapped():
    assert Rounding()(LARGEST_AMOUNT) == LARGEST_AMOUNT
    with pytest.raises(AmountError, match="beyond what an amount may be"):
        Rounding()(LARGEST_AMOUNT + 1)


@pytest.mark.parametrize(("make", "says"), [
    (lambda: Rounding("nearest"), "no way of rounding: take one of half_even"),
    (lambda: Rounding("up", 0), "multiples of 1..1000000"),
])
def test_roundings_that_are_none_are_refused(make, says):
    with pytest.raises(MoneyError, match=says):
        make()


def test_a_currency_without_stated_rounding_is_an_error_not_a_default():
    stated = ConventionsByCurrency(EUR=Conventions(), CHF=Conventions(instalment=Rounding("half_up", 5)))
    assert stated["CHF"].instalment(12_33) == 12_35
    with pytest.raises(MoneyError, match="no rounding is stated for SEK; there is CHF, EUR"):
        stated["SEK"]
