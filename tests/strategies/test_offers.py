"""What offers cost: rates of the very payments, fees, caps with their dates; and flows of several scorecards."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from app.decisioning.batch.evaluator import decide_batch
from app.decisioning.engine.interpreter import interpret
from app.decisioning.engine.strategy import ReadyStrategy
from app.decisioning.money.appendix_j import apr
from app.decisioning.money.effective import Timed, effective_rate
from app.decisioning.money.intervals import MONTH, months_earlier
from app.domain.decision import Evidence
from app.errors import StrategyError
from app.strategies.cases import read_cases
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy
from tests.strategies.evidence import evidences
from tests.strategies.test_verdicts import CASH_LOAN

PREPAID = ("  instalment: round", "  advance: amount - round(amount * origination_fee)\n  instalment: round")
LENT = (
    "  amount: min(requested_amount, maximum, affordable)",
    "  advance: min(requested_amount, maximum, affordable)\n  amount: advance + round(advance * origination_fee)",
)
FEE = "origination_fee: {value: 0.02, type: rate, reference: made up}\n"
LAST_DAY = date(2040, 1, 15)
CAP_CHANGES = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def folder(tmp_path) -> Path:
    return shutil.copytree(SHIPPED / "cash-loan" / "v1", tmp_path / "v1")


def change(folder: Path, file: str, *pairs: tuple[str, str]) -> None:
    text = (folder / file).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / file).write_text(text)


def loaded(folder: Path) -> ReadyStrategy:
    return ReadyStrategy(read_strategy(folder, "v1"))


def good_customer(strategy: ReadyStrategy) -> Evidence:
    return read_cases(SHIPPED / "cash-loan" / "v1" / "cases.yaml", "cases", strategy.model)[0].evidence


def agreed(strategy: ReadyStrategy, evidence: Evidence):
    """The verdict, on which all evaluators agree."""
    verdict = strategy.decide(evidence)
    assert verdict == interpret(strategy.model, evidence) == decide_batch(strategy.model, [evidence])[0]
    return verdict


def with_fee(folder: Path, *calculation: tuple[str, str]) -> ReadyStrategy:
    (folder / "parameters.yaml").write_text((folder / "parameters.yaml").read_text() + FEE)
    change(folder, "calculation.yaml", *calculation, ("  instalment: money", "  advance: money\n  instalment: money"))
    change(folder, "cost.yaml", ("apr(amount", "apr(advance"), ("rate(amount", "rate(advance"))
    return loaded(folder)


def redefined(offer):
    """Both rates by their definitions, from dates and from twelfths of years, in 1/100 of a percent."""
    payments = [offer.instalment_minor] * (offer.term_months - 1) + [offer.last_instalment_minor]
    due = [months_earlier(LAST_DAY, back, 15) for back in range(offer.term_months, -1, -1)]
    actuarial = apr([(due[0], offer.advance_minor)], list(zip(due[1:], payments, strict=True)), unit=MONTH)
    timed = [Timed(own, month / 12) for month, own in enumerate(payments, 1)]
    return actuarial.rate, effective_rate([Timed(offer.advance_minor, 0)], timed)


@settings(max_examples=60, deadline=None)
@given(evidences(CASH_LOAN.bureaus))
def test_every_offer_carries_the_rates_of_its_payments(evidence):
    for offer in CASH_LOAN.decide(evidence).offers:
        assert (offer.apr, offer.effective_rate) == pytest.approx(redefined(offer), abs=5.1e-5)
        assert offer.advance_minor == offer.amount_minor


def test_a_fee_kept_back_is_part_of_cost_and_rates(folder):
    strategy = with_fee(folder, PREPAID)
    for offer in agreed(strategy, good_customer(strategy)).offers:
        assert offer.advance_minor == 294_000
        repaid = offer.instalment_minor * (offer.term_months - 1) + offer.last_instalment_minor
        assert offer.total_cost_minor == repaid - 294_000
        assert offer.apr > offer.annual_rate + 0.015
        assert (offer.apr, offer.effective_rate) == pytest.approx(redefined(offer), abs=5.1e-5)


def test_a_fee_lent_with_the_loan_bears_interest(folder):
    strategy = with_fee(folder, LENT)
    for offer in agreed(strategy, good_customer(strategy)).offers:
        assert (offer.amount_minor, offer.advance_minor) == (306_000, 300_000)
        repaid = offer.instalment_minor * (offer.term_months - 1) + offer.last_instalment_minor
        assert offer.total_cost_minor == repaid - 300_000
        assert (offer.apr, offer.effective_rate) == pytest.approx(redefined(offer), abs=5.1e-5)


@pytest.mark.parametrize("fee", [PREPAID, LENT], ids=["kept back", "lent"])
def test_evaluators_agree_on_fees(folder, fee):
    strategy = with_fee(folder, fee)

    @settings(max_examples=40, deadline=None)
    @given(evidences(CASH_LOAN.bureaus))
    def agree(evidence):
        agreed(strategy, evidence)

    agree()


@pytest.mark.parametrize(("applied_at", "refused"), [(CAP_CHANGES - 1, False), (CAP_CHANGES, True)])
def test_a_loan_above_the_cap_is_refused_from_the_caps_first_day_on(folder, applied_at, refused):
    change(folder, "parameters.yaml", ("value: 0.24", "value: 0.06"))
    strategy = loaded(folder)
    given_ = good_customer(strategy)
    evidence = Evidence(given_.application, given_.responses, given_.missing, given_.as_of, applied_at)
    verdict = agreed(strategy, evidence)
    wanted = ["CustomerLoanSpecialOffer", "CustomerLoan"][: 2 - refused]
    assert [offer.proposition for offer in verdict.offers] == wanted
    assert ("RATE_ABOVE_CAP" in {reason.code for reason in verdict.reasons}) == refused


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  apr: apr(amount, ", "  apr: apr(requested_amount, ", "`apr` is the rate of what is offered: write"),
        ("  apr: apr(amount, instalment, last_instalment, term)\n", "  apr: 0.05\n", "cost declares apr to be"),
        ("effective_rate(amount, instalment,", "apr(amount, instalment,", "`effective_rate` is the rate of what is"),
    ],
)
def test_a_rate_of_anything_else_is_refused(folder, old, new, message):
    change(folder, "cost.yaml", (old, new))
    with pytest.raises(StrategyError, match=message):
        loaded(folder)


def test_an_offer_without_its_rates_is_refused(folder):
    change(folder, "offers.yaml", (", cost, usury]", "]"))
    for file in ("cost.yaml", "usury.yaml"):
        (folder / file).unlink()
    with pytest.raises(StrategyError, match=r"must set `apr`: add it to a `values` step \(`apr: apr\(amount, inst"):
        loaded(folder)


def test_a_rate_that_may_be_missing_is_no_offers_rate(folder):
    change(folder, "offers.yaml", (", usury]", "]"))
    (folder / "usury.yaml").unlink()
    with pytest.raises(StrategyError, match=r"`apr` must be a number that is always there \(a filter may keep"):
        loaded(folder)


BEHAVIOUR = """
kind: scorecard
combine: sum
initial: 0
score: behaviour_score
reason_limit: 2
reasons_against: baseline
reason_method: above
characteristics:
  arrears:
    value: total_delinquency
    attributes: [["< 1", 0], [">= 1", 30]]
    missing: 10
    baseline: 5
    reason: {code: ARREARS, text: Payments were late.}
