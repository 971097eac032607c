"""A lane's table: a mapping in memory whose changes are written to a changelog with the transaction that made them.

As Faust's `Table` it is a mapping and its changelog is named `<app>-<table>-changelog`; unlike it, a change is in the
changelog if and only if the offsets and outputs of the same transaction are.
"""

from collections.abc import Iterator, MutableMapping
from typing import Generic, TypeVar

V = TypeVar("V")


class Table(MutableMapping[str, V], Generic[V]):
    """Whole values only: `table[key] = value`. A value is never changed in place (the types are frozen)."""

    def __init__(self) -> None:
        self._values: dict[str, V] = {}
        self._changed: set[str] = set()

    def __getitem__(self, key: str) -> V:
        return self._values[key]

    def get(self, key: str, default: V | None = None) -> V | None:  # type: ignore[override]  # no sentinels needed here
        return self._values.get(key, default)

    def __setitem__(self, key: str, value: V) -> None:
        self._values[key] = value
        self._changed.add(key)

    def __delitem__(self, key: str) -> None:
        del self._values[key]
        self._changed.add(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def restore(self, key: str, value: V | None) -> None:
        """A changelog record, in log order: the last one of a key stands, None is a tombstone."""
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value

    def take_changes(self) -> Iterator[tuple[str, V | None]]:
        """Every key changed since the last call with its present value (None: deleted), in order of key."""
        changed, self._changed = self._changed, set()
        for key in sorted(changed):
            yield key, self._values.get(key)
