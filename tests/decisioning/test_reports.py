"""From several bureaus' pages to one figure each."""

from datetime import date

import msgspec
import pytest

from app.decisioning.engine.model import Pick
from app.decisioning.engine.reports import liabilities, number_in, pick
from app.decisioning.language.types import Type, integer
from app.domain.bureau import BureauResponse, CreditReport, CreditScore, DataSet, Summary
from tests.builders import a_report, a_response

BUREAUS = frozenset(["EQUIFAX", "EXPERIAN", "TRANSUNION"])


def heard(bureau: str, report: CreditReport) -> BureauResponse:
    return msgspec.structs.replace(a_response(bureau), report=report)


def account(**changes):
    (liability,) = a_report(liabilities=1).liabilities
    return msgspec.structs.replace(liability, **changes)


def test_an_account_that_two_bureaus_report_counts_as_the_first_reports_it():
    ours = heard("EQUIFAX", CreditReport(liabilities=(account(monthly_payment_minor=1),)))
    other = account(account_id="other")
    theirs = heard("EXPERIAN", CreditReport(liabilities=(account(monthly_payment_minor=2), other)))
    assert sorted(a.monthly_payment_minor for a in liabilities((ours, theirs), BUREAUS)) == [1, 10_000]
    assert sorted(a.monthly_payment_minor for a in liabilities((theirs, ours), BUREAUS)) == [2, 10_000]


@pytest.mark.parametrize("change", [{"creditor": "Other"}, {"account_id": "other"}, {"opened": date(2020, 1, 1)}])
def test_creditor_account_and_opening_together_name_an_account(change):
    pages = (heard("EQUIFAX", CreditReport(liabilities=(account(), account(**change)))),)
    assert len(liabilities(pages, BUREAUS)) == 2


def test_an_account_listed_twice_on_one_page_counts_once_at_its_gravest():
    entries = account(closed=True), account(past_due_minor=5), account(past_due_minor=7)
    for order in (entries, entries[::-1]):
        (only,) = liabilities((heard("EQUIFAX", CreditReport(liabilities=order)),), BUREAUS)
        assert only.past_due_minor == 7


def test_an_empty_page_means_no_liabilities_and_no_page_means_unknown():
    assert liabilities((heard("EQUIFAX", CreditReport()),), BUREAUS) == ()
    assert liabilities((heard("MASTERCARD", CreditReport()),), BUREAUS) is None
    assert liabilities((), BUREAUS) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("02", 2), ("0", 0), ("14524", 14524), ("12.5", 13), ("12.49", 12),
        ("", None), ("N/A", None), ("-3", None), ("-4", None), ("-5", None), ("1e3", None),
        (" 7", None), ("7 ", None), ("7\n", None), ("\u0667", None),
        ("1_000", None),
        (".5", None), ("5.", None), ("inf", None), ("9" * 16, None),
    ],
)
def test_special_values_are_not_numbers(text, number):
    assert number_in(text, 0) == number


def page(bureau: str, score: int | None) -> BureauResponse:
    scores = () if score is None else (CreditScore(model="m", value=score),)
    return heard(bureau, CreditReport(scores=scores))


@pytest.mark.parametrize(
    ("combine", "worst", "scores", "expected"),
    [
        ("worst", "lowest", (700, 600, 650), 600),
        ("worst", "highest", (700, 600, 650), 700),
        ("median", "lowest", (700, 600, 650), 650),
        ("median", "lowest", (700, 600), 600),
        ("median", "highest", (700, 600), 700),
        ("median", "lowest", (900, 600, 500, 700), 600),
        ("primary", "lowest", (700, 600, 650), 700),
        ("primary", "lowest", (None, 600, 650), 600),
        ("median", "lowest", (None, None, 650), 650),
        ("worst", "lowest", (None, None, None), None),
    ],
)
def test_what_bureaus_state_becomes_one_as_the_strategy_says(combine, worst, scores, expected):
    spec = Pick("bureau_score", "score", "CREDIT", combine, worst, integer(0, 9_999).maybe())
    assert pick(spec, tuple(map(page, sorted(BUREAUS), scores))) == expected


def test_scores_of_another_kind_are_not_picked():
    spec = Pick("card_score", "score", "DELINQUENCY", "primary", "lowest", integer(0, 9_999).maybe())
    assert pick(spec, (page("EQUIFAX", 700),)) is None


def test_a_summary_attribute_is_found_on_any_page_by_its_id():
    sets = [DataSet(id="AT02S", name="x", value="9"), DataSet(id="AT57S", name="x", value="0014")]
    report = CreditReport(summaries=tuple(Summary(data_sets=(one,)) for one in sets))
    spec = Pick("at57s", "summary", "AT57S", "worst", "highest", Type("number", optional=True))
    assert pick(spec, (heard("EQUIFAX", report),)) == 14
