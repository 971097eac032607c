"""Strategies as wholes: parameters that change, jurisdictions, declarations, what nothing reads, how they look."""

import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser

import msgspec
import pytest
from typer.testing import CliRunner

from app.cli import main
from app.decisioning.engine.interpreter import interpret
from app.decisioning.engine.strategy import ReadyStrategy
from app.domain.decision import Evidence, Missing
from app.errors import StrategyError
from app.strategies.lint import unused
from app.strategies.page import page
from app.strategies.shelf import SHIPPED, load_shelf
from app.strategies.strategy import read_strategy
from tests.builders import T0, a_response, an_application

CASH_LOAN = SHIPPED / "cash-loan" / "v1"
DECLARED = "reads:" + (CASH_LOAN / "applicant.yaml").read_text().partition("reads:")[2]


@pytest.fixture
def changed(tmp_path):
    """The shipped strategy with one text replaced; gives the model."""

    def change(file, old, new):
        folder = tmp_path / "v1"
        if not folder.exists():
            shutil.copytree(CASH_LOAN, folder)
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        return read_strategy(folder, "v1")

    return change


def evidence(applied_at=None):
    return Evidence(an_application(), (a_response(),), (Missing("MASTERCARD", "CARD_NOT_GIVEN"),), T0, applied_at)


CHANGES = """value: 18
  changes:
    - {from: 2025-10-09T00:00:00Z, value: 60, reference: first}
    - {from: 2025-10-10T00:00:00Z, value: 19, reference: second}"""


@pytest.mark.parametrize(
    ("day", "outcome"), [((2025, 10, 8), "APPROVE"), ((2025, 10, 9), "DECLINE"), ((2025, 10, 10), "APPROVE")]
)
def test_the_value_in_force_when_the_application_was_recorded_decides(changed, day, outcome):
    model = changed("parameters.yaml", "value: 18", CHANGES)
    applied_at = int(datetime(*day, tzinfo=UTC).timestamp() * 1000)
    verdict = ReadyStrategy(model).decide(evidence(applied_at))
    assert verdict.outcome == outcome
    assert verdict == interpret(model, evidence(applied_at))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2025-10-10T00:00:00Z", "2025-10-08T00:00:00Z", "changes of youngest_applicant stand in the order"),
        ("value: 19", "amount: {EUR: 1, USD: 2}", "what it changes to is of another kind"),
        ("reference: second", "note: second", "lacks `reference`"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(changed, old, new, message):
    with pytest.raises(StrategyError, match=r"v1/\w+\.yaml:\d+: ") as refusal:
        changed("parameters.yaml", "value: 18", CHANGES.replace(old, new))
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("applicant.yaml", "free_income: monthly_income", "free_income: requested_term", "money meets a plain number"),
        ("eligibility.yaml", "age between youngest", "months_on_book between youngest", "months meet years"),
        ("eligibility.yaml", "when: not age", "when: age > months_on_book or not age", "years meet months"),
        ("parameters.yaml", "type: years", "type: months", "years meet months: convert one of them"),
        ("applicant.yaml", "reads: [date_of_birth, ", "reads: [", "reads 'date_of_birth', which is not among"),
        ("minimum.yaml", "kind: filter", "kind: filter\nreads: [amount, minimum, age]", "it reads 'age' but does not"),
        ("applicant.yaml", ", free_income: money}", "}", "gives 'free_income', which is not among"),
        ("applicant.yaml", "gives: {age: years", "gives: {age: months", "declares age to be months; it is years"),
    ],
)
def test_units_and_declarations_are_held_to(changed, file, old, new, message):
    with pytest.raises(StrategyError, match=r"v1/\w+\.yaml:\d+: ") as refusal:
        changed(file, old, new)
    assert message in str(refusal.value)


def test_regulation_b_refuses_marital_status_with_its_line(changed):
    line = (CASH_LOAN / "scorecard.yaml").read_text().split("value: marital_status")[0].count("\n") + 1
    with pytest.raises(StrategyError, match=rf"v1/scorecard.yaml:{line}: step scorecard, marital_status: .*prohibited"):
        changed("strategy.yaml", "jurisdiction: EU", "jurisdiction: US")


