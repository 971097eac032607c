"""When a lane must look at something again without new traffic: deadlines, consents that begin, what expires."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from app.domain.quantities import Millis


class Alarms:
    """A heap of (instant, key). Nothing is removed before its time: whoever is woken looks at the state as it is."""

    def __init__(self) -> None:
        self._heap: list[tuple[Millis, str]] = []

    def set(self, at: Millis, key: str) -> None:
        heappush(self._heap, (at, key))

    def set_all(self, alarms: Iterable[tuple[Millis, str]]) -> None:
        """Many at once, for less than one by one."""
        self._heap.extend(alarms)
        heapify(self._heap)

    def next(self) -> Millis | None:
        return self._heap[0][0] if self._heap else None

    def due(self, reached: Millis) -> list[str]:
        """Takes out every key due at or before `reached`, each once, in order of instant."""
        keys: dict[str, None] = {}
        while self._heap and self._heap[0][0] <= reached:
            keys[heappop(self._heap)[1]] = None
        return list(keys)
