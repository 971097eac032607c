"""Small micro-batches when little comes, large ones when much does, and no waiting that buys nothing."""

from app.streaming.pace import LATEST, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def a_pace(clock: Clock) -> Pace:
    return Pace(0.03, enough=500, clock=clock)


def test_the_first_event_waits_for_nothing():
    assert a_pace(Clock()).wait(1) == 0.0


def test_the_next_one_waits_for_the_rest_of_the_interval():
    pace = a_pace(clock := Clock())
    pace.begin()
    clock.now += 0.01
    assert round(pace.wait(1), 6) == 0.02


def test_after_a_pause_nothing_waits_again():
    pace = a_pace(clock := Clock())
    pace.begin()
    clock.now += 0.031
    assert pace.wait(1) == 0.0


def test_a_lane_that_has_enough_to_do_does_not_wait():
    pace = a_pace(Clock())
    pace.begin()
    assert pace.wait(499) > 0.0
    assert pace.wait(500) == 0.0


def test_where_commits_take_long_more_is_gathered():
    pace = a_pace(Clock())
    for seconds, interval in ((0.001, 0.03), (0.05, 0.1), (3.0, 0.25), (0.01, 0.03)):
        for _ in range(LATEST):
            pace.committed(seconds)
        pace.begin()
        assert round(pace.wait(1), 6) == interval


def test_a_single_slow_commit_changes_nothing():
    pace = a_pace(Clock())
    for seconds in (0.01, 0.01, 0.01, 1.0, 0.01):
        pace.committed(seconds)
        pace.begin()
        assert round(pace.wait(1), 6) == 0.03
