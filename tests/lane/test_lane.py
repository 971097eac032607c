"""What a lane publishes and remembers, whatever comes in."""

import pytest

from app.contracts.keys import librdkafka_default_partition, partition_of
from app.contracts.names import (
    BUREAU_REQUESTS,
    BUREAU_RESPONSES,
    CASES_CHANGELOG,
    CONSENTS,
    CREDIT_OFFERS,
    DEAD_LETTERS,
    DECISIONS,
    LOAN_APPLICATIONS,
    SCORE_SEGMENTS,
)
from app.contracts.wire import headers_in
from app.errors import StrategyError
from app.lane.records import LaneLimits
from tests.builders import (
    CUSTOMER,
    a_grant,
    a_response,
    a_withdrawal,
    an_application,
    encoded,
    ms,
)
from tests.lane.world import NAMES, PARTITION, PARTITIONS, Plain, PlainShelf, Rec, World

GRANT = a_grant(1, ["EQUIFAX"])
A = an_application()
ANSWER = a_response()


def told() -> World:
    return World().tell(5, GRANT).tell(10, A).tell(12, ANSWER).commit()


def test_a_decided_case_emits_one_decision_one_segment_and_one_list_of_offers_with_the_same_decision_id():
    world = told()
    ids = set()
    for role in (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS):
        (output,) = world.outputs(role)
        assert output.key == CUSTOMER.encode()
        ids.add(dict(headers_in(output.headers))["ce_id"].split(b".")[0])
    assert len(ids) == 1


def test_segments_and_offers_carry_no_facts_about_the_person():
    world = told()
    for role in (SCORE_SEGMENTS, CREDIT_OFFERS):
        (output,) = world.outputs(role)
        assert b"1980" not in output.value
        assert b"450000" not in output.value
        assert b"First Bank" not in output.value


def test_a_request_names_consent_deadline_and_bureau():
    world = World().tell(5, GRANT).tell(10, A).commit()
    (request,) = world.outputs(BUREAU_REQUESTS)
    assert b'"bureau":"EQUIFAX"' in request.value
    assert b'"consent_id":"k-1"' in request.value
    assert str(ms(25)).encode() in request.value


def test_repeats_are_counted_and_change_nothing():
    world = told().tell(13, A).tell(14, ANSWER).tell(15, GRANT).commit()
    assert len(world.decisions()) == 1
    assert world.tally.repeats == {LOAN_APPLICATIONS: 1, BUREAU_RESPONSES: 1, CONSENTS: 1}


def test_a_repeat_spelt_differently_is_still_a_repeat():
    spaced = encoded(A).replace(b'":', b'" : ')
    world = told().learn(LOAN_APPLICATIONS, Rec(9, ms(20), CUSTOMER.encode(), spaced)).commit()
    assert world.refusals() == []


def test_same_id_with_other_content_is_a_dead_letter_even_after_the_decision():
    world = told().tell(20, an_application(amount_minor=7)).commit()
    assert world.refusals() == ["CONFLICT"]


def test_an_event_id_used_again_in_another_case_of_the_customer_is_a_conflict():
    world = told().tell(20, an_application(application_id="a-2")).commit()
    assert world.refusals() == ["CONFLICT"]


def test_a_fact_after_the_decision_is_late_once_and_then_a_repeat():
    late = a_response("EXPERIAN")
    world = told().tell(20, late).commit()
    assert world.tally.late == {BUREAU_RESPONSES: 1}
    world.tell(21, late).commit()
    assert world.tally.late == {}
    assert world.tally.repeats == {BUREAU_RESPONSES: 1}


def test_an_answer_waits_for_its_application():
    world = World().tell(9, ANSWER).tell(5, GRANT).tell(10, A).commit()
    assert len(world.decisions()) == 1


def test_an_orphan_expires_into_the_dead_letters_with_its_original_bytes():
    world = World().tell(9, ANSWER).commit().crash().wake(9 + 3_600).commit()
    assert world.refusals() == ["ORPHAN"]
    assert world.lane.open_cases == 0
    tombstones = [o for o in world.outputs(CASES_CHANGELOG) if o.value is None]
    assert [o.key for o in tombstones] == [b"c-1/a-1"]


def test_orphans_are_limited():
    world = World(limits=LaneLimits(orphan_ttl_ms=1, marker_ttl_ms=1, max_orphans=0)).tell(9, ANSWER).commit()
    assert world.refusals() == ["ORPHAN"]


def test_an_answer_of_a_bureau_that_nobody_would_ask_is_refused_in_either_order():
    stranger = a_response("UNHEARD_OF")
    assert World().tell(10, A).tell(11, stranger).commit().refusals() == ["UNKNOWN_BUREAU"]
    assert World().tell(11, stranger).tell(10, A).commit().refusals() == ["UNKNOWN_BUREAU"]


def test_a_second_answer_of_a_bureau_is_refused():
    world = World().tell(10, A).tell(11, ANSWER).tell(12, a_response(event_id="again")).commit()
    assert world.refusals() == ["DUPLICATE_ANSWER"]


