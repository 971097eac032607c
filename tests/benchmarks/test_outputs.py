"""Two peers are compared only if they say the same: what the comparison must notice, and what it must overlook."""

import msgspec
import pytest

from app.contracts.names import BUREAU_REQUESTS, CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS
from benchmarks.outputs import PER_DECISION, Outputs, differences, incomplete
from tests.builders import a_grant, a_response, an_application
from tests.lane.world import World


def outputs_of(world: World) -> Outputs:
    outputs = Outputs()
    for role in (*PER_DECISION, BUREAU_REQUESTS):
        for record in world.outputs(role):
            outputs.add(role, record.key, record.value)
    return outputs


@pytest.fixture
def told() -> World:
    """One customer's case, the answer in a transaction of its own."""
    world = World().tell(5, a_grant(1, ["EQUIFAX"])).tell(10, an_application()).commit()
    return world.tell(12, a_response()).commit()


def test_how_the_inputs_were_interleaved_is_no_difference(told):
    other = World().tell(12, a_response()).tell(10, an_application()).commit()
    other.tell(5, a_grant(1, ["EQUIFAX"])).commit()
    assert differences(outputs_of(told), outputs_of(other)) == []


@pytest.mark.parametrize("role", [DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS, BUREAU_REQUESTS])
def test_another_value_under_the_same_id_is_a_difference(told, role):
    other = outputs_of(told)
    (record,) = told.outputs(role)
    body = msgspec.json.decode(record.value)
    body["application_id"] = "a-2"
    other.add(role, record.key, msgspec.json.encode(body))
    (found,) = differences(outputs_of(told), other)
    assert found.startswith(f"1 {role} say something else")


def test_another_key_is_a_difference(told):
    other = outputs_of(told)
    (record,) = told.outputs(SCORE_SEGMENTS)
    other.add(SCORE_SEGMENTS, b"somebody else", record.value)
    assert differences(outputs_of(told), other) != []


def test_an_event_that_the_larger_run_lacks_is_a_difference(told):
    found = differences(outputs_of(told), Outputs())
    assert [line.split(",")[0] for line in found] == [f"1 {role} are said by one only" for role in PER_DECISION]


def test_an_event_said_twice_is_wrong_where_it_is_promised_once(told):
    outputs = outputs_of(told)
    (record,) = told.outputs(DECISIONS)
    outputs.add(DECISIONS, record.key, record.value)
    assert incomplete(outputs, 1, may_repeat=False) == ["1 events came twice"]
    assert incomplete(outputs, 1, may_repeat=True) == []


def test_a_missing_event_is_wrong(told):
    wrong = incomplete(outputs_of(told), 2, may_repeat=True)
    assert wrong == ["1 decisions, not 2", "1 score-segments, not 2", "1 credit-offers, not 2"]
