"""Which strategy decides: by product and instant, and pinned for a case that is open."""

import shutil

import pytest

from app.errors import StrategyError
from app.strategies.shelf import SHIPPED, load_shelf

MAY_2021 = 1_620_000_000_000
SECOND = 1_609_459_200_000                     # 2021-01-01T00:00:00Z


@pytest.fixture
def two_versions(tmp_path):
    """cash-loan 1, and 2 with dearer special offers from 2021 on."""
    shutil.copytree(SHIPPED / "cash-loan" / "v1", tmp_path / "v1")
    newer = shutil.copytree(SHIPPED / "cash-loan" / "v1", tmp_path / "v2")
    main = (newer / "strategy.yaml").read_text()
    main = main.replace("version: 1", "version: 2").replace("2020-01-01", "2021-01-01")
    (newer / "strategy.yaml").write_text(main)
    pricing = (newer / "pricing.yaml").read_text()
    (newer / "pricing.yaml").write_text(pricing.replace("0.0490", "0.0590"))
    return tmp_path


def test_the_shipped_shelf_serves_the_products_of_cash_loan():
    strategy = load_shelf().in_force("CustomerLoan", MAY_2021)
    assert (strategy.name, strategy.version) == ("cash-loan", 1)
    assert strategy.deadline_ms == 15_000
    assert strategy.offer_validity_ms == 14 * 86_400_000
    assert [(b.name, b.required, b.purpose, b.subject) for b in strategy.bureaus] == [
        ("EQUIFAX", True, "CREDIT_BUREAU", "PERSON"),
        ("MASTERCARD", False, "CARD_DATA", "CARD"),
    ]
    assert load_shelf().in_force("Mortgage", MAY_2021) is None


def test_nothing_is_in_force_before_the_first_version():
    assert load_shelf().in_force("CustomerLoan", 0) is None


def test_the_latest_version_in_force_decides_from_its_first_millisecond(two_versions):
    shelf = load_shelf(two_versions)
    assert shelf.in_force("CustomerLoan", SECOND - 1).version == 1
    assert shelf.in_force("CustomerLoan", SECOND).version == 2


def test_a_pinned_case_keeps_its_version(two_versions):
    shelf = load_shelf(two_versions)
    first = shelf.in_force("CustomerLoan", SECOND - 1)
    assert shelf.pinned("cash-loan", 1, first.content_hash) is first


def test_a_pin_that_this_worker_lacks_is_named(two_versions):
    shelf = load_shelf(two_versions)
    with pytest.raises(StrategyError, match="strategy cash-loan version 3, which this worker does not hold"):
        shelf.pinned("cash-loan", 3, "x")
    with pytest.raises(StrategyError, match="cash-loan version 1 with content 000000000000, but this worker's has"):
        shelf.pinned("cash-loan", 1, "0" * 64)


def test_the_same_version_twice_is_refused(two_versions):
    shutil.copytree(two_versions / "v1", two_versions / "copy")
    with pytest.raises(StrategyError, match="two folders hold cash-loan version 1"):
        load_shelf(two_versions)


def test_two_versions_from_the_same_instant_are_refused(two_versions):
    main = two_versions / "v2" / "strategy.yaml"
    main.write_text(main.read_text().replace("2021-01-01", "2020-01-01"))
    with pytest.raises(StrategyError, match="both serve CustomerLoan from the same instant"):
        load_shelf(two_versions)


def test_a_folder_without_strategies_is_refused(tmp_path):
    with pytest.raises(StrategyError, match=r"a strategy is a folder with a strategy\.yaml"):
        load_shelf(tmp_path)
    with pytest.raises(StrategyError, match="no strategy in"):
        load_shelf(tmp_path / "nowhere")
