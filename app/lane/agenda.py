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
    """Keys by the hour in which they expire: there are as many as decided cases are remembered, and nobody waits for
    the minute."""

    def __init__(self) -> None:
        self._hours: dict[int, list[str]] = {}
        self._first: Millis | None = None      # end of the earliest hour

    def set(self, at: Millis, key: str) -> None:
        hour = at // _HOUR
        keys = self._hours.get(hour)
        if keys is None:
            keys = self._hours[hour] = []
            self._first = (min(self._hours) + 1) * _HOUR
        keys.append(key)

    def due(self, reached: Millis) -> list[str]:
        """Takes out every key whose hour has ended by `reached`, in order of hour."""
        if self._first is None or self._first > reached:
            return []
        ended = sorted(hour for hour in self._hours if (hour + 1) * _HOUR <= reached)
        keys = [key for hour in ended for key in self._hours.pop(hour)]
        self._first = (min(self._hours) + 1) * _HOUR if self._hours else None
        return keys


class Agenda:
    """One lane's; never stored, rebuilt from its tables."""

    def __init__(self) -> None:
        self.touched: dict[str, Millis] = {}   # case -> record timestamp of the fact that touched it last
        self.wakes = Alarms()                  # deadlines, consents that begin, orphans that expire
        self.expiries = Expiries()             # markers, by record time
