"""What tests want to know of other processes."""

import contextlib
import time
from collections.abc import Callable

import psutil


def is_gone(pid: int) -> bool:
    """Ended; that nobody has asked for its exit code yet does not make it alive."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def happens(condition: Callable[[], bool], within: float = 5.0) -> bool:
    """Whether it becomes true within so many seconds."""
    give_up = time.monotonic() + within
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True
