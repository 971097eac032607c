"""Where the time goes is told by the code that took it."""

import time

import pytest

from benchmarks.hot_path import by_part, by_place, part_of, stacks
from benchmarks.sampler import Sampler


@pytest.mark.parametrize(
    ("innermost", "part"),
    [
        ("app/contracts/decode.py:decode:66", "decode and validate"),
        ("app/domain/bureau.py:__post_init__:98", "decode and validate"),
        ("<strategy_cash-loan_version_1>:flow:12", "decide: the strategy"),
        ("app/decisioning/permission.py:_merge:71", "settle: consent, completeness"),
        ("app/lane/outbox.py:publish:35", "encode outputs and headers"),
        ("app/lane/lane.py:learn:114", "lane: routing, tables, alarms"),
        ("3.11/selectors.py:select:468", "event loop, Faust, the rest"),
    ],
)
def test_the_innermost_frame_that_is_known_says_which_part_it_was(innermost, part):
    assert part_of(["MainThread", "3.11/asyncio/events.py:_run", innermost]) == part


def test_what_a_part_calls_belongs_to_it():
    frames = ["MainThread", "app/lane/lane.py:_decide", "app/decisioning/learning.py:digest", "msgspec/thing.py:f:1"]
    assert part_of(frames) == "learn: facts and digests"


def burn(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(100))


def test_a_sampler_weighs_stacks_by_processor_time_and_can_start_over(tmp_path):
    sampler = Sampler()
    sampler.start()
    try:
        burn(0.1)
        sampler.restart()
        burn(0.3)
    finally:
        sampler.stop()
    sampler.write(tmp_path / "stacks")
    found = list(stacks(tmp_path / "stacks"))
    assert 200_000 < sum(us for frames, us in found if any("test_hot_path.py:burn" in f for f in frames)) < 400_000
    assert sum(by_part(found, 1_000).values()) == pytest.approx(sum(by_place(found, 1_000).values()))
