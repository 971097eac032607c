"""Whether a peer said what the kernel says of every case: the right ids, the right values, each exactly once."""

from collections import Counter
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.portable.events import Pair, number_of
from benchmarks.portable.kernel import decide
from benchmarks.portable.log import Log
from benchmarks.portable.model import Offers, Segment, decode_answer, decode_application, encode

KINDS: dict[str, type[Segment] | type[Offers]] = {"segments": Segment, "offers": Offers}


class Expected:
    """What the plain kernel makes of the events, without any stream: one fingerprint a case and kind of output."""

    def __init__(self, cases: int) -> None:
        self.cases = cases
        self._known = {kind: np.zeros(cases, dtype=np.int64) for kind in KINDS}

    def see(self, portion: list[Pair]) -> None:
        """Decides these cases."""
        for pair in portion:
            number = number_of(pair.key)
            for kind, output in zip(
                KINDS, decide(decode_application(pair.application), decode_answer(pair.answer)), strict=True
            ):
                self._known[kind][number] = hash(encode(output))

    def of(self, kind: str) -> NDArray[np.int64]:
        return self._known[kind]


class Found:
    """What one peer put out."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._times = {kind: np.zeros(expected.cases, dtype=np.int32) for kind in KINDS}
        self._wrong: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
        self.segments_in: Counter[int] = Counter()     # by partition

    def add(self, kind: str, partition: int, key: bytes, value: bytes) -> None:
        number = number_of(key)
        self.segments_in[partition] += kind == "segments"
        known = self._expected.of(kind)[number]
        if hash(value) != known and hash(_canonical(kind, value)) != known:
            self._wrong[kind].append(key)
        self._times[kind][number] += 1

    def problems(self, *, may_repeat: bool, decides: bool = True) -> list[str]:
        """In words; empty when all is as it should be. Who decides nothing must only be complete."""
        found = []
        for kind, times in self._times.items():
            if decides and (wrong := self._wrong[kind]):
                found.append(f"{len(wrong)} {kind} say something else, that of {wrong[0].decode()} among them")
            if lacking := int((times == 0).sum()):
                found.append(f"{lacking} {kind} are missing")
            if (repeats := int((times > 1).sum())) and not may_repeat:
                found.append(f"{repeats} {kind} came more than once")
        return found


def _canonical(kind: str, value: bytes) -> bytes:
    """The same event as the reference writes it: order of fields and blanks do not matter, values and ids do."""
    try:
        return encode(msgspec.json.decode(value, type=KINDS[kind]))
    except msgspec.DecodeError:
        return b""


async def read_outputs(log: Log, topics: dict[str, str], expected: Expected, shown: Callable[[int], None]) -> Found:
    """Reads everything that lies in the topics, given by kind."""
    found = Found(expected)
    for kind, topic in topics.items():
        async for records in log.read([topic]):
            for record in records:
                found.add(kind, record.partition, record.key, record.value)
            shown(len(records))
    return found
