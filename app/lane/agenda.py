"""What a lane has yet to look at: cases that facts have touched, instants that are to come, markers that expire."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from app.domain.quantities import Millis

_HOUR: Millis = 3_600_000


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


class Expiries:
    """Keys by the slot of time in which they expire: there are as many as decided cases are remembered, and nobody
    waits for the minute."""

    def __init__(self, ttl: Millis) -> None:
        """A slot is an hour, or less where so little is remembered that an hour would double it."""
        self._width = max(min(_HOUR, ttl // 24), 1)
        self._slots: dict[int, list[str]] = {}
        self._first: Millis | None = None      # end of the earliest slot

    def set(self, at: Millis, key: str) -> None:
        slot = at // self._width
        keys = self._slots.get(slot)
        if keys is None:
            keys = self._slots[slot] = []
            self._first = (min(self._slots) + 1) * self._width
        keys.append(key)

    def due(self, reached: Millis) -> list[str]:
        """Takes out every key whose slot has ended by `reached`, in order of slot."""
        if self._first is None or self._first > reached:
            return []
        ended = sorted(slot for slot in self._slots if (slot + 1) * self._width <= reached)
        keys = [key for slot in ended for key in self._slots.pop(slot)]
        self._first = (min(self._slots) + 1) * self._width if self._slots else None
        return keys


class Agenda:
    """One lane's; never stored, rebuilt from its tables."""

    def __init__(self, marker_ttl: Millis) -> None:
        self.touched: dict[str, Millis] = {}   # case -> record timestamp of the fact that touched it last
        self.answered: list[str] = []          # those among them that have answers, since somebody looked at these
        self.wakes = Alarms()                  # deadlines, consents that begin, orphans that expire
        self.expiries = Expiries(marker_ttl)   # markers, by record time
