"""Strategies carry their cases: those shipped hold and hit every row; a case that does not hold is told in words."""

import shutil

import pytest
import typer
from typer.testing import CliRunner

from app.cli.check import check
from app.errors import StrategyError
from app.strategies.shelf import SHIPPED, strategy_folders
from app.strategies.strategy import EXPECTATIONS
from app.strategies.verification import verify, verify_all

CASH_LOAN = SHIPPED / "cash-loan" / "v1"
_, FOLDERS = strategy_folders()


@pytest.fixture
def folder(tmp_path):
    """Of a strategy whose author states nothing: what is stated takes long to prove, and is tested elsewhere."""
    folder = shutil.copytree(CASH_LOAN, tmp_path / "v1")
    (folder / EXPECTATIONS).unlink()
    return folder


def problems(folder, old, new, file="cases.yaml"):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return verify(folder, "v1").problems


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name} {p.name}")
def test_every_shipped_strategy_is_fit_and_its_cases_hit_every_row(folder, verified):
    found = verified(folder)
    assert found.problems == []
    assert found.rows_hit == found.rows > 0


def test_a_case_that_does_not_hold_says_what_was_expected_and_what_came(folder):
    (said,) = problems(folder, "      internal_score: 190", "      internal_score: 191")
    assert "v1/cases.yaml:" in said
    assert "a good customer gets what was asked for" in said
    assert said.endswith("internal_score: 191 expected, got 190.0")


def test_a_changed_figure_breaks_the_cases_that_rest_on_it(folder):
    said = problems(folder, "0.0490", "0.0590", "pricing.yaml")
    assert any("offers[1].annual_rate: 0.049 expected, got 0.059" in line for line in said)


def test_a_row_that_no_case_hits_is_named(folder):
    said = problems(folder, "value: 600, score_type", "value: 599, score_type")
    assert "v1/segmentation.yaml:21: no case hits segmentation, row 9: add one to cases.yaml" in said


def test_a_strategy_without_cases_is_not_fit(folder):
    (folder / "cases.yaml").unlink()
    assert verify(folder, "v1").problems == ["v1: no cases.yaml: a strategy carries its cases"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("outcome: APPROVE", "outcom: APPROVE", "nothing can be expected of `outcom`"),
        ("MASTERCARD: CARD_NOT_GIVEN", "MASTERCARD: NO_CARD", "'NO_CARD' is no reason to lack data"),
        ("MASTERCARD: CARD_NOT_GIVEN", "EXPERIAN: CARD_NOT_GIVEN", "the strategy asks no bureau 'EXPERIAN'"),
        ("  MASTERCARD: CARD_NOT_GIVEN\n", "", "say what MASTERCARD answers, or why it does not"),
        ("marital_status: MARRIED", "marital_status: MARIED", "this makes no LoanApplication: Invalid enum value"),
        ("value: 650", "value: -1", "this makes no BureauResponse: Expected `int` >= 0"),
        ("case: out of work", "case: too old", "the case 'too old' stands twice"),
    ],
)
def test_a_case_that_cannot_be_read_is_refused_with_its_line(folder, old, new, message):
    (said,) = problems(folder, old, new)
    assert said.startswith("v1/cases.yaml:")
    assert message in said


def test_a_refused_strategy_does_not_hide_the_others(tmp_path):
    for name in "ab":
        shutil.copytree(CASH_LOAN, tmp_path / name)
        (tmp_path / name / EXPECTATIONS).unlink()
    (tmp_path / "a" / "pricing.yaml").write_text("kind: table\n")
    first, second = verify_all(tmp_path)
    assert (first.label, second.label) == ("a", "b")
    assert "step pricing lacks `hit_policy`" in first.problems[0]
    assert second.problems == []


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(check)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_check_shows_a_fit_strategy(run):
    shown = run()
    assert shown.exit_code == 0
    assert "cash-loan 1" in shown.output
    assert "fit" in shown.output


def test_check_fails_with_the_strategy_error_and_the_problems(run, folder):
    (folder / "pricing.yaml").write_text("kind: table\n")
    shown = run(folder)
    assert isinstance(shown.exception, StrategyError)
    assert shown.exception.exit_code == 5
    assert "pricing.yaml:1: step pricing lacks `hit_policy`" in shown.output.replace("\n", "")
