"""Every kind of defect has a file that is wrong in that way, and a message that says where, which input, what to do."""

import re
import shutil
from pathlib import Path

import pytest

from app.decisioning.proof.smt import Solver
from app.decisioning.proof.tables import examine
from app.errors import StrategyError
from app.strategies.proving import prove_strategy
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import EXPECTATIONS, read_with_places
from app.strategies.verification import read_expectations
from tests.strategies.golden import Golden

DATA = Path(__file__).parent / "data"
CASH_LOAN = SHIPPED / "cash-loan" / "v1"

TABLES = {
    "gap": (
        "gap.yaml:4: table gap: no row matches customer = EXISTING, score = 80: add a row for it (the hole: "
        "score >= 80)"
    ),
    "pre_bureau_risk": (
        "pre_bureau_risk.yaml:4: table pre_bureau_risk: no row matches existing customer = false, application risk "
        "score = 130: `[120..130)` (row 3) ends before application risk score = 130 and `> 130` (row 4) begins after "
        "130, so exactly 130 is unhandled: write `[120..130]` in row 3 or `>= 130` in row 4"
    ),
    "pmml_income": (
        "pmml_income.yaml:11: table pmml_income: rows 3 and 4 both match income = 1501: both hold income 1501 to 2500: "
        "narrow one of them"
    ),
    "twins": (
        "twins.yaml:4: table twins: no row matches score = 120: `< 120` (row 1) ends before score = 120 and `> 120` "
        "(row 2) begins after 120, so exactly 120 is unhandled: write `<= 120` in row 1 or `>= 120` in row 2"
    ),
    "twins_of_dates": (
        "no row matches born = 2008-02-29, region = NORTH: `< 2008-02-29` (row 1) ends before born = 2008-02-29 and "
        "`> 2008-02-29` (row 2) begins after 2008-02-29, so exactly 2008-02-29 is unhandled: write `<= 2008-02-29` in "
        "row 1 or `>= 2008-02-29` in row 2"
    ),
    "twins_of_decimals": (
        "no row matches rate = 0.059, accommodation = OWNER: `< 0.059` (row 1) ends before rate = 0.059 and `> 0.059` "
        "(row 2) begins after 0.059, so exactly 0.059 is unhandled: write `<= 0.059` in row 1 or `>= 0.059` in row 2"
    ),
    "mixed": (
        "mixed.yaml:9: table mixed: rows 1 and 2 both match born = 2000-01-01, bureau score = missing, kind = CAR: "
        "both hold born = 2000-01-01, where one ends and the other begins: write `< 2000-01-01` in row 1"
    ),
    "compared_twice": (
        "compared_twice.yaml:9: table compared_twice: rows 1 and 2 both match income = expenses: "
    ),
    "shared_end": (
        "shared_end.yaml:9: table shared_end: rows 1 and 2 both match burden = 35: both hold burden = 35, where one "
        "ends and the other begins: write `< 35` in row 1"
    ),
    "any_conflict": (
        "any_conflict.yaml:10: table any_conflict: rows 1 and 3 both match age = 29, student = true: narrow one of "
        "them, or give both the same outputs"
    ),
    "shadowed": (
        "shadowed.yaml:10: table shadowed: row 3 is never reached: rows 1 and 2 before it take all that it matches; "
        "move or delete it"
    ),
    "lower_priority": (
        "lower_priority.yaml:8: table lower_priority: row 1 is never reached: row 2 of higher priority takes all that "
        "it matches; move or delete it"
    ),
    "never": (
        "never.yaml:9: table never: row 2 is never reached: its conditions never hold together; correct or delete it"
    ),
    "missing": (
        "missing.yaml:4: table missing: no row matches bureau score = missing: bureau score may be missing: say what "
        "then, in a row with `missing` for it"
    ),
    "compared": (
        "compared.yaml:4: table compared: no row matches student = false, income = expenses: add a row for it"
    ),
    "wrong_type": "wrong_type.yaml:8: row 1, column score: 'hundred' in '< hundred': 'hundred' is not known here",
    "wrong_unit": "wrong_unit.yaml:5: column steady: months meet years: convert one of them",
    "money_without_currency": (
        "money_without_currency.yaml:8: row 1, column income: an amount of money in a table has no currency: compare "
        "it in an expression instead"
    ),
}


def read(path: Path) -> Golden:
    return Golden(path.read_text(), path.name)


@pytest.mark.parametrize("kind", TABLES)
def test_a_wrong_table_is_refused_with_its_row_its_input_and_what_to_do(kind):
    with pytest.raises(StrategyError, match=re.escape(TABLES[kind])):
        read(DATA / "tables" / f"{kind}.yaml")


def test_every_wrong_table_is_tried():
    assert {path.stem for path in (DATA / "tables").iterdir()} == {*TABLES, "unused"}


def test_a_column_that_changes_nothing_is_found():
    (finding,) = examine(read(DATA / "tables" / "unused.yaml").table)
    assert finding.message == "table unused: insured changes nothing, whatever its value: delete the column"


