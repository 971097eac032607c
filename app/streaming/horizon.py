"""Up to which instant a lane has seen everything that was said, so that a deadline may be decided.

    observed at 12:00:00: the inputs end at 40, 7 and 93          (last stable offsets)
    the lane has read to  38, 7 and 93                            -> not yet
    the lane has read to  41, 7 and 95                            -> everything up to 12:00:00, less the grace

The clock alone says nothing: after an outage an answer that came in time may lie unread in the log.
"""

from collections.abc import Mapping

from msgspec import Struct

from app.domain.quantities import Millis


class Ends(Struct, frozen=True):
    """Where the inputs of one partition ended, asked for at `at` by the worker's clock."""

    at: Millis
    offsets: Mapping[str, int]


class Horizon:
    """Moves forward when everything that an observation saw has been read. `grace` is taken off: for the clocks' skew,
    and for records that were stamped before the observation and became readable after it."""

    def __init__(self, grace: Millis) -> None:
        self._grace = grace
        self._pending: Ends | None = None      # kept until reached: a growing log is never caught up with
        self._latest: Ends | None = None

    def observe(self, ends: Ends) -> None:
        self._latest = ends
        if self._pending is None:
            self._pending = ends

    def reached(self, read: Mapping[str, int]) -> Millis | None:
        """The instant up to which a lane that has read to these offsets has seen everything; None: no news."""
        instant = None
        while self._pending is not None and _covers(read, self._pending.offsets):
            instant = self._pending.at - self._grace
            self._pending = self._latest if self._latest is not self._pending else None
        return instant


def _covers(read: Mapping[str, int], ends: Mapping[str, int]) -> bool:
    return all(read.get(topic, -1) >= end for topic, end in ends.items())
