"""What differs between two versions is said once, in words, and nothing else is."""

import shutil
from pathlib import Path

import pytest

from app.strategies.difference import differences
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy

CASH_LOAN = SHIPPED / "cash-loan" / "v1"
OLD = read_strategy(CASH_LOAN, "old")


@pytest.fixture
def folder(tmp_path) -> Path:
    return shutil.copytree(CASH_LOAN, tmp_path / "v1")


def changed(folder: Path, *edits: tuple[str, str, str]) -> list[str]:
    for file, old, new in edits:
        text = (folder / file).read_text()
        assert old in text, f"{file} no longer holds {old!r}"
        (folder / file).write_text(text.replace(old, new, 1))
    return differences(OLD, read_strategy(folder, "new"))


ONE = [
    ("strategy.yaml", "14 days", "10 days", "offer validity: 10 days instead of 14 days"),
    (
        "scorecard.yaml", '["<= 36", 37]', '["<= 36", 36]',
        "scorecard: points of employment_time, <= 36: 36 instead of 37",
    ),
    ("scorecard.yaml", '["<= 36", 37]', '["<= 40", 37]', "scorecard: attribute of employment_time <= 40 is new"),
    ("scorecard.yaml", "reason_limit: 4", "reason_limit: 3", "scorecard: reasons told at most: 3 instead of 4"),
    ("parameters.yaml", "value: 450", "value: 470", "parameter lowest_bureau_score: 470 instead of 450"),
    (
        "parameters.yaml", "{EUR: 400, USD: 450}", "{EUR: 410, USD: 450}",
        "parameter minimal_income: 410.00 EUR instead of 400.00 EUR",
    ),
    (
        "pricing.yaml", "0.1090", "0.1190",
        "table pricing: row 5 gives annual_rate 0.119, payment_share 0.3 "
        "instead of annual_rate 0.109, payment_share 0.3",
    ),
    (
        "offers.yaml", "maximum: {EUR: 6000", "maximum: {EUR: 5000",
        "CustomerLoanSpecialOffer: maximum 5,000.00 EUR instead of 6,000.00 EUR",
    ),
    (
        "eligibility.yaml", 'employment_status = "UNEMPLOYED"', 'employment_status = "OTHER"',
        'rule EMPLOYMENT_STATUS_NOT_ELIGIBLE holds when `employment_status = "OTHER"` instead of '
        '`employment_status = "UNEMPLOYED"`',
    ),
    ("evidence.yaml", "BUREAU_TIMEOUT:\n    use: nothing", "BUREAU_TIMEOUT:\n    use: internal_only",
     "evidence: BUREAU_TIMEOUT of a required bureau: use: internal_only instead of nothing"),
    ("notices.yaml", "send_within: 30", "send_within: 20", "notices: send within: 20 days instead of 30 days"),
    ("notices.yaml", "bureau_score: {step: 20}", "bureau_score: {step: 10}",
     "notices: levers bureau_score: step: EUR 10, USD 10 instead of EUR 20, USD 20"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), ONE, ids=[said for *_, said in ONE])
def test_a_change_is_said(folder, file, old, new, said):
    assert said in changed(folder, (file, old, new))


def test_a_change_of_one_figure_is_one_sentence(folder):
    assert len(changed(folder, ("pricing.yaml", "0.1090", "0.1190"))) == 1


def test_a_moved_bound_is_one_sentence_a_row(folder):
    said = changed(folder, ("scorecard.yaml", "[105..135)", "[105..130)"), ("scorecard.yaml", ">= 135", ">= 130"))
    assert said == [
        "table scorecard.bands: row 2 tests internal_score [105..130) instead of [105..135)",
        "table scorecard.bands: row 3 tests internal_score >= 130 instead of >= 135",
    ]


def test_a_new_rule_and_a_rule_that_is_gone_are_named(folder):
    rule = "  - code: INCOME_TOO_LOW\n    text: Your income is below the least that we lend on.\n"
    said = changed(folder, ("eligibility.yaml", rule, rule.replace("INCOME_TOO_LOW", "TOO_LITTLE_INCOME")))
    assert "eligibility: rule TOO_LITTLE_INCOME is new" in said
    assert "eligibility: rule INCOME_TOO_LOW is gone" in said


def test_comments_and_layout_are_no_difference(folder):
    (folder / "pricing.yaml").write_text("# another word\n" + (folder / "pricing.yaml").read_text())
    expression = "monthly_income - monthly_expenses - coalesce(total_liabilities, 0)"
    spaced = expression.replace(" - ", "  -  ")
    assert changed(folder, ("applicant.yaml", expression, spaced)) == []
