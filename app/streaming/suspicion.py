"""Finds the record on which a lane fails again and again, by transactions that take ever fewer events."""

from msgspec import Struct


class Suspicion(Struct):
    """`limit` is how many events the next transaction may take; None while nothing is suspected.

    After a failure the records are learnt one by one. If it was chance, they pass. If the same kind of failure follows,
    the one that raises is known by its position: everything before it is committed first, and then it stands alone.
    A failure that no single record raises (while harvesting, say) halves the limit instead, down to one record.
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
        again = kind == self._kind
        if again and (taken <= 1 or at == 0):
            return True
        if again:
            self.limit = at or taken // 2
        else:
            self.limit = max(taken, 1)
        self._kind, self._left = kind, max(self._left, taken)
        return False

    def passed(self, taken: int) -> None:
        """A transaction of so many events was committed."""
        self._left -= taken
        if self._left <= 0:
            self.limit, self._kind = None, ""
