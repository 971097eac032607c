"""A lane's table: rows in memory as the changelog holds them, values only while a transaction looks at them.

As Faust's `Table` it is a mapping and its changelog is named `<app>-<table>-changelog`; unlike it, a change is in the
changelog if and only if the offsets and outputs of the same transaction are.

A row is one bytes object however much it says, and it is the very bytes that went to the changelog: a million cases
take as much memory as their rows, a restore decodes nothing, and what is not looked at costs nothing.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeVar

V = TypeVar("V")


class Table(MutableMapping[str, V], Generic[V]):
    """Whole values only: `table[key] = value`. A value is never changed in place (the types are frozen)."""

    def __init__(self, encode: Callable[[V], bytes], decode: Callable[[str, bytes], V]) -> None:
        self._encode = encode
        self._decode = decode
        self._rows: dict[str, bytes] = {}      # as the last transaction left them, or as written since; none of a key
                                               # deleted since
        self._changed: dict[str, V | None] = {}    # since then, in the order in which keys changed first; None: `_rows`
                                                   # has what there is
        self._seen: dict[str, V] = {}          # the values of rows, as far as they are known

    def __getitem__(self, key: str) -> V:
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def get(self, key: str, default: V | None = None) -> V | None:  # type: ignore[override]  # no sentinels needed here
        value = self._changed.get(key)
        if value is not None:
            return value
        row = self._rows.get(key)
        if row is None:
            return default
        value = self._seen.get(key)
        if value is None:
            value = self._seen[key] = self._decode(key, row)
        return value

    def peek(self, key: str) -> V | None:
        """As `get`, for who looks at many once: what is decoded is not kept."""
        value = self._changed.get(key)
        if value is not None:
            return value
        row = self._rows.get(key)
        return None if row is None else self._decode(key, row)

    def __setitem__(self, key: str, value: V) -> None:
        self._changed[key] = value

    def write(self, key: str, value: V, *, keep: bool) -> None:
        """As `table[key] = value`, but encoded at once, while all of it is in the processor's cache: for what seldom
        changes twice in a transaction. `keep` it where somebody will look at it again before the transaction ends."""
        self._rows[key] = self._encode(value)
        self._changed[key] = None
        if keep:
            self._seen[key] = value
        else:
            self._seen.pop(key, None)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._rows.pop(key, None)
        self._seen.pop(key, None)
        self._changed[key] = None

    def __contains__(self, key: object) -> bool:
        return key in self._rows or self._changed.get(key) is not None  # type: ignore[call-overload]  # any key

    def __iter__(self) -> Iterator[str]:
        yield from self._rows
        yield from [key for key, value in self._changed.items() if value is not None and key not in self._rows]

    def __len__(self) -> int:
        return len(self._rows) + sum(
            value is not None and key not in self._rows for key, value in self._changed.items()
        )

    def restore(self, key: str, row: bytes | None) -> None:
        """A changelog record, in log order: the last one of a key stands, None is a tombstone."""
        self._seen.pop(key, None)
        if row is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = row

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """What a restore has brought, undecoded."""
        return iter(self._rows.items())

    def take_changes(self) -> list[tuple[str, bytes | None]]:
        """Every key changed since the last call with its present row (None: deleted), in order of change. Values are
        forgotten; they are decoded again when somebody asks."""
        changed, self._changed, self._seen = self._changed, {}, {}
        encode, rows = self._encode, self._rows
        for key, value in changed.items():
            if value is not None:
                rows[key] = encode(value)
        return list(zip(changed, map(rows.get, changed), strict=True))
