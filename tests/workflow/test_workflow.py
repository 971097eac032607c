"""When a case is decided, on what, and whom we ask."""

from itertools import permutations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.learning import Unmoved
from tests.builders import (
    a_grant,
    a_response,
    a_withdrawal,
    an_application,
    application_fact,
    consent_fact,
    ms,
    response_fact,
)
from tests.workflow.world import ONE, PERIOD, THREE, WITH_CARD, Story

A = application_fact(10)
GRANT = consent_fact(5, a_grant(1, ["EQUIFAX"]))
ANSWER = response_fact(12)
SIX = (
    application_fact(10),
    consent_fact(5, a_grant(1, ["EQUIFAX", "EXPERIAN"], consent_id="k-1")),
    consent_fact(11, a_grant(2, ["TRANSUNION"], consent_id="k-2")),
    response_fact(12, a_response("EQUIFAX")),
    response_fact(14, a_response("EXPERIAN")),
    response_fact(13, a_response("TRANSUNION")),
)


def bytes_of(story: Story) -> bytes:
    assert story.judgement is not None
    return msgspec.json.encode(story.judgement)


def missing(story: Story) -> dict[str, str]:
    assert story.judgement is not None
    return {m.bureau: m.reason_code for m in story.judgement.evidence.missing}


def test_all_720_orders_of_six_required_facts_give_byte_equal_judgements():
    told = {bytes_of(Story(THREE).tell(*order)) for order in permutations(SIX)}
    assert len(told) == 1


@given(st.lists(st.sampled_from(SIX), max_size=12), st.permutations(SIX))
def test_repeats_mixed_into_any_order_change_nothing(repeats, order):
    story = Story(THREE).tell(*repeats, *order, *repeats)
    assert bytes_of(story) == bytes_of(Story(THREE).tell(*SIX))
    assert set(story.unmoved) <= {Unmoved.REPEAT}


def test_as_of_is_the_latest_record_timestamp_among_the_facts_used():
    story = Story(THREE).tell(*SIX)
    assert story.judgement.trigger == "COMPLETE"
    assert story.judgement.evidence.as_of == ms(14)
    assert [f.event_id for f in story.judgement.facts] == [
        "e-k-1", "e-app", "e-k-2", "e-equifax", "e-transunion", "e-experian",
    ]  # fmt: skip


def test_responses_are_judged_in_the_strategys_bureau_order():
    story = Story(THREE).tell(*reversed(SIX))
    assert [r.bureau for r in story.judgement.evidence.responses] == ["EQUIFAX", "EXPERIAN", "TRANSUNION"]


def test_without_consent_on_the_application_the_case_is_decided_at_once_and_without_bureau_data():
    story = Story().tell(GRANT, ANSWER, application_fact(10, an_application(bureau_consent=False)))
    assert story.judgement.trigger == "NO_CONSENT"
    assert story.judgement.evidence.responses == ()
    assert missing(story) == {"EQUIFAX": "CONSENT_NOT_GIVEN"}
    assert story.asked == []


def test_no_bureau_is_asked_before_a_consent_covers_it():
    story = Story().tell(A)
    assert story.asked == []
    story.tell(consent_fact(11, a_grant(9, ["EXPERIAN"])))
    assert story.asked == []
    story.tell(consent_fact(12, a_grant(9, ["EQUIFAX"], consent_id="k-2")))
    assert [(a.bureau, a.at, a.consent_id) for a in story.asked] == [("EQUIFAX", ms(12), "k-2")]


def test_a_bureau_is_asked_once():
    story = Story().tell(A, GRANT, consent_fact(11, a_grant(9, ["EQUIFAX"], consent_id="k-2")))
    assert len(story.asked) == 1


def test_a_consent_for_another_purpose_does_not_count():
    story = Story().tell(A, consent_fact(5, a_grant(1, ["EQUIFAX"], purpose="CARD_DATA")), ANSWER)
    assert story.judgement is None


def test_expired_consent_blocks_bureau_data():
    story = Story().tell(A, consent_fact(5, a_grant(1, ["EQUIFAX"], expires=11)), ANSWER)
    assert story.judgement is None
    story.pass_time(ms(10 + PERIOD))
    assert story.judgement.trigger == "DEADLINE"
    assert missing(story) == {"EQUIFAX": "CONSENT_EXPIRED"}


def test_a_consent_that_expires_at_the_very_instant_is_expired():
    story = Story().tell(A, consent_fact(5, a_grant(1, ["EQUIFAX"], expires=12)), ANSWER)
    assert story.judgement is None


def test_a_consent_granted_in_the_future_is_used_from_then_on():
    story = Story().tell(A, consent_fact(5, a_grant(20, ["EQUIFAX"])))
    assert story.asked == []
    assert story.wake == ms(20)
    story.pass_time(ms(20))
    assert [a.at for a in story.asked] == [ms(20)]


