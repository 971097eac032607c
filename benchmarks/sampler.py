"""Where a process's time goes, sampled from within: every thread's stack, weighed by the processor time that the thread
took since the last sample.

A deterministic profiler would slow small functions down most and so name the wrong culprits; this one costs about one
per cent. It needs Unix: the samples come with SIGPROF, which counts processor time and not the clock.
"""

import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

INTERVAL = 0.002                               # seconds of processor time


class Sampler:
    """Collects from `start`; `restart` forgets what was collected."""

    def __init__(self) -> None:
        self._stacks: dict[tuple[str, ...], float] = defaultdict(float)
        self._clocks: dict[int, float] = {}
        self._sampling = False

    def start(self) -> None:
        """From the main thread."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def restart(self) -> None:
        self._stacks.clear()

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def write(self, path: Path) -> None:
        """Collapsed stacks, outermost first, each with its microseconds: what flame graphs are drawn from."""
        lines = (f"{';'.join(stack)} {seconds * 1e6:.0f}\n" for stack, seconds in self._stacks.items())
        path.write_text("".join(lines))

    def _sample(self, _: int, interrupted: FrameType | None) -> None:
        if self._sampling:                     # the next signal came before this one was dealt with
            return
        self._sampling = True
        self._weigh(interrupted)
        self._clocks[threading.get_ident()] = time.thread_time()   # what sampling takes is nobody's
        self._sampling = False

    def _weigh(self, interrupted: FrameType | None) -> None:
        frames = sys._current_frames()
        main = threading.main_thread().ident
        for thread in threading.enumerate():
            if thread.ident is None:
                continue
            clock = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
            took = clock - self._clocks.get(thread.ident, clock)
            self._clocks[thread.ident] = clock
            frame = interrupted if thread.ident == main else frames.get(thread.ident)
            if took > 0.0 and frame is not None:
                self._stacks[(thread.name, *_stack(frame))] += took


def _stack(frame: FrameType | None) -> list[str]:
    """Outermost first. The innermost frame tells its line, since what it calls in C has no frame."""
    names = []
    line = f":{frame.f_lineno}" if frame is not None else ""
    while frame is not None:
        code = frame.f_code
        names.append(f"{short(code.co_filename)}:{code.co_name}{line}")
        line = ""
        frame = frame.f_back
    return names[::-1]


def short(filename: str) -> str:
    """`app/lane/lane.py`, `aiokafka/client.py`: the package and what is below."""
    for root in ("/site-packages/", "/app/", "/benchmarks/", "/lib/python"):
        _, found, below = filename.rpartition(root)
        if found:
            return below if root in {"/site-packages/", "/lib/python"} else root.strip("/") + "/" + below
    return filename.rpartition("/")[2].replace(" ", "_").replace(";", ",")
