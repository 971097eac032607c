"""Changelogs written beforehand: a lane that restores them stands where one stands that has lived through it."""

import gc
import tracemalloc

from app.contracts.names import BUREAU_RESPONSES, DECISIONS
from app.domain.case import Case
from app.lane.tables import key_of
from benchmarks.events import customers
from benchmarks.offline import IN_ORDER, NAMES, OfflineLane, Rec
from benchmarks.repeating import Repeating
from benchmarks.standing import made, standing


def restored(cases) -> OfflineLane:
    lane = OfflineLane()
    for number, case in enumerate(cases):
        for role, (key, value) in case.records.items():
            lane.lane.restore(NAMES.by_role[role], [Rec(number, 0, key, value)])
    lane.lane.restored()
    return lane


def test_a_restored_case_is_decided_when_its_answer_comes():
    lane = restored(standing(20))
    assert lane.lane.open_cases == 20
    lane.tell(BUREAU_RESPONSES, customers(20))
    assert len(lane.harvest().gathered()[NAMES.by_role[DECISIONS]]) == 20
    assert lane.lane.open_cases == 0


def test_a_copy_is_another_customers_case():
    (original,) = made(1)
    copy = original.as_number(71)
    lane = restored([original, copy])
    case = lane.lane._tables.cases[key_of("c-00000071", "a-00000071")]
    assert isinstance(case, Case)
    assert case.application is not None
    assert case.application.body.customer_id == "c-00000071"
    assert lane.lane.open_cases == 2


def test_customers_who_apply_again_and_again_are_decided_each_time():
    repeating, lane = Repeating(3, 1), OfflineLane()
    for events in (repeating.consents(), repeating.cases(0, 4), repeating.cases(4, 5)):
        known = list(events)
        for role in IN_ORDER:
            lane.learn(role, [Rec(n, lane.at, e.key, e.value) for n, e in enumerate(known) if e.role == role])
    harvest = lane.harvest()
    assert len(harvest.gathered()[NAMES.by_role[DECISIONS]]) == 9
    assert harvest.tally.dead_letters == {}


def test_nothing_that_a_lane_holds_grows_with_what_it_has_processed():
    """Decided cases are forgotten after their time; customers come back."""
    lane, repeating = OfflineLane(marker_ttl_ms=5_000), Repeating(50, 1)
    held = []
    tracemalloc.start()
    try:
        for second, events in enumerate([repeating.consents(), *(repeating.cases(n * 60, 60) for n in range(60))]):
            known = list(events)
            for role in IN_ORDER:
                lane.learn(role, [Rec(n, lane.at, e.key, e.value) for n, e in enumerate(known) if e.role == role])
            lane.harvest().gathered()
            lane.at += 1_000
            lane.lane.wake(lane.at)
            if second in {30, 60}:
                del known, events
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    half_way, at_the_end = held
    assert at_the_end < half_way * 1.25        # a kilobyte kept of each case would make it sevenfold
