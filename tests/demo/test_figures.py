"""Figures against cases small enough to count by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.figures import BadRate, Hindsight, bad_rates, cut_offs, figures, gini, percentile


def test_gini_is_one_when_every_bad_scores_below_every_good() -> None:
    assert gini([(1, True), (2, True), (3, False), (4, False)]) == 1


def test_gini_is_minus_one_when_the_order_is_upside_down() -> None:
    assert gini([(1, False), (2, True)]) == -1


def test_gini_of_one_score_for_all_is_zero() -> None:
    assert gini([(5, True), (5, False), (5, False)]) == 0


def test_gini_by_hand_with_a_tie() -> None:
    """Bads at 1 and 3, goods at 2, 3, 4: of six pairs 1<2, 1<3, 1<4, 3<4 are right and 3=3 is half: AUC 4.5/6."""
    assert gini([(1, True), (3, True), (2, False), (3, False), (4, False)]) == pytest.approx(2 * 4.5 / 6 - 1)


def test_gini_leaves_out_those_without_a_score() -> None:
    assert gini([(1, True), (2, False), (None, True), (None, False)]) == 1


@pytest.mark.parametrize("scored", [[], [(1, True)], [(1, False), (2, False)], [(None, True), (1, False)]])
def test_gini_needs_a_bad_and_a_good(scored: list[tuple[float | None, bool]]) -> None:
    assert gini(scored) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40))
def test_gini_counts_pairs(scored: list[tuple[int, bool]]) -> None:
    bads = [score for score, bad in scored if bad]
    goods = [score for score, bad in scored if not bad]
    if not bads or not goods:
        assert gini(scored) is None
        return
    right = sum((bad < good) + (bad == good) / 2 for bad in bads for good in goods)
    assert gini(scored) == pytest.approx(2 * right / (len(bads) * len(goods)) - 1)


def test_bad_rates_count_each_group() -> None:
    rates = bad_rates([("RED", True), ("RED", False), ("GREEN", False)])
    assert rates == {"RED": BadRate(2, 1), "GREEN": BadRate(1, 0)}


def test_an_empty_group_has_no_bad_rate_to_divide_by() -> None:
    assert BadRate(0, 0).rate == 0


def test_cut_offs_part_the_scores_evenly() -> None:
    assert cut_offs([6, 5, 4, 3, 2, 1, None], 3) == (3, 5)


@pytest.mark.parametrize(("percent", "expected"), [(50, 5), (95, 10), (99, 10), (10, 1), (0, 1)])
def test_percentile_is_the_nearest_rank(percent: float, expected: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == expected


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_figures_come_from_the_half_on_which_nothing_was_set() -> None:
    """Odd rows set the cut-offs at their own thirds; the even rows are measured and none of the odd ones counts."""
    setting = [Hindsight(n, "RED", float(n), float(n), bad=True) for n in (1, 3, 5, 7, 9, 11)]
    measured = [
        Hindsight(2, "RED", 1.0, 1.0, bad=True),
        Hindsight(4, "YELLOW", 6.0, 6.0, bad=False),
        Hindsight(6, "GREEN", 11.0, 11.0, bad=False),
        Hindsight(8, "UNSCORED", None, None, bad=True),
    ]
    result = figures(setting + measured)
    assert result.measured_on == 4
    assert result.segments == {
        "RED": BadRate(1, 1),
        "YELLOW": BadRate(1, 0),
        "GREEN": BadRate(1, 0),
        "UNSCORED": BadRate(1, 1),
    }
    assert (result.gini_internal, result.gini_bureau, result.gini_combined, result.gini_segment) == (1, 1, 1, 1)
    assert [band.result for band in result.bands] == [BadRate(1, 1), BadRate(1, 0), BadRate(1, 0)]


def test_changing_the_measured_half_moves_no_cut_off() -> None:
    setting = [Hindsight(n, "RED", float(n), float(n * n), bad=False) for n in (1, 3, 5, 7)]
    one = figures([*setting, Hindsight(2, "RED", 100.0, 3.0, bad=True)])
    other = figures([*setting, Hindsight(2, "RED", -5.0, 99.0, bad=False)])
    assert [(b.from_score, b.below) for b in one.bands] == [(b.from_score, b.below) for b in other.bands]
