"""A benchmark is worth as much as its events: valid, varied, and the same for everybody."""

from app.contracts.decode import decoders
from app.contracts.keys import partition_of
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, INPUTS, LOAN_APPLICATIONS
from app.domain.decision import DecisionMade
from app.strategies.shelf import load_shelf
from benchmarks.events import LIABILITIES, customers
from tests.lane.world import PARTITION, PARTITIONS, Rec, World

NOW = 1_795_000_000_000                        # 2026-11-18


def test_every_event_is_one_that_the_service_takes():
    decode = {role: decoder.decode for role, decoder in decoders().items()}
    for customer in customers(200):
        assert set(customer.events) == set(INPUTS)
        for role, value in customer.events.items():
            body, unknown_fields = decode[role](value, (), NOW)
            assert body.customer_id == customer.customer_id
            assert not unknown_fields


def test_a_customer_is_the_same_whoever_asks():
    assert list(customers(30))[20:] == list(customers(10, first=20))
    assert [c.events for c in customers(5, seed=1)] != [c.events for c in customers(5, seed=2)]


def test_events_are_as_large_as_real_ones():
    sizes = {role: [len(c.events[role]) for c in customers(50)] for role in INPUTS}
    assert all(200 < size < 300 for size in sizes[CONSENTS])
    assert all(550 < size < 700 for size in sizes[LOAN_APPLICATIONS])
    assert all(1_500 < size < 1_900 for size in sizes[BUREAU_RESPONSES])


def test_every_answer_tells_of_the_same_number_of_liabilities():
    decode = decoders()[BUREAU_RESPONSES].decode
    for customer in customers(50):
        body, _ = decode(customer.events[BUREAU_RESPONSES], (), NOW)
        assert len(body.report.liabilities) == LIABILITIES


def test_every_segment_and_outcome_occurs():
    seen = {(made.segment, made.outcome) for made in decided(400)}
    assert {segment for segment, _ in seen} == {"RED", "YELLOW", "GREEN"}
    assert {outcome for _, outcome in seen} >= {"APPROVE", "DECLINE"}


def decided(count: int) -> list[DecisionMade]:
    """What the shipped strategy says of the customers that belong to one lane."""
    world = World(load_shelf())
    ours = (c for c in customers(count) if partition_of(c.key, PARTITIONS) == PARTITION)
    for offset, customer in enumerate(ours):
        for role, value in customer.events.items():
            world.learn(role, Rec(offset, NOW, customer.key, value))
    return world.commit().decisions()
