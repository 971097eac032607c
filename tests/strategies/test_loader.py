"""Every wrong strategy is refused with a message that names file and line, and says what to do."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import StrategyError
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy
from tests.strategies.places import TEST_STRATEGIES

CASH_LOAN = SHIPPED / "cash-loan" / "v1"
FILES = sorted(path.name for path in CASH_LOAN.glob("*.yaml") if path.name != "cases.yaml")


@pytest.fixture
def folder(tmp_path) -> Path:
    return shutil.copytree(CASH_LOAN, tmp_path / "v1")


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first occurrence; the 1-based line where it stood."""
    text = (folder / file).read_text()
    assert old in text, f"{file} no longer holds {old!r}"
    (folder / file).write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


WRONG = [
    # the file as a whole
    ("strategy.yaml", "version: 1", "version: one", "version: 'one' is not a whole number in 1..1000000"),
    ("strategy.yaml", "version: 1\n", "", "the strategy lacks `version`"),
    ("strategy.yaml", "deadline: 15 s", "deadlines: 15 s", "the strategy lacks `deadline`"),
    ("strategy.yaml", "deadline: 15 s", "deadline: 15", "write a number and a unit"),
    (
        "strategy.yaml", "offer_validity: 14 days",
        "offer_validity: 14 days\noffer_vality: 3",
        "has no `offer_vality`; did you",
    ),
    (
        "strategy.yaml", "effective_from: 2020-01-01T00:00:00Z",
        "effective_from: 2020-01-01T00:00:00",
        "has no time zone",
    ),
    ("strategy.yaml", "effective_from: 2020-01-01T00:00:00Z", "effective_from: soon", "'soon' is not an instant"),
    ("strategy.yaml", "[CustomerLoan, ", "[StudentLoan, ", "the product 'StudentLoan' stands twice (first on line"),
    ("strategy.yaml", "EUR: half_up", "DEM: half_up", "'DEM' is not a currency in force"),
    ("strategy.yaml", "EUR: half_up", "EUR: up", "'up' is not one of half_up, half_even"),
    ("strategy.yaml", "name: MASTERCARD", "name: EQUIFAX", "the bureau 'EQUIFAX' stands twice"),
    ("strategy.yaml", "required: true", "required: yes", "'yes' is not one of true, false"),
    ("strategy.yaml", "segmentation, eligibility", "eligibility, segmentation, segmentation", "already has a meaning"),
    ("strategy.yaml", ", outcome]", "]", "the flow has exactly one step of kind outcome"),
    ("strategy.yaml", "eligibility, offers, outcome]", "offers, outcome, eligibility]", "'eligible' is not known here"),
    ("strategy.yaml", "flow: [report, ", "flow: [repart, ", "repart.yaml:1: cannot be read: No such file"),
    ("strategy.yaml", "flow: [report, ", "flow: [../../etc, ", "cannot be a name; use small letters"),
    # evidence and parameters
    ("evidence.yaml", "  BUREAU_NO_HIT:", "  BUREAU_NO_HITS:", "lacks `BUREAU_NO_HIT`"),
    ("evidence.yaml", "use: internal_only", "use: internal", "'internal' is not one of rest, internal_only, nothing"),
    (
        "evidence.yaml", "    use: nothing\n    outcome: REFER\n",
        "    use: nothing\n",
        "an `outcome` goes with a `text`",
    ),
    (
        "evidence.yaml", "CARD_NOT_GIVEN: {use: rest}",
        "CARD_NOT_GIVEN: {use: nothing}",
        "an `outcome` (REFER or DECLINE) is needed",
    ),
    ("parameters.yaml", "EUR: 400, USD: 450", "EUR: 400", "the amount in USD is missing"),
    ("parameters.yaml", "EUR: 400, USD", "EUR: 400.005, USD", "EUR has 2 decimals"),
    ("parameters.yaml", "EUR: 400, USD: 450", "EUR: 400, USD: 450, GBP: 1", "does not serve 'GBP', only EUR, USD"),
    ("parameters.yaml", "value: 18", "value: eighteen", "'eighteen' is not a number"),
    ("parameters.yaml", "youngest_applicant:", "age:", "'age' already has a meaning here"),
    ("parameters.yaml", "youngest_applicant:", "Youngest:", "cannot be a name; use small letters"),
    ("parameters.yaml", "youngest_applicant:", "min:", "'min' is a word of the language"),
    ("parameters.yaml", "reference: the project's own (age of majority)", "refrence: x", "lacks `reference`"),
    # the report and values
    (
        "report.yaml", "sum: monthly_payment",
        "sum: monthly_paymnt",
        "'monthly_paymnt' is not known here; did you mean 'monthly_payment'",
    ),
    ("report.yaml", "where: not closed", "where: balance", "a condition is true or false"),
    ("report.yaml", "where: not closed", "where: true", "this is always true; delete it"),
    ("report.yaml", "sum: monthly_payment", "total: monthly_payment", "has one of sum, count, min, max, any, all"),
    ("report.yaml", "combine: primary", "combine: best", "'best' is not one of worst, median, primary"),
    ("report.yaml", "score: CREDIT", "score: CREDITS", "'CREDITS' is not one of CREDIT, DELINQUENCY"),
    ("report.yaml", "bureau_score:", "buro_score:", "'bureau_score' is not known here"),
    ("applicant.yaml", "coalesce(total_liabilities, 0)", "total_liabilities", "this may be missing: test it first"),
    ("applicant.yaml", "years_between(date_of_birth", "years_between(birth", "'birth' is not known here"),
    ("applicant.yaml", "age: years", "today: years", "'today' already has a meaning here"),
    # the scorecard
    ("scorecard.yaml", "[MARRIED, 33]", "[MARIED, 33]", "row 1, column marital_status: 'MARIED' is not a value"),
    ("scorecard.yaml", '["<= 12", 22]', '["<= 3", 22]', "row 2 is never reached"),
    ("scorecard.yaml", "    otherwise: 44\n", "", "no row matches employment_time = "),
    ("scorecard.yaml", "    missing: 0 ", "    #", "no row matches employment_time = missing"),
    ("scorecard.yaml", "    otherwise: 50\n", "    otherwise: 50\n    missing: 3\n", "months_on_book is never missing"),
    ("scorecard.yaml", "[SINGLE, 25]", "[SINGLE]", "is a pair: [condition, points]"),
    ("scorecard.yaml", "[SINGLE, 25]", "[SINGLE, many]", "'many' is not a number"),
    ("scorecard.yaml", '["[105..135)", YELLOW]', '["[105..134)", YELLOW]', "no row matches internal_score = 134"),
    (
        "scorecard.yaml", '["[105..135)", YELLOW]',
        '["[104..135)", YELLOW]',
        "rows 1 and 2 both match internal_score = 104",
    ),
    ("scorecard.yaml", "combine: sum", "combine: mean", "'mean' is not one of sum"),
    # tables
    ("segmentation.yaml", "hit_policy: unique", "hit_policy: some", "'some' is not one of unique, first, any"),
    (
        "segmentation.yaml", '"[500..600)", missing,    YELLOW]',
        '"[500..600)", missing,    YELOW]',
        "'YELOW' is not possible; did you mean 'YELLOW'",
    ),
    (
        "segmentation.yaml", "  - [YELLOW,  missing,      any,        YELLOW]\n",
        "",
        "no row matches internal = YELLOW, bureau score = missing",
    ),
    ("segmentation.yaml", '"[540..660)"', '"(540..660)"', "no row matches internal = YELLOW, bureau score = 540"),
    ("segmentation.yaml", '"[540..660)"', '"[539..660)"', "both match internal = YELLOW, bureau score = 539"),
    ("segmentation.yaml", '"[540..660)"', '"[540..660"', "row 5, column bureau score: '[540..660' is no condition"),
    (
        "segmentation.yaml", "[RED,     missing,      any,        RED]",
        "[RED, missing, RED]",
        "row 3 has 3 cells; 4 are needed: internal",
    ),
    (
        "segmentation.yaml", "bureau score: bureau_score",
        "bureau score: buro",
        "column bureau score: 'buro' is not known",
    ),
    ("segmentation.yaml", "segment: [RED, YELLOW, GREEN]", "segment: colour", "'colour' is no type"),
    (
        "segmentation.yaml", "segment: [RED, YELLOW, GREEN]",
        "segment: [RED, YELLOW, GREEN, BLUE]",
        "no row matches segment = BLUE, proposition",
    ),
    ("pricing.yaml", "0.0490", "4.9%", "row 1, output annual_rate: '4.9%' is not a number"),
    # rules
    ("eligibility.yaml", "code: AGE", "code: age", "'age' is no code; use capitals"),
    ("eligibility.yaml", "code: AGE", "code: INCOME_TOO_LOW", "the rule 'INCOME_TOO_LOW' stands twice"),
    ("eligibility.yaml", "monthly_income < minimal_income", "monthly_income < 400", "money meets a plain number"),
    ("eligibility.yaml", '"UNEMPLOYED"', '"UNEMPLOYD"', "'UNEMPLOYD' is not a value of what it meets; did you mean"),
    ("eligibility.yaml", "when: main_document_expires < today", "if: true", "a rule lacks `when`"),
    # offers and outcome
    ("offers.yaml", "    StudentLoan:", "    StudentLone:", "'StudentLone' is not among the strategy's products"),
    ("offers.yaml", "      oldest: 30\n", "", "proposition StudentLoan lacks `oldest`"),
    (
        "calculation.yaml", "term: min(max(requested_term, shortest_term)",
        "term: min(requested_term - 1",
        "the term must be known to lie in 1..600",
    ),
    (
        "offers.yaml", "step: {EUR: 50, USD: 50}",
        "step: {EUR: 0, USD: 50}",
        "the step of round_down must be known to be above zero",
    ),
    ("offers.yaml", "pricing, risk_appetite,", "pricing,", "this may be missing"),
    ("offers.yaml", "by: preference", "by: proposition", "offers are ranked by numbers"),
    (
        "offers.yaml",
        "rank:\n  - {by: amount, order: descending}\n  - {by: preference, order: ascending}\n"
        "  - {by: annual_rate, order: ascending}\n",
        "rank: []\n", "rank",
    ),
    ("calculation.yaml", "  amount: min", "  amounts: min", "'amount' is not known here"),
    (
        "calculation.yaml", "  maximum_payment: max(0, floor",
        "  payment: max(0, floor",
        "'maximum_payment' is not known here",
    ),
    (
        "calculation.yaml", "amount, instalment, annual_rate, term))",
        "amount, annual_rate, term))",
        "annuity_last takes amount",
    ),
    ("outcome.yaml", '"ALTERNATIVE_TO_DISCUSS, OFFERS"]', "TO_DISCUSS]", "'TO_DISCUSS' is neither a group of reasons"),
    ("outcome.yaml", "DECLINE,  OFFERS]", "REFUSE,   OFFERS]", "'REFUSE' is not possible"),
    ("outcome.yaml", "offers_with: [APPROVE, REFER]", "offers_with: [APPROVED]", "'APPROVED' is not one of"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), WRONG, ids=[f"{w[0]}: {w[3][:40]}" for w in WRONG])
