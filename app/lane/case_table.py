"""The cases of a lane. Those that a restore brings back rest as they were stored until somebody asks for them: a lane
with a million open cases begins before it has decoded their facts, and holds them in half the memory.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from app.contracts.state import StoredCase
from app.domain.case import Case, Marker
from app.lane.table import Table


class CaseTable(Table[Case | Marker]):
    """A table whose values may rest. Whoever looks one up finds it awake, or LaneError if it does not decode."""

    def __init__(self, awaken: Callable[[str, StoredCase], Case]) -> None:
        super().__init__()
        self._resting: dict[str, StoredCase] = {}
        self._awaken = awaken

    def __getitem__(self, key: str) -> Case | Marker:
        entry = self.get(key)
        if entry is None:
            raise KeyError(key)
        return entry

    def get(self, key: str, default: Case | Marker | None = None) -> Case | Marker | None:  # type: ignore[override]  # as its base
        entry = self._values.get(key)
        if entry is None:
            return self._woken(key, default) if self._resting else default
        return entry

    def __setitem__(self, key: str, value: Case | Marker) -> None:
        if self._resting:
            self._resting.pop(key, None)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        if self._resting.pop(key, None) is None:
            del self._values[key]
        self._changed.add(key)

    def __iter__(self) -> Iterator[str]:
        return chain(self._values, self._resting)

    def __len__(self) -> int:
        return len(self._values) + len(self._resting)

    def entries(self) -> Iterator[tuple[str, Case | Marker | StoredCase]]:
        """Everything, in no order that means anything; what rests goes on resting."""
        return chain(self._values.items(), self._resting.items())

    def restore(self, key: str, value: Case | Marker | StoredCase | None) -> None:
        """A changelog record, in log order: the last one of a key stands, None is a tombstone."""
        if isinstance(value, StoredCase):
            self._values.pop(key, None)
            self._resting[key] = value
        else:
            self._resting.pop(key, None)
            super().restore(key, value)

    def _woken(self, key: str, default: Case | Marker | None) -> Case | Marker | None:
        stored = self._resting.get(key)
        if stored is None:
            return default
        case = self._awaken(key, stored)
        del self._resting[key]
        self._values[key] = case
        return case
