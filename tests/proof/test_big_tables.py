"""Tables of 500 rows by 8 inputs: what is known to be amiss with them is found, and nothing else.

    python -m benchmarks.proof

tells how long that takes.
"""

from random import Random

import pytest

from app.decisioning.proof.tables import examine
from benchmarks.table_shapes import COLUMNS, ROWS, SHAPES, half_sets, numbers_table, partition, shape_named


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.amiss is not None], ids=lambda shape: shape.name)
def test_what_is_known_to_be_amiss_is_found_and_nothing_else(shape):
    table = shape.make(Random(1), ROWS)
    assert (len(table.rows), len(table.inputs)) in [(ROWS, COLUMNS), (ROWS - 1, COLUMNS)]
    assert {finding.kind for finding in examine(table)} == shape.amiss


@pytest.mark.parametrize("name", ["the same under `first`", "a cascade under `first`"])
def test_a_first_table_whose_rows_cover_everything_has_at_most_shadowed_rows(name):
    table = shape_named(name).make(Random(1), ROWS)
    assert {finding.kind for finding in examine(table)} <= {"shadowed"}


def test_rows_that_agree_make_their_columns_idle():
    found = list(examine(numbers_table("any", partition(Random(1), ROWS), alike=True)))
    assert [finding.kind for finding in found] == ["unused"] * COLUMNS


def test_what_is_beyond_the_bound_is_said_to_be_open():
    found = list(examine(half_sets(Random(1), ROWS), work=200_000))
    assert {finding.kind for finding in found} <= {"unproved", "gap", "shadowed"}
    assert "unproved" in {finding.kind for finding in found}
    for finding in found:
        if finding.kind == "unproved":
            assert "not proved whether" in finding.message and "the search was stopped after" in finding.message
