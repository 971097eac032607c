"""One process at a time, by a lock that dies with its holder."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Wait until no other process is inside with the same file. The file stays; only the lock goes."""
    with lock_file.open("ab") as file:
        _lock(file.fileno())
        yield