def test_a_product_that_no_strategy_serves_is_refused():
    assert World().tell(10, an_application(product="Mortgage")).commit().refusals() == ["UNKNOWN_PRODUCT"]


def test_a_case_too_large_for_its_changelog_is_refused_and_the_case_goes_on():
    limits = LaneLimits(orphan_ttl_ms=1, marker_ttl_ms=1, max_case_bytes=100)
    world = World(limits=limits).tell(5, GRANT).tell(10, A).tell(12, ANSWER).wake(25).commit()
    assert world.refusals() == ["CASE_TOO_LARGE"]
    assert [d.trigger for d in world.decisions()] == ["DEADLINE"]


@pytest.mark.parametrize(
    ("key", "code"),
    [(None, "KEY_MISSING"), (b"", "KEY_MISSING"), (b"c-2", "KEY_MISMATCH"), (b'"c-1"', "KEY_MISMATCH")],
)
def test_a_key_that_is_not_the_customers_is_refused(key, code):
    assert World().tell(10, A, key=key).commit().refusals() == [code]


def test_a_record_in_the_wrong_partition_is_refused_with_a_hint():
    customer = next(c for c in (f"c-{n}" for n in range(100)) if _wrong(c))
    body = an_application(customer_id=customer)
    world = World().tell(10, body, key=customer.encode()).commit()
    assert world.refusals() == ["WRONG_PARTITION"]
    (letter,) = world.outputs(DEAD_LETTERS)
    assert b"murmur2_random" in b" ".join(value for _, value in headers_in(letter.headers))


def _wrong(customer: str) -> bool:
    key = customer.encode()
    return partition_of(key, PARTITIONS) != PARTITION == librdkafka_default_partition(key, PARTITIONS)


def test_bad_input_between_good_stops_nothing():
    world = World().tell(5, GRANT)
    world.learn(LOAN_APPLICATIONS, Rec(1, ms(9), b"c-1", b"{"), Rec(2, ms(10), b"c-1", encoded(A)))
    world.tell(12, ANSWER).commit()
    assert world.refusals() == ["NOT_JSON"]
    assert len(world.decisions()) == 1


def test_a_decision_says_how_far_every_input_had_been_read():
    world = World().tell(5, GRANT, offset=3).tell(10, A, offset=8).tell(12, ANSWER, offset=2).commit()
    (decision,) = world.decisions()
    assert decision.cut == {CONSENTS: 4, LOAN_APPLICATIONS: 9, BUREAU_RESPONSES: 3}
    assert not decision.woken


def test_a_case_opened_and_decided_in_one_batch_leaves_one_changelog_record():
    world = told()
    assert sum(o.key == b"c-1/a-1" for o in world.outputs(CASES_CHANGELOG)) == 1


def test_deadlines_survive_a_restart():
    world = World().tell(5, GRANT).tell(10, A).commit().crash()
    assert world.lane.next_wake() == ms(25)
    world.wake(25).commit()
    assert [d.trigger for d in world.decisions()] == ["DEADLINE"]


def test_a_consent_that_begins_later_is_remembered_over_a_restart():
    world = World().tell(10, A).tell(11, a_grant(20, ["EQUIFAX"])).commit().crash()
    assert world.lane.next_wake() == ms(20)
    world.wake(20).commit()
    assert len(world.outputs(BUREAU_REQUESTS)) == 1


def test_withdrawal_purges_the_bureaus_data_from_the_state():
    shelf = PlainShelf(Plain(bureaus=Plain().bureaus * 1 + (type(Plain().bureaus[0])("EXPERIAN", required=True),)))
    world = World(shelf).tell(5, GRANT).tell(10, A).tell(12, ANSWER).tell(13, a_withdrawal(13)).commit()
    case = next(o for o in world.outputs(CASES_CHANGELOG) if o.key == b"c-1/a-1")
    assert b"First Bank" not in case.value


def test_a_marker_expires_by_record_time_with_a_tombstone():
    world = told().tell(12 + 86_400 + 3_600, a_grant(1, ["EQUIFAX"], consent_id="k-9")).commit()
    assert any(o.key == b"c-1/a-1" and o.value is None for o in world.outputs(CASES_CHANGELOG))


def test_a_worker_that_lacks_a_pinned_version_refuses_the_lane():
    world = World().tell(10, A).commit()
    world.shelf = PlainShelf(Plain(version=2))
    with pytest.raises(StrategyError, match="plain version 1"):
        world.crash()


def test_a_case_is_decided_by_the_version_that_it_pinned():
    both = PlainShelf(Plain(), Plain(version=2, effective_from=ms(11), content_hash="e" * 64))
    world = World(both).tell(5, GRANT).tell(10, A).tell(12, ANSWER).commit()
    assert [d.strategy_version for d in world.decisions()] == [1]


def test_the_lane_finds_its_own_offsets_again():
    world = World().tell(10, A, offset=41).commit().crash()
    assert world.offsets[NAMES.loan_applications] == 42
