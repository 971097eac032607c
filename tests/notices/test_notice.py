"""Which notice is owed to whom, with which reasons, scores and dates."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.decisioning.notices.notice import key_factors, notice_of
from app.demo.judged import evidences as evidences_of_the_demo
from app.domain.bureau import ScoreFactor
from app.domain.decision import Evidence, Missing
from app.domain.notice import Notice
from app.strategies.shelf import load_shelf
from tests.strategies.evidence import evidences

AT = 1_790_000_000_000                         # 2026-09-21T14:13:20Z
DAY = 86_400_000


@cache
def cash_loan():
    strategy = load_shelf().in_force("CustomerLoan", AT)
    assert strategy is not None and strategy.notices is not None
    return strategy


@cache
def judged():
    """Evidence, verdict and notice of each of the demo's customers."""
    return [(e, cash_loan().decide(e), notice(e)) for e in evidences_of_the_demo(cash_loan().bureaus, AT)]


def notice(evidence: Evidence) -> Notice | None:
    return notice_of(cash_loan().notices, evidence, cash_loan().decide(evidence), ())


def a_good_customer() -> Evidence:
    """Approved as asked for, GREEN by its own score too."""
    return next(
        e for e, verdict, owed in judged()
        if verdict.outcome == "APPROVE" and owed is None and verdict.internal_score >= 140
    )


def applying(evidence: Evidence, **changes) -> Evidence:
    return structs.replace(evidence, application=structs.replace(evidence.application, **changes))


def being(evidence: Evidence, **changes) -> Evidence:
    return applying(evidence, applicant=structs.replace(evidence.application.applicant, **changes))


def scored(evidence: Evidence, value: int, factors: int = 0, inquiry: int | None = None) -> Evidence:
    """With this bureau score and so many key factors; the one numbered `inquiry` is about inquiries."""
    given_ = tuple(ScoreFactor(code="F08" if n == inquiry else f"X{n}", text=f"factor {n}") for n in range(factors))
    first, *others = evidence.responses
    scores = tuple(structs.replace(s, value=value, factors=given_) for s in first.report.scores)
    response = structs.replace(first, report=structs.replace(first.report, scores=scores))
    return structs.replace(evidence, responses=(response, *others))


@settings(max_examples=100, deadline=None)
@given(evidences(cash_loan().bureaus))
def test_every_refusal_gets_a_notice_and_no_referral_does(evidence):
    verdict, owed = cash_loan().decide(evidence), notice(evidence)
    assert (owed is not None and "ADVERSE_ACTION" in owed.kinds) == (verdict.outcome == "DECLINE")
    assert verdict.outcome != "REFER" or owed is None


@settings(max_examples=100, deadline=None)
@given(evidences(cash_loan().bureaus))
def test_a_refusal_names_one_to_four_specific_reasons(evidence):
    owed = notice(evidence)
    if owed is not None and owed.kinds != ("RISK_BASED_PRICING",):
        assert 1 <= len(owed.reasons) <= 4
        assert not {reason.code for reason in owed.reasons} & cash_loan().notices.not_reasons


def test_every_approval_outside_the_best_tier_is_told_how_it_was_priced():
    approved = [(verdict, owed) for _, verdict, owed in judged() if verdict.outcome == "APPROVE"]
    assert {verdict.segment for verdict, _ in approved} == {"GREEN", "YELLOW"}
    for verdict, owed in approved:
        told = owed is not None and "RISK_BASED_PRICING" in owed.kinds
        assert told == (verdict.segment != "GREEN")


def test_an_approval_that_is_not_what_was_asked_for_is_a_counter_offer():
    for evidence, verdict, owed in judged():
        wish = evidence.application
        as_asked = any(
            offer.ranking == "REQUESTED" and (offer.amount_minor, offer.term_months) == (wish.amount_minor,
                                                                                       wish.term_months)
            for offer in verdict.offers
        )
        told = owed is not None and "COUNTER_OFFER" in owed.kinds
        assert told == (verdict.outcome == "APPROVE" and not as_asked)
        assert (owed is not None and owed.counter_offer_until == AT + 90 * DAY) == told


def codes(owed: Notice | None) -> list[str]:
    assert owed is not None
    return [reason.code for reason in owed.reasons]


