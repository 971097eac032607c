"""Reasons of a scorecard: furthest below the reference that the card states."""

import shutil
from dataclasses import replace

import pytest

from app.decisioning.engine.model import ScorecardStep
from app.decisioning.engine.reasons import of_offers, of_scorecard
from app.domain.reason import Reason
from app.errors import StrategyError
from app.strategies.jurisdictions import Characteristic, jurisdictions
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy

CASH_LOAN = SHIPPED / "cash-loan" / "v1"
AVERAGES = {"employment_time": "40", "marital_status": "29.5", "months_on_book": "10", "employment_status": "33",
            "accommodation": "12.25", "insurance": "4"}


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(CASH_LOAN, tmp_path / "v1")


def card(folder) -> ScorecardStep:
    return next(s for s in read_strategy(folder, "v1").steps if isinstance(s, ScorecardStep))


def against_averages(folder) -> ScorecardStep:
    file = folder / "scorecard.yaml"
    text = file.read_text().replace("maximum", "average\npopulation: applicants of 2025", 1)
    for name, average in AVERAGES.items():
        text = text.replace(f"  {name}:\n", f"  {name}:\n    average: {average}\n")
    file.write_text(text)
    return card(folder)


def codes(step: ScorecardStep, *points: float) -> list[str]:
    return [reason.code for reason in of_scorecard(step, [round(p * 10**step.scale) for p in points])]


def test_against_the_maximum_most_points_lost_come_first_and_four_at_most(folder):
    step = card(folder)
    best = (44, 33, 50, 35, 20, 8)
    assert codes(step, *best) == []
    assert codes(step, 22, 33, 50, 35, 20, 0) == ["EMPLOYMENT_TIME", "INSURANCE"]
    assert codes(step, 0, 25, 0, 20, 6, 0) == ["TIME_AS_CUSTOMER", "EMPLOYMENT_TIME", "EMPLOYMENT_STATUS",
                                              "ACCOMMODATION"]


def test_against_the_average_of_a_population_only_those_below_it_count(folder):
    step = against_averages(folder)
    assert codes(step, 22, 33, 0, 35, 8, 8) == ["EMPLOYMENT_TIME", "TIME_AS_CUSTOMER", "ACCOMMODATION"]
    assert codes(step, 44, 29, 20, 35, 16, 8) == ["HOUSEHOLD"]


def test_an_average_without_its_population_is_refused(folder):
    file = folder / "scorecard.yaml"
    file.write_text(file.read_text().replace("maximum", "average", 1))
    with pytest.raises(StrategyError, match="lacks `population`"):
        card(folder)


def test_of_dropped_propositions_the_requested_one_is_explained():
    region, age = Reason("REGION", "region", "offers"), Reason("AGE", "age", "offers")
    dropped = [("Other", age), ("Wanted", region)]
    assert of_offers(None, "Wanted", dropped) == [region]
    assert of_offers(None, "NoProposition", dropped) == [age, region]


WRONG = [
    ("  requested_term: {step: 6} ", "  date_of_birth: {step: 6} ", "what nobody can change"),
    ("  requested_term: {step: 6} ", "  marital_status: {steps: 6} ", "a prohibited basis of credit"),
    ("  requested_term: {step: 6} ", "  region: {steps: 6} ", "'region' cannot be changed for a trial"),
    ("requested_term: {step: 6}", "requested_term: {step: 0}", "'0' is not a whole number in 1"),
    ("BUREAU_SCORE: bureau_score", "BUREAU_SCOR: bureau_score", "no step gives the reason 'BUREAU_SCOR'"),
    ("BUREAU_SCORE: bureau_score", "BUREAU_SCORE: at57s", "'at57s' is not one of bureau_score, card_score"),
    ("  bureau_score: [300, 850]", "  bureau_scores: [300, 850]", "no pick of a bureau's score"),
    ("  bureau_score: [300, 850]", "  bureau_score: [300]", "the lowest and the highest"),
    ("ceiling: maximum", "ceiling: most", "the propositions have no column 'most'"),
    ("ceiling: maximum", "ceiling: excluded_regions", "is no amount"),
    ("top_tier: GREEN", "top_tier: BLUE", "'BLUE' is not one of GREEN, RED, YELLOW"),
    ("  MASTERCARD:\n", "  SOMEBODY:\n", "lacks `MASTERCARD`"),
    ("  address: 1 Example Street, Example City\n", "", "creditor lacks `address`"),
    ("send_within: 30 days", "send_within: 30", "write a number and a unit"),
]


def test_what_the_jurisdiction_discourages_is_no_lever_either(folder, monkeypatch):
    discouraged = Characteristic("origin", ("requested_term",), "an act", "discouraged")
    place = replace(jurisdictions()["EU"], characteristics=(discouraged,))
    monkeypatch.setitem(jurisdictions(), "EU", place)
    with pytest.raises(StrategyError, match="requested_term is discouraged in European Union"):
        read_strategy(folder, "v1")


@pytest.mark.parametrize(("old", "new", "message"), WRONG, ids=[message for *_, message in WRONG])
def test_wrong_notices_are_refused_in_their_file(folder, old, new, message):
    file = folder / "notices.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(StrategyError, match=r"v1/notices.yaml:\d+: ") as refusal:
        read_strategy(folder, "v1")
    assert message in str(refusal.value)


def test_a_strategy_without_notices_has_none(folder):
    (folder / "notices.yaml").unlink()
    assert read_strategy(folder, "v1").notices is None
