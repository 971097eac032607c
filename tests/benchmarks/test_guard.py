"""The regression guard: counts instead of seconds, so that it cannot flake."""

import sys

import pytest
from msgspec import structs

from benchmarks.guard import WAYS, Budget, Counts, Meter, budget, count, exceeded, measure, one_transaction

ALLOWED = Budget(python="3.11", counts={"in one transaction": Counts(1_000, 100, 5_000)}, ratio=2.0)


def test_a_decision_stays_within_its_budget():
    assert exceeded(measure(), budget()) == [], "if the change was meant: python -m benchmarks.guard --record"


def test_the_budget_covers_every_way():
    assert budget().counts.keys() == WAYS.keys()


def test_counting_twice_gives_the_same_counts():
    assert count(one_transaction) == count(one_transaction)


def test_a_meter_counts_bytecodes_by_function_and_calls_into_c():
    def work(numbers):
        return len(numbers)

    with Meter() as meter:
        work([])
        work([])
    (name,) = [name for name in meter.bytecodes if name.endswith(":work")]
    assert meter.bytecodes[name] >= 2 * 4
    assert meter.bytecodes[name] % 2 == 0
    assert meter.c_calls >= 2
    assert sys.gettrace() is None


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (Counts(1_020, 102, 5_100), []),
        (Counts(1_030, 100, 5_000), ["in one transaction: bytecodes 1,030 a decision, and the budget is 1,000"]),
        (Counts(900, 103, 5_000), ["in one transaction: c calls 103 a decision, and the budget is 100"]),
        (Counts(900, 90, 5_200), ["in one transaction: output bytes 5,200 a decision, and the budget is 5,000"]),
    ],
)
def test_two_per_cent_over_the_budget_are_too_much(found, wrong):
    assert exceeded(structs.replace(ALLOWED, counts={"in one transaction": found}), ALLOWED) == wrong


def test_another_python_has_other_bytecodes():
    found = structs.replace(ALLOWED, python="3.99", counts={"in one transaction": Counts(1_300, 120, 5_000)})
    assert exceeded(found, ALLOWED) == []


def test_a_ratio_of_times_has_to_be_far_off():
    assert exceeded(structs.replace(ALLOWED, ratio=3.3), ALLOWED) == []
    assert len(exceeded(structs.replace(ALLOWED, ratio=3.5), ALLOWED)) == 1
