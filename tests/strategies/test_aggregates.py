"""Sums, counts and the rest over what bureaus nest: liabilities, and the data sets of summaries."""

import shutil

import msgspec
import pytest

from app.domain.decision import Missing
from app.errors import StrategyError
from app.strategies.shelf import SHIPPED
from tests.strategies.test_offers import agreed, change, good_customer, loaded

FIRST = "  total_liabilities: {sum: monthly_payment, where: not closed}"


def _own(aggregates):
    return aggregates["own_minor"] if "own_minor" in aggregates else aggregates["own"]


@pytest.fixture
def aggregating(tmp_path):
    """The shipped strategy with one more aggregate, and what a good customer's bureau makes of it."""

    def told(written: str):
        folder = shutil.copytree(SHIPPED / "cash-loan" / "v1", tmp_path / "v1")
        change(folder, "report.yaml", (FIRST, f"{FIRST}\n  own: {written}"))
        strategy = loaded(folder)
        evidence = good_customer(strategy)
        lacks = tuple(Missing(bureau, "CONSENT_NOT_GIVEN") for bureau in ("EQUIFAX", "MASTERCARD"))
        unheard = msgspec.structs.replace(evidence, responses=(), missing=lacks)
        return [_own(agreed(strategy, given).aggregates) for given in (evidence, unheard)]

    return told


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("{count: summaries}", 2),
        ('{count: summaries, where: attribute = "AT02S"}', 1),
        ("{sum: figure, over: summaries, where: figure is present}", 2.0),
        ("{max: figure * 2, over: summaries, where: figure is present}", 4.0),
        ('{sum: "coalesce(figure, 100)", over: summaries, where: attribute != "AT01S"}', 2.0),
        ('{any: attribute = "AT57S", over: summaries, where: figure is present and figure > 0}', False),
        ("{all: figure is present, over: summaries}", True),
        ("{count: liabilities}", 3),
        ("{min: balance, over: liabilities, where: not closed}", 60_000),
        ("{all: late_90 = 0}", False),
    ],
)
def test_each_item_counts_by_its_filter_and_expression(aggregating, written, wanted):
    assert aggregating(written) == [wanted, None]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{sum: figure, over: summaries}", "sum needs a number of each of the summaries; this is number with 2"),
        ("{sum: monthly_payment, over: summaries}", "'monthly_payment' is not known here"),
        ("{count: scores}", "'scores' is not one of liabilities, summaries"),
    ],
)
def test_what_cannot_be_gathered_is_refused(aggregating, written, message):
    with pytest.raises(StrategyError, match=message):
        aggregating(written)
