"""When so much of a lane's input is bad that it should stop."""

import pytest

from app.errors import LaneError
from app.lane.records import Tally
from app.streaming.config import DeadLetterLimit
from app.streaming.dead_letter_limit import DeadLetterGauge


def tally(events: int, dead: int) -> Tally:
    return Tally(events={"in": events}, dead_letters={("in", "NOT_JSON"): dead} if dead else {})


def test_off_by_default() -> None:
    DeadLetterGauge(0, None).check(tally(10, 10))


def test_the_limit_counts_the_last_events_only() -> None:
    gauge = DeadLetterGauge(0, DeadLetterLimit(ratio=0.5, window=100))
    gauge.check(tally(60, 40))
    gauge.check(tally(100, 0))               # the first ones are forgotten
    gauge.check(tally(60, 40))
    with pytest.raises(LaneError, match="60 of its last 160 events are dead letters"):
        gauge.check(tally(0, 20))


def test_enough_dead_letters_need_not_wait_for_the_window_to_fill() -> None:
    gauge = DeadLetterGauge(3, DeadLetterLimit(ratio=0.1, window=1_000))
    gauge.check(tally(99, 99))
    with pytest.raises(LaneError, match="lane 3 is paused"):
        gauge.check(tally(1, 1))