def test_withdrawal_before_the_decision_settles_the_bureau_and_purges_its_data():
    story = Story(THREE).tell(SIX[0], SIX[1], SIX[3], consent_fact(13, a_withdrawal(13)))
    assert story.judgement is None
    assert [r.body.bureau for r in story.case.responses] == []
    assert {a.bureau for a in story.case.asked} == set()


def test_withdrawal_of_the_only_consent_decides_at_once():
    story = Story().tell(A, GRANT, consent_fact(11, a_withdrawal(11)))
    assert story.judgement.trigger == "WITHDRAWAL"
    assert story.judgement.evidence.as_of == ms(11)
    assert missing(story) == {"EQUIFAX": "CONSENT_WITHDRAWN"}


def test_withdrawal_and_grant_merge_in_any_order():
    withdrawal = consent_fact(11, a_withdrawal(11))
    assert bytes_of(Story().tell(A, GRANT, withdrawal)) == bytes_of(Story().tell(withdrawal, A, GRANT))


def test_a_known_withdrawal_blocks_an_answer_stamped_before_it():
    both = Story(THREE).tell(SIX[0], SIX[1], SIX[2], consent_fact(20, a_withdrawal(20)), *SIX[3:])
    assert both.judgement.trigger == "WITHDRAWAL"
    assert [r.bureau for r in both.judgement.evidence.responses] == ["TRANSUNION"]


def test_withdrawal_read_after_the_completing_answer_leaves_the_decision_as_it_was():
    story = Story().tell(A, GRANT, ANSWER, consent_fact(11, a_withdrawal(11)))
    assert story.judgement.trigger == "COMPLETE"


def test_a_withdrawal_that_holds_from_later_on_does_not_block_yet():
    story = Story().tell(A, GRANT, consent_fact(11, a_withdrawal(3_600)), ANSWER)
    assert story.judgement.trigger == "COMPLETE"


def test_the_deadline_decides_with_what_is_there():
    story = Story(THREE).tell(*SIX[:4])
    assert story.pass_time(ms(10 + PERIOD) - 1).judgement is None
    story.pass_time(ms(10 + PERIOD))
    assert story.judgement.evidence.as_of == ms(10 + PERIOD)
    assert [r.bureau for r in story.judgement.evidence.responses] == ["EQUIFAX"]
    assert missing(story) == {"EXPERIAN": "BUREAU_TIMEOUT", "TRANSUNION": "BUREAU_TIMEOUT"}


def test_an_answer_stamped_after_the_deadline_is_late_even_if_it_is_read_before():
    story = Story().tell(A, GRANT, response_fact(10 + PERIOD + 1))
    assert story.judgement is None
    story.pass_time(ms(10 + PERIOD))
    assert missing(story) == {"EQUIFAX": "BUREAU_TIMEOUT"}


def test_an_answer_stamped_at_the_deadline_is_in_time():
    story = Story().tell(A, GRANT, response_fact(10 + PERIOD))
    assert story.judgement.trigger == "COMPLETE"


def test_traffic_alone_never_fires_a_deadline():
    story = Story(THREE).tell(A, consent_fact(3_600, a_grant(1, ["EQUIFAX"])))
    assert story.judgement is None


def test_an_error_and_a_no_hit_count_as_answers():
    for result, reason in (("ERROR", "BUREAU_ERROR"), ("NO_HIT", "BUREAU_NO_HIT")):
        story = Story().tell(A, GRANT, response_fact(12, a_response(result=result)))
        assert story.judgement.trigger == "COMPLETE"
        assert missing(story) == {"EQUIFAX": reason}


def test_a_card_bureau_is_expected_only_with_a_consented_card():
    story = Story(WITH_CARD).tell(A, GRANT, ANSWER)
    assert story.judgement.trigger == "COMPLETE"
    assert missing(story) == {"MASTERCARD": "CARD_NOT_GIVEN"}


def test_same_id_with_other_content_is_a_conflict_and_the_first_stands():
    story = Story().tell(A, application_fact(11, an_application(amount_minor=1)))
    assert story.unmoved == [Unmoved.CONFLICT]
    assert story.case.application == A


def test_a_bureau_answers_once():
    story = Story(THREE).tell(*SIX[:4], response_fact(13, a_response("EQUIFAX", event_id="other")))
    assert story.unmoved == [Unmoved.DUPLICATE_ANSWER]


def test_a_consent_is_granted_once():
    story = Story().tell(GRANT, consent_fact(6, a_grant(1, ["EXPERIAN"], event_id="other")))
    assert story.unmoved == [Unmoved.CONFLICT]


def test_one_bureau_story_completes():
    story = Story(ONE).tell(A, GRANT, ANSWER)
    assert story.judgement.evidence.responses == (ANSWER.body,)