def problems(kind: str, tmp_path: Path, solver: Solver | None = None) -> list[str]:
    """What the proof finds amiss with cash-loan when files of it are replaced by wrong ones."""
    folder = shutil.copytree(CASH_LOAN, tmp_path / "v1")
    (folder / EXPECTATIONS).unlink()
    shutil.copytree(DATA / "strategies" / kind, folder, dirs_exist_ok=True)
    return found_in(folder, solver)


def found_in(folder: Path, solver: Solver | None = None) -> list[str]:
    model, places = read_with_places(folder, "v1")
    stated = folder / EXPECTATIONS
    expectations = read_expectations(stated, f"v1/{EXPECTATIONS}", model) if stated.exists() else ()
    return prove_strategy(model, places.tables, expectations, solver).problems


def test_a_segment_that_no_input_reaches_is_found(tmp_path):
    row, output = problems("unreachable_segment", tmp_path)
    assert row == (
        "v1/segmentation.yaml:11: table segmentation: row 1 is never reached: the steps before never give internal "
        "`GREEN` and newcomer `true` together; correct a cell, or write this row's conditions into a row beside it "
        "and delete it"
    )
    assert output == (
        "v1/segmentation.yaml:2: table segmentation: segment is never GREEN: no input reaches a row that gives it; "
        "correct the conditions of those rows, or take the value out"
    )


def test_a_row_that_the_steps_before_never_lead_to_is_found(tmp_path):
    """Who has a bureau score below 500 is not eligible, so that nobody eligible is RED in spite of a GREEN band."""
    folder = shutil.copytree(CASH_LOAN, tmp_path / "v1")
    (folder / EXPECTATIONS).unlink()
    figures = folder / "parameters.yaml"
    least = "lowest_bureau_score:\n  value: "
    assert f"{least}450" in figures.read_text()
    figures.write_text(figures.read_text().replace(f"{least}450", f"{least}500"))
    (found,) = found_in(folder)
    assert "v1/outcome.yaml:" in found
    assert "row 5 is never reached: the steps before never give eligible `true`" in found
    assert "segment `RED` and internal `GREEN` together" in found


def test_a_statement_that_does_not_hold_is_refuted_by_an_input(tmp_path):
    (found,) = problems("refuted_bound", tmp_path)
    assert found.startswith('v1/expectations.yaml:4: `never outcome = "APPROVE" while age < 21` does not hold: ')
    assert "date_of_birth = 2005-03-03" in found
    assert "gives outcome = APPROVE, age = 20; correct the strategy or the statement" in found


def test_a_trend_that_does_not_hold_is_refuted_by_two_inputs(tmp_path):
    (found,) = problems("refuted_trend", tmp_path)
    pattern = r"bureau_score = (\d+) gives segment = (\w+), bureau_score = (\d+) gives segment = (\w+), both with .*"
    low, worse, high, better = re.search(pattern, found).groups()
    assert int(low) < int(high)
    assert ["RED", "YELLOW", "GREEN"].index(worse) < ["RED", "YELLOW", "GREEN"].index(better)


def test_a_reason_that_was_not_to_decide_alone_is_refuted_by_an_input(tmp_path):
    (found,) = problems("refuted_reason", tmp_path)
    assert "gives outcome = DECLINE, segment = GREEN" in found
    assert "total_liabilities = " in found


def test_a_column_that_changes_nothing_is_told_with_its_line(tmp_path):
    folder = shutil.copytree(CASH_LOAN, tmp_path / "v1")
    (folder / EXPECTATIONS).unlink()
    table = folder / "segmentation.yaml"
    head, rows = table.read_text().split("rows:")
    head = head.replace("  card score: card_score\n", "  card score: card_score\n  region: region\n")
    table.write_text(head + "rows:" + re.sub(r", ( *\w+\]\n)", r", any, \1", rows))
    assert found_in(folder) == [
        "v1/segmentation.yaml:9: table segmentation: region changes nothing, whatever its value: delete the column"
    ]


def test_what_regions_leave_open_is_said_to_be_open_without_a_solver(tmp_path):
    (found,) = problems("unproved", tmp_path, Solver("no_such_solver"))
    assert "`maximum_payment does not rise when monthly_expenses rises` is not proved: " in found
    assert "pip install 'creditstream[check]'" in found
    assert "say under `unproved` why it may stay open" in found


def test_what_regions_leave_open_is_proved_by_the_solver(tmp_path):
    assert problems("unproved", tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("unknown_name", "v1/expectations.yaml:2: `annual_rat does not rise when bureau_score rises`: 'annual_rat' is "
         "not known here; did you mean 'annual_rate'?"),
        ("no_order", "v1/expectations.yaml:2: `segment does not worsen when bureau_score rises`: nothing says which "
         "segment is better: list its values under `orders`, the worst first"),
        ("no_statement", "v1/expectations.yaml:2: `the rate is fair`: this is no statement; write `NAME does not rise "
         "when NAME falls`, `always CONDITION` or `never CONDITION`"),
    ],
)
def test_a_statement_that_says_nothing_is_refused(kind, message, tmp_path):
    with pytest.raises(StrategyError, match=re.escape(message)):
        problems(kind, tmp_path)
