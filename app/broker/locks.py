"""Locks on files that die with their holder: one process at a time, and whether another one is at work."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _wait_for(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _try(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _wait_for(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)               # of the open file, so that it holds between threads too

    def _try(file: IO[bytes]) -> None:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)   # of the process, which is the kind that Java takes


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Wait until no other process is inside with the same file. The file stays; only the lock goes."""
    with lock_file.open("ab") as file:
        _wait_for(file)
        yield


def is_locked(lock_file: Path) -> bool:
    """Whether another process holds the file as Java does (FileChannel.lock)."""
    if not lock_file.exists():
        return False
    with lock_file.open("ab") as file:
        try:
            _try(file)
        except OSError:
            return True
        return False
