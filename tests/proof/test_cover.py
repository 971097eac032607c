"""Covering regions by boxes: what the search says is what trying every point says."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.proof.cover import UndecidedError, Work, meet, pieces_of, uncovered, volume

SIZES = (4, 3, 5)
EVERYTHING = tuple((1 << size) - 1 for size in SIZES)

masks = st.tuples(*(st.integers(1, whole) for whole in EVERYTHING))


def points(box):
    return set(product(*(pieces_of(mask) for mask in box)))


@settings(max_examples=500, deadline=None)
@given(masks, st.lists(masks, max_size=8))
def test_a_point_is_left_out_exactly_when_there_is_one(region, boxes):
    left = points(region).difference(*(points(box) for box in boxes))
    found = uncovered(region, boxes, Work(100_000))
    assert (found is None) == (not left)
    assert found is None or found in left


@settings(max_examples=200, deadline=None)
@given(masks, masks)
def test_what_boxes_have_in_common_and_how_much_they_hold(first, second):
    common = meet(first, second)
    assert points(first) & points(second) == (set() if common is None else points(common))
    assert volume(first) == len(points(first))


def test_work_that_runs_out_is_no_answer():
    diagonal = [tuple(1 << k for _ in SIZES) for k in range(3)]
    halves = [(3, 7, 31), (12, 3, 31), (12, 4, 15)]
    try:
        uncovered(EVERYTHING, [*diagonal, *halves], Work(3))
    except UndecidedError:
        return
    raise AssertionError("three units of work are not enough for this")
