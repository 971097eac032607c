"""Up to when a lane has seen everything: no clock, no Kafka."""

from hypothesis import given
from hypothesis import strategies as st

from app.streaming.horizon import Ends, Horizon

GRACE = 10


def ends(at: int, a: int, b: int) -> Ends:
    return Ends(at, {"a": a, "b": b})


def test_the_instant_is_reached_when_every_input_has_been_read_to_the_end_observed_at_it() -> None:
    horizon = Horizon(GRACE)
    horizon.observe(ends(1_000, 40, 7))
    assert horizon.reached({"a": 40, "b": 6}) is None
    assert horizon.reached({"a": 40, "b": 7}) == 1_000 - GRACE
    assert horizon.reached({"a": 40, "b": 7}) is None          # no news


def test_a_backlog_of_an_hour_moves_nothing_until_it_is_read() -> None:
    horizon = Horizon(GRACE)
    for second in range(3_600):
        horizon.observe(ends(second * 1_000, 1_000_000, 0))
        assert horizon.reached({"a": second * 270, "b": 0}) is None


def test_a_log_that_grows_faster_than_it_is_observed_is_caught_up_with() -> None:
    """The first observation is kept until it is reached, then the latest one: not one that is always just ahead."""
    horizon = Horizon(GRACE)
    horizon.observe(ends(1_000, 10, 0))
    horizon.observe(ends(2_000, 20, 0))
    horizon.observe(ends(3_000, 30, 0))
    assert horizon.reached({"a": 15, "b": 0}) == 1_000 - GRACE
    assert horizon.reached({"a": 30, "b": 0}) == 3_000 - GRACE


def test_an_input_that_was_never_read_counts_as_unread() -> None:
    horizon = Horizon(GRACE)
    horizon.observe(ends(1_000, 5, 0))
    assert horizon.reached({"a": 5}) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 12)), max_size=40))
def test_no_instant_is_reached_before_what_it_observed_was_read(steps: list[tuple[int, int, int]]) -> None:
    """Each step: some records are appended to each input, and some are read."""
    horizon, end, read, at = Horizon(GRACE), {"a": 0, "b": 0}, {"a": 0, "b": 0}, 0
    observed: dict[int, dict[str, int]] = {}
    for more_a, more_b, reading in steps:
        at += 100
        end = {"a": end["a"] + more_a, "b": end["b"] + more_b}
        observed[at] = dict(end)
        horizon.observe(Ends(at, dict(end)))
        for topic in ("a", "b"):
            read[topic] = min(end[topic], read[topic] + reading)
        instant = horizon.reached(read)
        if instant is not None:
            assert all(read[topic] >= observed[instant + GRACE][topic] for topic in read)
