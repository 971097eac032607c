"""What the demo sends: consents, applications at a steady pace, and broken messages in between."""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from msgspec import Struct

from app.contracts.names import CONSENTS, LOAN_APPLICATIONS, TopicNames
from app.contracts.sealing import KeyRing
from app.decisioning.strategy import Shelf
from app.demo.broken import BrokenMessage, broken_messages
from app.demo.consents import ConsentEvents, consents
from app.demo.dataset import rows
from app.demo.german_credit import application
from app.domain.application import LoanApplication
from app.domain.consent import ConsentEvent

_APPLICATIONS_A_SECOND = 170
_PORTIONS = 60                                 # so many small bursts in the whole time
_LARGEST_MESSAGE = 1_048_576


class Traffic(Struct, frozen=True):
    """Everything that will be sent."""

    applications: tuple[LoanApplication, ...]
    consents: tuple[ConsentEvents, ...]        # in the order of the applications
    broken: tuple[BrokenMessage, ...]


def plan(count: int, *, shelf: Shelf, keyring: KeyRing, partitions: int) -> Traffic:
    """The traffic of the first `count` rows. Instants in consents are relative to now."""
    now = datetime.now(UTC)
    at = int(now.timestamp() * 1000)
    made = tuple(application(row, keyring.seal_pan) for row in rows()[:count])
    granted = []
    for number, each in enumerate(made, start=1):
        strategy = shelf.in_force(each.product, at)
        granted.append(consents(number, each, strategy.bureaus if strategy is not None else (), now))
    return Traffic(made, tuple(granted), tuple(broken_messages(made[0], keyring.seal_text, partitions)))


class Sender:
    """Sends traffic, keyed by customer and partitioned by murmur2, as every producer of these topics must."""

    def __init__(self, names: TopicNames, client: Mapping[str, Any]) -> None:
        """`client`: how aiokafka's clients reach the cluster."""
        self._names = names
        self._producer = AIOKafkaProducer(
            acks="all", linger_ms=5, max_request_size=_LARGEST_MESSAGE, enable_idempotence=True, **client
        )
        self.sent = 0                          # applications so far

    async def __aenter__(self) -> "Sender":
        try:
            await self._producer.start()
        except BaseException:
            await self._producer.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()

    async def consents_before(self, traffic: Traffic) -> None:
        """The consents that lie in the log before anybody applies."""
        await self._all([await self._event(CONSENTS, c) for each in traffic.consents for c in each.before])

    async def applications(self, traffic: Traffic) -> None:
        """All applications, the consents that come after theirs, and the broken messages, at a steady pace."""
        pending: list[Awaitable[object]] = []
        began = time.monotonic()
        total = len(traffic.applications)
        pause = total / _APPLICATIONS_A_SECOND / _PORTIONS
        for portion in range(_PORTIONS):
            low, high = portion * total // _PORTIONS, (portion + 1) * total // _PORTIONS
            for made, granted in zip(traffic.applications[low:high], traffic.consents[low:high], strict=True):
                pending.append(await self._event(LOAN_APPLICATIONS, made))
                pending.extend([await self._event(CONSENTS, consent) for consent in granted.after])
            pending.extend([await self._broken(message) for message in _share(traffic.broken, portion)])
            self.sent = high
            await asyncio.sleep(max(0.0, began + (portion + 1) * pause - time.monotonic()))
        await self._all(pending)

    async def _event(self, role: str, event: LoanApplication | ConsentEvent) -> Awaitable[object]:
        value, key = msgspec.json.encode(event), event.customer_id.encode()
        sent: Awaitable[object] = await self._producer.send(self._names.by_role[role], value, key=key)
        return sent

    async def _broken(self, message: BrokenMessage) -> Awaitable[object]:
        sent: Awaitable[object] = await self._producer.send(
            self._names.by_role[message.topic],
            message.value,
            key=message.key,
            headers=list(message.headers),
            partition=message.partition,
        )
        return sent

    @staticmethod
    async def _all(pending: Sequence[Awaitable[object]]) -> None:
        await asyncio.gather(*pending)


def _share(broken: Sequence[BrokenMessage], portion: int) -> Sequence[BrokenMessage]:
    """Broken messages come in between, not in one heap."""
    return broken[portion * len(broken) // _PORTIONS : (portion + 1) * len(broken) // _PORTIONS]