def test_a_wrong_strategy_is_refused_where_it_is_wrong(folder, file, old, new, message):
    change(folder, file, old, new)
    with pytest.raises(StrategyError) as refusal:
        read_strategy(folder, "cash-loan/v1")
    said = str(refusal.value)
    assert re.match(r"cash-loan/v1/[a-z_]+\.yaml:\d+: ", said), said
    assert message in said


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("segmentation.yaml", '"[540..660)"', '"[539..660)"'),
        ("pricing.yaml", "0.0590", "cheap"),
        ("eligibility.yaml", "monthly_income < minimal_income", "monthly_income < minimum_income"),
        ("parameters.yaml", "value: 18", "value: x"),
        ("scorecard.yaml", "[WIDOWED, 29]", "[WIDOW, 29]"),
    ],
)
def test_the_line_named_is_the_line_that_is_wrong(folder, file, old, new):
    line = change(folder, file, old, new)
    with pytest.raises(StrategyError, match=rf"cash-loan/v1/{file}:{line}: "):
        read_strategy(folder, "cash-loan/v1")


def test_an_expression_that_is_wrong_is_shown_with_a_pointer(folder):
    change(folder, "applicant.yaml", "age: years_between(date_of_birth, today)", "age: years_between(dob, today)")
    with pytest.raises(StrategyError) as refusal:
        read_strategy(folder, "cash-loan/v1")
    _, shown, pointer = str(refusal.value).split("\n")
    assert shown[pointer.index("^") :].startswith("dob")


