"""A lane by itself, without Kafka: bytes in, bytes out, and everything between as the worker does it."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, INPUTS, LOAN_APPLICATIONS, TopicNames
from app.contracts.sealing import KeyRing
from app.decisioning.strategy import Strategy
from app.lane.assembly import new_lane
from app.lane.records import Harvest, LaneLimits
from app.strategies.shelf import load_shelf
from benchmarks.events import Customer

AT = 1_780_000_000_000                         # record timestamp of the first event, ms
IN_ORDER = (CONSENTS, LOAN_APPLICATIONS, BUREAU_RESPONSES)
NAMES = TopicNames()
_DAY_MS = 86_400_000
_KEYS = KeyRing.generate()


class Rec(Struct, frozen=True, gc=False):
    """A consumed record."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class OfflineLane:
    """The only lane of an installation of one partition; its clock stands still unless it is told otherwise."""

    def __init__(self, *, marker_ttl_ms: int = 35 * _DAY_MS) -> None:
        limits = LaneLimits(orphan_ttl_ms=_DAY_MS, marker_ttl_ms=marker_ttl_ms)
        self.lane = new_lane(0, 1, names=NAMES, shelf=load_shelf(), keyring=_KEYS, limits=limits)
        self.at = AT
        self._offsets = dict.fromkeys(INPUTS, 0)

    def records(self, role: str, customers: Iterable[Customer]) -> list[Rec]:
        """Their events of one input, as they will be read next."""
        first = self._offsets[role]
        found = [
            Rec(offset, self.at, customer.key, customer.events[role])
            for offset, customer in enumerate(customers, first)
        ]
        self._offsets[role] = first + len(found)
        return found

    def learn(self, role: str, records: Sequence[Rec]) -> None:
        self.lane.learn(NAMES.by_role[role], records)

    def tell(self, role: str, customers: Iterable[Customer]) -> None:
        self.learn(role, self.records(role, customers))

    def harvest(self) -> Harvest:
        """What one transaction would hold."""
        return self.lane.harvest({NAMES.by_role[role]: offset for role, offset in self._offsets.items()}, {})


def strategy_of(product: str = "CustomerLoan") -> Strategy:
    """The shipped strategy in force."""
    strategy = load_shelf().in_force(product, AT)
    assert strategy is not None
    return strategy
