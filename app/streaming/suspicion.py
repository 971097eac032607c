"""Finds the record on which a lane fails again and again, by transactions that take ever fewer events."""

from msgspec import Struct


class Suspicion(Struct):
    """`limit` is how many events the next transaction may take; None while nothing is suspected.

    A first failure may be chance. When the same kind follows before anything was committed, records are learnt one by
    one: the one that raises is known by its position, everything before it is committed first, and then it stands
    alone. A failure that no single record raises (while harvesting, say) halves the limit instead.
    """

    limit: int | None = None
    _kind: str = ""
    _left: int = 0                             # events still to pass before the suspicion ends

    @property
    def one_by_one(self) -> bool:
        return self.limit is not None

    def failed(self, kind: str, taken: int, at: int | None) -> bool:
        """`taken` events were in the transaction; `at` is the index of the one that raised, if one did.
        True: the culprit is found, it is the first of them."""
        if kind != self._kind:
            self.limit, self._kind, self._left = None, kind, taken
            return False
        if self.limit is not None and (taken <= 1 or at == 0):
            return True
        self._left = max(self._left, taken)
        self.limit = max(1, taken if self.limit is None else at or taken // 2)
        return False

    def passed(self, taken: int) -> None:
        """A transaction of so many events was committed."""
        self._left -= taken
        if self._left <= 0:
            self.limit, self._kind = None, ""
