"""Code lists: in force, complete, and with the right minor units."""

import pytest

from app.domain.iso import COUNTRIES, CURRENCIES, minor_unit_decimals


def test_the_lists_are_as_long_as_the_standards():
    assert len(COUNTRIES) == 249
    assert len(CURRENCIES) == 155


@pytest.mark.parametrize("code", ["EUR", "XCG", "ZWG", "SLE", "VED", "USD", "JPY"])
def test_currencies_in_force(code):
    assert code in CURRENCIES


@pytest.mark.parametrize("code", ["BGN", "HRK", "ANG", "ZWL", "SLL", "DEM", "CUC"])
def test_currencies_no_longer_in_force(code):
    assert code not in CURRENCIES


@pytest.mark.parametrize("code", ["XAU", "XDR", "XAD", "XTS", "XXX", "CHE", "UYI"])
def test_what_nobody_is_paid_in(code):
    assert code not in CURRENCIES


@pytest.mark.parametrize(("code", "decimals"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0), ("MGA", 2), ("XOF", 0)])
def test_minor_units(code, decimals):
    assert minor_unit_decimals(code) == decimals
