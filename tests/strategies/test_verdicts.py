"""What every verdict of every strategy keeps to, whatever the evidence."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.engine.interpreter import interpret
from app.decisioning.engine.model import OffersStep
from app.decisioning.money.annuity import TABLES
from app.domain.decision import Evidence, Missing, Verdict
from app.strategies.shelf import load_shelf
from tests.builders import T0, a_response, an_application
from tests.strategies.evidence import evidences
from tests.strategies.places import TEST_STRATEGIES

CASH_LOAN = load_shelf().in_force("CustomerLoan", 1_760_000_000_000)
THREE_BUREAUS = load_shelf(TEST_STRATEGIES).in_force("TripleLoan", 1_760_000_000_000)
assert CASH_LOAN is not None and THREE_BUREAUS is not None

(OFFERS,) = (step for step in CASH_LOAN.model.steps if isinstance(step, OffersStep))
LIMITS = {proposition.name: proposition.columns for proposition in OFFERS.propositions}
NO_BUREAU = {"total_liabilities_minor", "total_delinquency", "open_accounts", "bureau_score", "card_score", "at57s"}

cash_loan = evidences(CASH_LOAN.bureaus)
three_bureaus = evidences(THREE_BUREAUS.bureaus)


@settings(max_examples=150, deadline=None)
@given(cash_loan)
def test_the_compiled_cash_loan_agrees_with_the_plain_one(evidence: Evidence):
    assert CASH_LOAN.decide(evidence) == interpret(CASH_LOAN.model, evidence)


@settings(max_examples=150, deadline=None)
@given(three_bureaus)
def test_the_compiled_three_bureaus_agrees_with_the_plain_one(evidence: Evidence):
    assert THREE_BUREAUS.decide(evidence) == interpret(THREE_BUREAUS.model, evidence)


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_an_offer_keeps_to_what_was_asked_and_to_its_proposition(evidence: Evidence):
    application = evidence.application
    for offer in CASH_LOAN.decide(evidence).offers:
        minimum, maximum, _, shortest, longest, *_ = LIMITS[offer.proposition][application.currency]
        assert offer.amount_minor <= application.amount_minor
        assert minimum <= offer.amount_minor <= maximum
        assert shortest <= offer.term_months <= longest
        assert offer.instalment_minor <= offer.maximum_payment_minor
        assert (offer.ranking == "REQUESTED") == (offer.proposition == application.product)


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_instalments_add_up_to_amount_and_cost(evidence: Evidence):
    for offer in CASH_LOAN.decide(evidence).offers:
        repaid = offer.instalment_minor * (offer.term_months - 1) + offer.last_instalment_minor
        assert repaid == offer.amount_minor + offer.total_cost_minor
        assert offer.total_cost_minor >= 0


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_offers_are_ranked_by_amount_from_one(evidence: Evidence):
    offers = CASH_LOAN.decide(evidence).offers
    assert [offer.rank for offer in offers] == list(range(1, len(offers) + 1))
    assert [o.amount_minor for o in offers] == sorted((o.amount_minor for o in offers), reverse=True)


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_without_bureau_data_nothing_of_a_bureau_is_told(evidence: Evidence):
    stripped = msgspec.structs.replace(evidence, responses=())
    verdict = CASH_LOAN.decide(stripped)
    assert verdict.basis != "INTERNAL_AND_BUREAU"
    assert verdict.bureau_score is None
    assert all(verdict.aggregates.get(name) is None for name in NO_BUREAU)


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_a_lack_of_the_required_bureau_keeps_every_bureaus_data_out_of_the_decision(evidence: Evidence):
    verdict = CASH_LOAN.decide(evidence)
    if any(missing.bureau == "EQUIFAX" for missing in evidence.missing):
        assert verdict.basis in ("INTERNAL_ONLY", "NONE")
        assert verdict.segment != "GREEN"
        assert verdict.outcome != "APPROVE"


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_unscored_means_that_nothing_was_scored(evidence: Evidence):
    verdict = CASH_LOAN.decide(evidence)
    assert (verdict.segment == "UNSCORED") == (verdict.basis == "NONE") == (verdict.internal_score is None)
    if verdict.basis == "NONE":
        assert verdict.offers == verdict.points == verdict.rows == ()


@settings(max_examples=100, deadline=None)
@given(cash_loan)
def test_every_decline_and_referral_has_a_reason_and_no_reason_twice(evidence: Evidence):
    verdict = CASH_LOAN.decide(evidence)
    codes = [reason.code for reason in verdict.reasons]
    assert verdict.outcome == "APPROVE" or codes
    assert len(codes) == len(set(codes))
    assert verdict.outcome != "DECLINE" or not verdict.offers


@settings(max_examples=150, deadline=None)
@given(three_bureaus, st.randoms(use_true_random=False))
def test_the_order_in_which_a_bureau_lists_things_means_nothing(evidence: Evidence, random):
    def shuffled(items):
        return tuple(random.sample(items, len(items)))

    responses = tuple(
        msgspec.structs.replace(
            response,
            report=msgspec.structs.replace(
                response.report,
                liabilities=shuffled(response.report.liabilities),
                scores=shuffled(response.report.scores),
                summaries=shuffled(response.report.summaries),
            ),
        )
        for response in evidence.responses
    )
    other = msgspec.structs.replace(evidence, responses=responses)
    assert THREE_BUREAUS.decide(other) == THREE_BUREAUS.decide(evidence)


@pytest.mark.parametrize("strategy", [CASH_LOAN, THREE_BUREAUS], ids=lambda s: s.name)
def test_a_verdict_survives_the_wire(strategy):
    @settings(max_examples=50, deadline=None)
    @given(evidences(strategy.bureaus))
    def survives(evidence: Evidence) -> None:
        verdict = strategy.decide(evidence)
        assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict

    survives()


def test_what_if_is_the_same_decision_on_a_changed_application():
    """Customer, product, date of birth, marital status, income, expenses: change one and decide again."""
    application = an_application()
    before = Evidence(application, (a_response(),), (Missing("MASTERCARD", "CARD_NOT_GIVEN"),), T0)
    applicant = msgspec.structs.replace(application.applicant, monthly_expenses_minor=400_000, marital_status="SINGLE")
    changed = msgspec.structs.replace(application, product="CustomerLoanSpecialOffer", applicant=applicant)
    after = msgspec.structs.replace(before, application=changed)
    first, second = CASH_LOAN.decide(before), CASH_LOAN.decide(after)
    assert first == CASH_LOAN.decide(before)
    assert first.internal_score - second.internal_score == 8
    assert second.offers[0].maximum_payment_minor < first.offers[0].maximum_payment_minor
    assert [o.proposition for o in second.offers if o.ranking == "REQUESTED"] == ["CustomerLoanSpecialOffer"]


def test_every_rate_of_the_strategy_has_its_annuity_factors_before_the_first_decision():
    TABLES.clear()
    load_shelf()
    assert set(TABLES) == {39_000, 49_000, 59_000, 69_000, 109_000}