def test_a_prohibited_characteristic_is_found_behind_derived_values(changed):
    changed("applicant.yaml", DECLARED, "")
    household = "household: 'if marital_status = \"MARRIED\" then 1 else 0'"
    changed("applicant.yaml", "  age: years", f"  {household}\n  settled: household + 1\n  age: years")
    changed("scorecard.yaml", "value: marital_status", "value: region")
    changed("scorecard.yaml", "value: months_on_book", "value: settled + months_on_book")
    with pytest.raises(StrategyError, match="settled <- household <- marital_status"):
        changed("strategy.yaml", "jurisdiction: EU", "jurisdiction: US")


def test_a_stated_exemption_lets_a_step_use_what_is_prohibited(changed):
    exemption = "exemptions:\n" + "".join(
        f"  - {{characteristic: {what}, step: {step}, reference: stated}}\n"
        for what, step in (("age", "eligibility"), ("age", "availability"), ("marital_status", "scorecard"))
    )
    assert changed("strategy.yaml", "jurisdiction: EU\n", f"jurisdiction: US\n{exemption}").exemptions


def test_what_nothing_reads_is_named(changed):
    assert unused(load_shelf().in_force("CustomerLoan", T0).model) == []
    changed("applicant.yaml", DECLARED, "")
    changed("applicant.yaml", "  age: years", "  idle: 3 * requested_term\n  age: years")
    model = changed("parameters.yaml", "youngest_applicant:", "spare: {value: 1, reference: none}\nyoungest_applicant:")
    assert [own.message for own in unused(model)] == [
        "parameter spare is never read: use it or delete it", "value idle is never read: use it or delete it"
    ]


def test_two_versions_stand_side_by_side(changed, tmp_path):
    changed("strategy.yaml", "version: 1\neffective_from: 2020", "version: 2\neffective_from: 2026")
    shutil.copytree(CASH_LOAN, tmp_path / "first")
    shelf = load_shelf(tmp_path)
    first, second = (shelf.in_force("CustomerLoan", at) for at in (T0, 1_800_000_000_000))
    assert (first.version, second.version) == (1, 2)
    assert first.content_hash != second.content_hash
    assert shelf.pinned("cash-loan", 1, first.content_hash) is first


class Page(HTMLParser):
    """Which elements are open and how many tables there were."""

    def __init__(self):
        super().__init__()
        self.open, self.tables, self.text = [], 0, []

    def handle_starttag(self, tag, attrs):
        self.tables += tag == "table"
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_well_formed_whole_and_needs_nothing_else(changed):
    model = changed("outcome.yaml", "Your score at the credit bureau", "<script>alert(1)</script> score")
    text = page(model)
    shown = Page()
    shown.feed(text)
    assert shown.open == []
    assert shown.tables > 10
    assert "<script" not in text
    assert "http" not in text
    told = "".join(shown.text)
    for said in ("employment_time", "[105..135)", "CustomerLoanSpecialOffer", "0.0490", "EUR 400", "MARRIED"):
        assert said in told


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main.app, [str(word) for word in words])


def test_show_draws_every_step(run):
    shown = run("strategy", "show", "cash-loan").output
    assert all(step in shown for step in ("report", "scorecard", "pricing", "outcome", "sets internal_score"))


def test_show_writes_the_page(run, tmp_path):
    assert run("strategy", "show", "--html", tmp_path / "page.html").exit_code == 0
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")


def test_check_says_what_regulation_b_would_refuse(run):
    shown = run("check", "--jurisdiction", "US")
    assert isinstance(shown.exception, StrategyError)
    said = shown.output.replace("\n", "")
    assert "step scorecard, marital_status: marital_status is prohibited (12 CFR 1002.2(z)" in said


def test_what_if_an_unknown_instant_stands_for_itself():
    """Without a record time of the application, as_of decides which parameters are in force."""
    strategy = load_shelf().in_force("CustomerLoan", T0)
    assert strategy.decide(evidence()) == strategy.decide(msgspec.structs.replace(evidence(), applied_at=T0))
