"""Columns hold what rows do: random expressions and tables over many random rows, and numbers beyond 63 bits."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.batch import tables
from app.decisioning.batch.columns import Pool, column_of, plain
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.language import checker, runtime
from app.decisioning.language.interpreter import evaluate as one_by_one
from app.decisioning.language.types import decimal, integer, money
from app.decisioning.money.annuity import HIGHEST_RATE, LONGEST_TERM
from app.decisioning.tables.table import matching, result
from tests.decisioning.expressions import SCOPE, expressions, values
from tests.decisioning.test_evaluators_agree import checked
from tests.decisioning.test_table_proof import COLUMNS, GRID, rows, table


def framed(types, given_rows, rounding="half_up"):
    """A frame over rows of plain values by name."""
    pool = Pool()
    return Frame(
        len(given_rows), pool, rounding,
        lambda name: column_of([row[name] for row in given_rows], types[name], pool),
    )


def assert_alike(core, types, given_rows):
    for name, rounding in runtime.ROUNDING.items():
        frame = framed(types, given_rows, name)
        wanted = [one_by_one(core, {**row, "round_money": rounding}) for row in given_rows]
        assert plain(evaluate(core, frame), core.type, frame.size, frame.pool) == wanted


@settings(max_examples=150, deadline=None)
@given(expressions, st.lists(values, min_size=1, max_size=6))
def test_a_random_expression_has_the_same_values_over_columns(text, given_rows):
    assert_alike(checked(text), SCOPE, given_rows)


LARGE = {
    "a": money(-(10**15), 10**15),
    "b": money(-(10**15), 10**15),
    "c": money(1, 10**15),
    "x": decimal(6, -(10**12), 10**12),
    "rate": decimal(6, 0, HIGHEST_RATE),
    "term": integer(1, LONGEST_TERM),
}
large_values = st.fixed_dictionaries(
    {
        "a": st.integers(-(10**7), 10**7) | st.integers(-(10**15), 10**15),
        "b": st.integers(-(10**15), 10**15),
        "c": st.integers(1, 10**15),
        "x": st.integers(-(10**12), 10**12),
        "rate": st.sampled_from([0, 39_000, 109_000, HIGHEST_RATE]),
        "term": st.integers(1, 84) | st.integers(1, LONGEST_TERM),
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "round(a * x)", "floor(a * x * 0.000001)", "a * x - b * x", "max(a * x, b * 0.5)", "ratio(a, b, 6)",
        "round_down(a, c)", "abs(a) + abs(b) * 1000 * 1000 * 1000", "ceiling(ratio(a, c, 9) * 0.1)",
        "round(annuity_instalment(a, rate, term))", "floor(annuity_amount(a, rate, term))",
        "round(annuity_last(a, b, rate, term))", "ceiling(annuity_last(a, b, rate, term))",
        "annuity_last(a, b, rate, term) > 0", "floor(annuity_instalment(a, 0.059, 36) * 5)",
        "apr(a, b, c, term)", "coalesce(effective_rate(c, a, b, term), 1) * 2",
        "apr(floor(a * x), c, b, 12) is missing", "apr(floor(a * 0.01), floor(b * 0.001), floor(b * 0.002), term)",
    ],
)
def test_numbers_beyond_63_bits_are_exact(text):
    core = checker.check(text, LARGE)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(large_values, min_size=1, max_size=5))
    def alike(given_rows):
        assert_alike(core, LARGE, given_rows)

    alike()


SMALL = {**LARGE, "a": money(-(10**7), 10**7), "c": money(1, 4 * 10**6), "d": money(0, 4 * 10**6)}
small_values = st.fixed_dictionaries(
    {
        "a": st.integers(-200, 200) | st.integers(-(10**7), 10**7),
        "c": st.integers(1, 200) | st.integers(1, 4 * 10**6),
        "d": st.integers(0, 200) | st.integers(0, 4 * 10**6),
        "rate": st.sampled_from([0, 39_000, 109_000]),
        "term": st.sampled_from([2, 4]) | st.integers(1, 84),      # at 0 %, halves come up
    }
)


@pytest.mark.parametrize("function", ["round", "floor", "ceiling", "round_half_even"])
@pytest.mark.parametrize(
    "text",
    [
        "annuity_instalment(c, rate, term)", "annuity_instalment(a, rate, term)", "annuity_amount(d, rate, term)",
        "annuity_last(c, d, rate, term)", "annuity_last(a, c, rate, term)", "annuity_last(c, d, 0.109, term)",
        "annuity_last(c * 0, d, 0.059, 12)", "annuity_last(c, annuity_floor, rate, term)",
    ],
)
def test_annuities_of_ordinary_loans_are_rounded_alike(function, text):
    level = "floor(annuity_instalment(c, rate, term))"
    core = checker.check(f"{function}({text.replace('annuity_floor', level)})", SMALL)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(small_values, min_size=1, max_size=5))
    def alike(given_rows):
        assert_alike(core, SMALL, given_rows)

    alike()


POLICIES = ["first", "output order", "rule order", "collect list", "collect sum", "collect count", "collect min",
            "collect max"]


@pytest.mark.parametrize("beforehand", [0, 1 << 14], ids=["looked up", "beforehand"])
def test_a_random_table_matches_the_same_rows_over_columns(beforehand, monkeypatch):
    monkeypatch.setattr(tables, "_MOST_COMBINATIONS", beforehand)
    types = {name: type_ for name, (type_, _) in COLUMNS.items()}
    grid = [dict(zip(COLUMNS, point, strict=True)) for point in GRID]

    @settings(max_examples=60, deadline=None)
    @given(rows, st.sampled_from(POLICIES))
    def alike(written, policy):
        found = table(policy, [*written, ("any", "any", "any", 0)])
        frame, index = framed(types, grid), tables.TableIndex(found)
        matches = index.match(frame)
        index.set_outputs(matches, frame)
        (output,) = found.result_types
        points = plain(frame.column(output.name), output.type, frame.size, frame.pool)
        for place, point, value in zip(np.broadcast_to(matches.places, len(GRID)), GRID, points, strict=True):
            wanted = matching(found, point)
            assert list(matches.sets[place]) == wanted
            assert (value,) == result(found, wanted)

    alike()


def test_nothing_is_asked_of_an_empty_batch():
    frame = framed(SCOPE, [])
    for text in ("n + d", "coalesce(position(s, xs), 9)", "if b then m else round(m * 0.3)", "s in xs"):
        core = checker.check(text, SCOPE)
        assert plain(evaluate(core, frame), core.type, 0, frame.pool) == []


def test_a_constant_part_of_an_expression_is_worked_out_once():
    evaluated = partial(evaluate, frame=framed(SCOPE, [{}] * 1_000))
    assert len(evaluated(checker.check("1 + 2 * 3", SCOPE)).values) == 1