def test_a_file_that_no_step_names_is_refused(folder):
    (folder / "pricing2.yaml").write_text("kind: table\n")
    with pytest.raises(StrategyError, match=r"pricing2\.yaml:1: no step or section of strategy\.yaml names this file"):
        read_strategy(folder, "cash-loan/v1")


def test_comments_and_order_of_keys_do_not_change_the_content_hash_but_figures_do(folder):
    original = read_strategy(folder, "cash-loan/v1").content_hash
    change(folder, "parameters.yaml", "  value: 18\n  reference: the project's own (age of majority)",
           "  # eighteen\n  reference: the project's own (age of majority)\n  value: 18")
    (folder / "cases.yaml").unlink()
    assert read_strategy(folder, "cash-loan/v1").content_hash == original
    change(folder, "parameters.yaml", "value: 18", "value: 19")
    assert read_strategy(folder, "cash-loan/v1").content_hash != original


def test_a_step_may_stand_in_strategy_yaml_or_in_a_file_of_its_name():
    folder = TEST_STRATEGIES / "v1"
    assert [path.name for path in folder.glob("s*.yaml")] == ["strategy.yaml"]
    assert read_strategy(folder, "v1").name == "three-bureaus"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read_but_never_crashes(tmp_path_factory, data):
    """A random slice of a random file is dropped, doubled or garbled."""
    folder = shutil.copytree(CASH_LOAN, tmp_path_factory.mktemp("damaged") / "v1")
    file = data.draw(st.sampled_from(FILES))
    text = (folder / file).read_text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 60, len(text))))
    garbled = st.text(max_size=8) | st.sampled_from(["&a ", "*a", "!!x ", "["])
    middle = data.draw(st.one_of(st.just(""), st.just(text[start:end] * 2), garbled))
    (folder / file).write_text(text[:start] + middle + text[end:])
    try:
        read_strategy(folder, "cash-loan/v1")
    except StrategyError as refusal:
        assert re.match(r"cash-loan/v1/\S+\.yaml:\d+: .", str(refusal)), refusal
