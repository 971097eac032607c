"""Where in each input partition the lanes read, shared by the drain loop (which alone seeks) and the lanes (which ask).

A partition is *asked* from the moment a lane wants to read it from some offset, *flowing* once the drain loop has
sought there, and *held* while its lane has enough to do. Everything runs in the event loop of the worker.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence

from faust.types import TP
from msgspec import Struct

from app.lane.records import Record


class Batch(Struct, frozen=True, gc=False):
    """What one fetch brought for one partition: every record in [start, next), control and aborted ones left out."""

    topic: str
    partition: int
    epoch: int                                 # which `ask` it answers
    start: int
    next: int
    records: Sequence[Record]


class Positions:
    """The book of positions. A batch that does not follow on from the last one never leaves it: its partition is asked
    for again from where it stood."""

    def __init__(self) -> None:
        self._asked: dict[TP, int] = {}
        self._flowing: dict[TP, int] = {}
        self._held: set[TP] = set()
        self._epochs: dict[TP, int] = {}
        self._changed = asyncio.Event()

    # lanes --------------------------------------------------------------------------------------------------------

    def ask(self, tp: TP, offset: int) -> int:
        """Read `tp` from `offset`. Returns the epoch that the batches of this reading will carry."""
        self._flowing.pop(tp, None)
        self._asked[tp] = offset
        self._epochs[tp] = self._epochs.get(tp, 0) + 1
        self._changed.set()
        return self._epochs[tp]

    def forget(self, tps: Iterable[TP]) -> None:
        """Read these no more."""
        for tp in tps:
            self._asked.pop(tp, None)
            self._flowing.pop(tp, None)
            self._held.discard(tp)

    def hold(self, tp: TP) -> None:
        self._held.add(tp)

    def release(self, tp: TP) -> None:
        if tp in self._held:
            self._held.discard(tp)
            self._changed.set()

    # drain loop ---------------------------------------------------------------------------------------------------

    def asked(self) -> dict[TP, int]:
        return dict(self._asked)

    def sought(self, offsets: Mapping[TP, int]) -> None:
        """The consumer stands at these offsets now."""
        for tp, offset in offsets.items():
            if self._asked.get(tp) == offset:
                del self._asked[tp]
                self._flowing[tp] = offset

    def fetchable(self) -> frozenset[TP]:
        return frozenset(self._flowing.keys() - self._held)

    def advance(self, tp: TP, start: int, after: int, records: Sequence[Record]) -> Batch | None:
        """Books what the consumer handed over; None when nobody waits for it, or something before it is missing."""
        expected = self._flowing.get(tp)
        if expected is None:
            return None
        if start != expected:
            self.ask(tp, expected)
            return None
        self._flowing[tp] = after
        return Batch(tp.topic, tp.partition, self._epochs[tp], start, after, records)

    async def change(self, within: float) -> None:
        """Waits until something is asked for or released, at most `within` seconds."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), within)
