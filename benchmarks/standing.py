"""Many open cases: their changelogs written beforehand, so that they need not be lived through.

Each case has its consent and its application and waits for the bureau's answer. A lane makes a few hundred; the rest
are these under other ids. Their applications lie a day ahead, so that no deadline falls due meanwhile.
"""

import asyncio
import time
from collections.abc import Callable, Iterator

from aiokafka import AIOKafkaProducer
from msgspec import Struct

from app.contracts.keys import partition_of
from app.contracts.names import CASES_CHANGELOG, CONSENTS, CONSENTS_CHANGELOG, LOAN_APPLICATIONS
from app.contracts.state import OFFSETS_KEY, LaneOffsets, encode_state
from benchmarks.events import customers
from benchmarks.log import Log
from benchmarks.offline import NAMES, OfflineLane

MADE = 500                                     # by a lane; the others are copies
_BATCH_BYTES = 1 << 20
_DAY_MS = 86_400_000
_CHANGELOGS = (CASES_CHANGELOG, CONSENTS_CHANGELOG)


class Standing(Struct, frozen=True, gc=False):
    """The changelog records of one open case: (key, value) by changelog."""

    customer: bytes                            # c-00000012
    records: dict[str, tuple[bytes, bytes]]

    def as_number(self, number: int) -> "Standing":
        """The same case of another customer. Ids keep their length, so the encoding stays what it is."""
        old, new = self.customer[1:], b"-%08d" % number        # of customer, application and consent alike
        return Standing(
            b"c" + new,
            {role: (key.replace(old, new), value.replace(old, new)) for role, (key, value) in self.records.items()},
        )


def made(count: int = MADE) -> list[Standing]:
    """Open cases number 0 to `count` - 1, as a lane writes them."""
    lane = OfflineLane()
    lane.at = int(time.time() * 1000) + _DAY_MS
    known = list(customers(count))
    lane.tell(CONSENTS, known)
    lane.tell(LOAN_APPLICATIONS, known)
    outputs = lane.harvest().gathered()
    written = {
        role: {o.key.partition(b"/")[0]: (o.key, o.value or b"") for o in outputs[NAMES.by_role[role]]}
        for role in _CHANGELOGS
    }
    return [Standing(c.key, {role: written[role][c.key] for role in _CHANGELOGS}) for c in known]


def standing(count: int) -> Iterator[Standing]:
    """Open cases number 0 to `count` - 1."""
    originals = made(min(count, MADE))
    for number in range(count):
        yield originals[number] if number < MADE else originals[number % MADE].as_number(number)


async def write_changelogs(log: Log, count: int, written: Callable[[int], None]) -> None:
    """So many open cases, and lanes that have read nothing yet. `written` is told how many at a time."""
    producer = AIOKafkaProducer(**log.client, acks="all", max_batch_size=_BATCH_BYTES)
    await producer.start()
    try:
        pages = {(role, p): producer.create_batch() for role in _CHANGELOGS for p in range(log.partitions)}
        for number, case in enumerate(standing(count), 1):
            partition = partition_of(case.customer, log.partitions)
            for role, (key, value) in case.records.items():
                page = pages[role, partition]
                if page.append(key=key, value=value, timestamp=None) is None:
                    await _send(producer, log, role, partition, page)
                    pages[role, partition] = page = producer.create_batch()
                    page.append(key=key, value=value, timestamp=None)
            if number % 10_000 == 0:
                written(10_000)
        place = encode_state(LaneOffsets(dict.fromkeys(log.names.inputs, 0), {}))
        for (role, partition), page in pages.items():
            if role == CASES_CHANGELOG:
                page.append(key=OFFSETS_KEY, value=place, timestamp=None)
            if page.record_count():
                await _send(producer, log, role, partition, page)
        await producer.flush()
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, log: Log, role: str, partition: int, page: object) -> None:
    await producer.send_batch(page, log.names.by_role[role], partition=partition)
    await asyncio.sleep(0)