bands: {name: behaviour_band, rows: [["< 20", GOOD], [">= 20", BAD]]}
"""


def two_cards(folder: Path) -> ReadyStrategy:
    (folder / "behaviour.yaml").write_text(BEHAVIOUR)
    change(folder, "strategy.yaml", ("scorecard, segm", "scorecard, behaviour, segm"))
    change(folder, "outcome.yaml", ("DECLINE,  SCORECARD]", "DECLINE,  behaviour]"))
    return loaded(folder)


def test_each_scorecard_has_its_own_score_points_and_reasons(folder):
    strategy = two_cards(folder)
    verdict = agreed(strategy, good_customer(strategy))
    assert verdict.internal_score == 190
    assert verdict.aggregates["behaviour_score"] == 30
    assert [points.characteristic for points in verdict.points][-1] == "arrears"
    assert "scorecard.bands" in {row.table for row in verdict.rows} >= {"behaviour.bands"}


def test_a_refusal_may_rest_on_one_card_of_several(folder):
    strategy = two_cards(folder)

    @settings(max_examples=60, deadline=None)
    @given(evidences(CASH_LOAN.bureaus))
    def rests(evidence):
        verdict = agreed(strategy, evidence)
        if any(row.table == "outcome" and row.row == 3 for row in verdict.rows):
            assert verdict.reasons[0].code == "ARREARS" if verdict.aggregates["total_delinquency"] else True
            assert "HOUSEHOLD" not in {reason.code for reason in verdict.reasons}

    rests()


def test_of_several_scorecards_one_is_the_internal_one(folder):
    change(folder, "scorecard.yaml", ("score: internal_score", "score: application_score"))
    (folder / "behaviour.yaml").write_text(BEHAVIOUR)
    change(folder, "strategy.yaml", ("scorecard, segm", "scorecard, behaviour, segm"))
    with pytest.raises(StrategyError, match="of several scorecards, one gives the score `internal_score`"):
        loaded(folder)
