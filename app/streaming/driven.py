"""The lane as the stream drives it: app.lane.lane.Lane, or anything else that keeps these promises."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from app.domain.quantities import Millis
from app.lane.records import Harvest, Portion, Record, Restored


class DrivenLane(Protocol):
    """State changes in place: after any error the object is thrown away and a new one is restored from the log."""

    partition: int

    @property
    def open_cases(self) -> int: ...

    @property
    def half_learnt(self) -> int:
        """Cases that this transaction has touched and not decided yet."""

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        """Changelog records in log order."""

    def restored(self) -> Restored:
        """After the last `restore`."""

    def learn(self, topic: str, records: Sequence[Record]) -> None:
        """Learns, decides, stages outputs. Raises for bugs and broken state only, never for bad input."""

    def settle_answered(self) -> Iterable[Portion]:
        """What can be told at once of what was learnt last, and will not be told again by `harvest`. Exhaust it."""

    def next_wake(self) -> Millis | None:
        """The earliest instant at which something must be looked at without new traffic."""

    def wake(self, reached: Millis) -> int:
        """Looks at everything due at or before `reached`; returns how much that was."""

    def harvest(self, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> Harvest:
        """Everything that one transaction must hold, `next_offsets` among it."""


LaneFactory = Callable[[int], DrivenLane]
