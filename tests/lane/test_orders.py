"""Six facts that are all required, told in every order, repeats among them: one decision, byte for byte."""

from functools import cache
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from app.contracts.names import CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS
from app.strategies.shelf import load_shelf
from tests.builders import a_grant, a_report, a_response, an_application
from tests.lane.world import World, comparable
from tests.strategies.places import TEST_STRATEGIES

SIX = (
    (10, an_application(product="TripleLoan")),
    (5, a_grant(1, ["EQUIFAX", "EXPERIAN"], consent_id="k-1")),
    (11, a_grant(2, ["TRANSUNION"], consent_id="k-2")),
    (12, a_response("EQUIFAX", report=a_report(score=610))),
    (14, a_response("EXPERIAN", report=a_report(score=640, liabilities=3))),
    (13, a_response("TRANSUNION", report=a_report(score=580, liabilities=4))),
)


ANSWERS = SIX[3:]


@cache
def shelf():
    return load_shelf(TEST_STRATEGIES)


def published(facts, *, looks: bool = False) -> tuple[bytes, ...]:
    """What came of them; in the middle of the transaction, too, if somebody looks after every fact."""
    world = World(shelf())
    for offset, (at, body) in enumerate(facts):
        world.tell(at, body, offset=offset)
        if looks:
            world.look()
    assert bool(world.told) == looks
    world.commit()
    (decision,) = comparable(world.outputs(DECISIONS))
    (segment,), (offers,) = world.outputs(SCORE_SEGMENTS), world.outputs(CREDIT_OFFERS)
    return decision, segment.value, offers.value


def test_all_720_orders_give_byte_equal_decisions_segments_and_offers():
    assert len({published(order) for order in permutations(SIX)}) == 1


@given(st.lists(st.sampled_from(SIX), max_size=10), st.permutations(SIX), st.lists(st.sampled_from(SIX), max_size=4))
def test_repeats_before_and_after_change_nothing(before, order, after):
    assert published([*before, *order, *after]) == published(SIX)


@given(st.permutations(SIX), st.lists(st.sampled_from(SIX), max_size=4))
def test_a_case_is_told_as_soon_as_somebody_looks_and_not_again(order, after):
    last = [fact for fact in order if fact in ANSWERS][-1]      # consents that come last are looked at later
    order = [*(fact for fact in order if fact is not last), last]
    assert published([*order, *after], looks=True) == published(SIX)


def test_the_median_of_three_bureaus_was_used():
    assert b'"bureau_score":610' in published(SIX)[0]
