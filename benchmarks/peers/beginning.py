"""How a peer says that its work begins: when it is handed the first event, after start-up and rebalance."""

import sys

BEGINS = "the work begins"
_told = False


def work_begins() -> None:
    """Cheap when called again. The meter reads the clock when it sees the line."""
    global _told  # noqa: PLW0603 - one process, one beginning
    if not _told:
        _told = True
        sys.stderr.write(BEGINS + "\n")
        sys.stderr.flush()
