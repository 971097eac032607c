"""Rates are looked up only of loans that are repaid by their nominal rate's own instalments."""

import pytest

from app.decisioning.engine.compiler import source_of
from app.decisioning.engine.model import OffersStep
from app.decisioning.engine.priced import priced
from tests.strategies.test_offers import LENT, PREPAID, change, folder, loaded, with_fee

__all__ = ["folder"]


def loan_of(strategy):
    (step,) = (step for step in strategy.model.steps if isinstance(step, OffersStep))
    return priced(step)


def test_the_shipped_loan_is_priced_by_its_tables(folder):
    strategy = loaded(folder)
    assert [part.name for part in loan_of(strategy).loan] == ["amount", "instalment", "last_instalment", "term"]
    assert "QUOTES" in source_of(strategy.model, "EUR", 0)[0]


@pytest.mark.parametrize("calculation", [(PREPAID,), (LENT,)])
def test_what_is_kept_back_raises_the_rate(folder, calculation):
    strategy = with_fee(folder, *calculation)
    assert loan_of(strategy) is None
    assert "QUOTES" not in source_of(strategy.model, "EUR", 0)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("round(annuity_instalment(amount", "ceiling(annuity_instalment(amount"),
        ("annuity_instalment(amount, annual_rate, term)", "annuity_instalment(amount, 0.05, term)"),
        ("round(annuity_last(amount, instalment, annual_rate, term))", "instalment"),
        ("round(annuity_last(amount, instalment", "round(annuity_last(affordable, instalment"),
    ],
)
def test_any_other_instalment_has_its_rate_solved(folder, old, new):
    change(folder, "calculation.yaml", (old, new))
    assert loan_of(loaded(folder)) is None


def test_another_name_for_the_amount_changes_nothing(folder):
    strategy = with_fee(folder, ("  instalment: round", "  advance: amount\n  instalment: round"))
    assert loan_of(strategy) is not None
