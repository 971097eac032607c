"""The meter tells what a process took, and says so when there is nothing to tell."""

import time

import pytest

from benchmarks.meter import MeteredProcess, PeerFailedError

BUSY = """
import sys, time
sys.stderr.write("here we go\\n"); sys.stderr.flush()
until = time.process_time() + 0.4
while time.process_time() < until: pass
sys.stderr.write("done\\n"); sys.stderr.flush()
time.sleep(60)
"""


def metered(kafka, tmp_path, program):
    return MeteredProcess(["-c", program], {}, begins="here we go", log_file=tmp_path / "log", kafka=kafka)


def until(condition):
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_processor_time_is_told_from_the_line_on_that_says_the_work_begins(kafka, tmp_path):
    with metered(kafka, tmp_path, BUSY) as process:
        until(process.look)
        began = process.look()
        until(lambda: "done" in process.tail())
        ended = process.read()
    assert 0.2 < ended.cpu - began.cpu < 0.6
    assert ended.at > began.at
    assert ended.broker_cpu >= began.broker_cpu
    assert process.peak_rss > 1_000_000


def test_a_process_that_ends_too_early_is_told_with_its_last_words(kafka, tmp_path):
    program = "raise SystemExit('no such luck')"
    with pytest.raises(PeerFailedError, match="no such luck"), metered(kafka, tmp_path, program) as process:
        until(process.look)