def test_a_counter_offer_says_what_stands_in_the_way_of_the_loan_that_was_asked_for():
    rich = being(a_good_customer(), monthly_income_minor=2_000_000, region="004", monthly_expenses_minor=0)
    wish = applying(rich, product="CustomerLoan", term_months=24, amount_minor=300_000)
    assert notice(wish) is None
    assert codes(notice(applying(wish, amount_minor=2_000_000))) == ["LOAN_MAXIMUM"]
    assert codes(notice(applying(wish, term_months=600))) == ["TERM_NOT_OFFERED"]
    poor = being(wish, monthly_income_minor=50_000, monthly_expenses_minor=10_000)
    assert codes(notice(applying(poor, amount_minor=1_000_000))) == ["AMOUNT_NOT_AFFORDABLE"]
    assert codes(notice(being(wish, region="002"))) == ["REGION_NOT_SERVED"]


def test_a_score_that_was_too_low_is_told_by_its_key_factors():
    refused = scored(a_good_customer(), 480, factors=3)
    assert [r.code for r in cash_loan().decide(refused).reasons] == ["BUREAU_SCORE"]
    owed = notice(refused)
    assert codes(owed) == ["X0", "X1", "X2"]
    assert {reason.source for reason in owed.reasons} == {"EQUIFAX"}


def test_a_score_without_factors_is_itself_the_reason_rather_than_none():
    assert codes(notice(scored(a_good_customer(), 480))) == ["BUREAU_SCORE"]


def test_in_a_grey_band_bureau_and_card_take_turns():
    refused = next(
        e for e, verdict, _ in judged()
        if verdict.outcome == "DECLINE" and [r.code for r in verdict.reasons][:1] == ["BUREAU_SCORE"]
        and len(verdict.reasons) > 2
    )
    value = cash_loan().decide(refused).bureau_score
    first, second, third, fourth = notice(scored(refused, value, factors=4)).reasons
    assert (first.code, third.code) == ("X0", "X1")
    assert (second.source, fourth.source) == ("scorecard", "scorecard")


def test_a_knock_out_rule_names_itself():
    assert codes(notice(being(a_good_customer(), employment_status="UNEMPLOYED"))) == ["EMPLOYMENT_STATUS_NOT_ELIGIBLE"]


def test_the_score_that_was_used_is_disclosed_with_range_date_source_and_key_factors():
    refused = scored(a_good_customer(), 480, factors=6)
    score = next(s for s in notice(refused).scores if s.source == "EQUIFAX")
    assert (score.value, score.lowest, score.highest, score.created) == (480, 300, 850, AT)
    assert [factor.code for factor in score.key_factors] == ["X0", "X1", "X2", "X3"]


def test_inquiries_are_told_as_a_fifth_factor_wherever_they_stand():
    last = scored(a_good_customer(), 480, factors=8, inquiry=7)
    assert [f.code for f in notice(last).scores[0].key_factors] == ["X0", "X1", "X2", "X3", "F08"]
    first = scored(a_good_customer(), 480, factors=8, inquiry=0)
    assert [f.code for f in notice(first).scores[0].key_factors] == ["F08", "X1", "X2", "X3", "X4"]


@given(st.lists(st.sampled_from(["A", "B", "C", "D", "E", "I"]), max_size=8))
def test_at_most_four_key_factors_and_five_only_with_inquiries(codes_given):
    factors = [ScoreFactor(code=code, text=code) for code in codes_given]
    kept = [factor.code for factor in key_factors(factors, frozenset({"I"}))]
    assert len(kept) <= 4 or (len(kept) == 5 and kept.count("I") == 1)
    places = iter(codes_given)
    assert all(code in places for code in kept)


def test_without_bureau_data_no_score_no_bureau_and_no_right_to_a_report():
    refused = being(applying(a_good_customer(), bureau_consent=False), employment_status="UNEMPLOYED")
    lacking = tuple(Missing(bureau.name, "CONSENT_NOT_GIVEN") for bureau in cash_loan().bureaus)
    owed = notice(structs.replace(refused, responses=(), missing=lacking))
    assert (owed.scores, owed.agencies) == ((), ())
    assert {right.code for right in owed.rights} == {"EQUAL_CREDIT_OPPORTUNITY", "HUMAN_REVIEW"}


def test_dates_follow_from_the_day_of_judgement():
    owed = notice(scored(a_good_customer(), 480))
    assert (owed.send_by, owed.keep_until) == (AT + 30 * DAY, AT + 762 * DAY)
