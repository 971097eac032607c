"""A lane driven by hand: records in, transactions out, and a crash whenever a test wants one."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from app.contracts.keys import partition_of
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, DECISIONS, LOAN_APPLICATIONS, TopicNames
from app.contracts.sealing import KeyRing
from app.decisioning.strategy import BureauPolicy, Ready, Strategy
from app.domain.case import Pin
from app.domain.decision import DecisionMade, Evidence, Offer, Reason, Verdict
from app.errors import StrategyError
from app.lane.assembly import new_lane
from app.lane.lane import Lane
from app.lane.records import LaneLimits, Output, Tally
from app.simulation import compare
from tests.builders import CUSTOMER, encoded, ms

PARTITIONS = 4
PARTITION = partition_of(CUSTOMER.encode(), PARTITIONS)
NAMES = TopicNames(prefix="t-")
LIMITS = LaneLimits(orphan_ttl_ms=3_600_000, marker_ttl_ms=86_400_000)
KEYS = KeyRing.generate()

_decision = msgspec.json.Decoder(DecisionMade)


class Rec(Struct, frozen=True):
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Plain(Struct, frozen=True):
    """A strategy that approves what one bureau knows: the lane is under test here, not the rules."""

    bureaus: tuple[BureauPolicy, ...] = (BureauPolicy("EQUIFAX", required=True),)
    name: str = "plain"
    version: int = 1
    content_hash: str = "f" * 64
    products: frozenset[str] = frozenset({"CustomerLoan"})
    effective_from: int = 0
    deadline_ms: int = 15_000
    offer_validity_ms: int = 86_400_000
    notices: None = None

    @property
    def pin(self) -> Pin:
        return Pin(self.name, self.version, self.content_hash)

    def decide(self, evidence: Evidence) -> Verdict:
        known = bool(evidence.responses)
        amount = evidence.application.amount_minor
        offer = Offer(
            proposition="CustomerLoan",
            ranking="REQUESTED",
            rank=1,
            amount_minor=amount,
            advance_minor=amount,
            term_months=12,
            annual_rate=0.1,
            apr=0.1,
            effective_rate=0.1047,
            instalment_minor=amount // 12,
            last_instalment_minor=amount // 12,
            total_cost_minor=0,
            maximum_payment_minor=amount,
        )
        return Verdict(
            outcome="APPROVE" if known else "REFER",
            reasons=tuple(Reason(m.reason_code, m.reason_code, "bureau") for m in evidence.missing),
            segment="GREEN" if known else "UNSCORED",
            basis="INTERNAL_AND_BUREAU" if known else "NONE",
            internal_score=None,
            bureau_score=None,
            offers=(offer,) if known else (),
            aggregates={},
            points=(),
            rows=(),
        )

    def deciding(self, ready: Ready) -> Callable[[Evidence], Verdict]:
        return self.decide


class PlainShelf:
    def __init__(self, *strategies: Plain) -> None:
        self.strategies = strategies or (Plain(),)

    def in_force(self, product: str, at: int) -> Strategy | None:
        serving = [s for s in self.strategies if product in s.products and s.effective_from <= at]
        return max(serving, key=lambda s: s.effective_from, default=None)

    def pinned(self, name: str, version: int, content_hash: str) -> Strategy:
        for s in self.strategies:
            if (s.name, s.version, s.content_hash) == (name, version, content_hash):
                return s
        raise StrategyError(f"strategy {name} version {version} is not loaded")


class World:
    """One lane and the log that it writes. `crash` loses what was not harvested."""

    def __init__(self, shelf: PlainShelf | None = None, limits: LaneLimits = LIMITS) -> None:
        self.shelf = shelf or PlainShelf()
        self.limits = limits
        self.log: dict[str, list[Output]] = defaultdict(list)
        self.told: dict[str, list[Output]] = defaultdict(list)     # in the transaction that is open
        self.offsets = dict.fromkeys(NAMES.inputs, 0)
        self.read = dict(self.offsets)
        self.tally = Tally()
        self.lane = self._open()

    def _open(self) -> Lane:
        lane = new_lane(
            PARTITION, PARTITIONS, names=NAMES, shelf=self.shelf, keyring=KEYS, limits=self.limits
        )
        for changelog in NAMES.changelogs:
            lane.restore(
                changelog, [Rec(n, 0, o.key, o.value) for n, o in enumerate(self.log[changelog])]
            )
        self.offsets = dict(lane.restored().offsets or dict.fromkeys(NAMES.inputs, 0))
        return lane

    def learn(self, role: str, *records: Rec) -> "World":
        name = NAMES.by_role[role]
        self.lane.learn(name, records)
        self.read[name] = records[-1].offset + 1
        return self

    def tell(self, at: float, body: object, *, offset: int = 0, key: bytes | None = CUSTOMER.encode()) -> "World":
        role = {"LoanApplication": LOAN_APPLICATIONS, "BureauResponse": BUREAU_RESPONSES}.get(
            type(body).__name__, CONSENTS
        )
        return self.learn(role, Rec(offset, ms(at), key, encoded(body)))

    def wake(self, at: float) -> "World":
        self.lane.wake(ms(at))
        return self

    def look(self) -> "World":
        """What the stream does between two slices of a transaction."""
        for topic, outputs in self.lane.settle_answered():
            self.told[topic].extend(outputs)
        return self

    def commit(self) -> "World":
        harvest = self.lane.harvest(self.read, {})
        self.tally = harvest.tally
        for topic, outputs in self.told.items():
            self.log[topic].extend(outputs)
        self.told.clear()
        for topic, outputs in harvest.portions:
            self.log[topic].extend(outputs)
        self.offsets = dict(self.read)
        return self

    def crash(self) -> "World":
        self.lane = self._open()
        self.read = dict(self.offsets)
        self.told.clear()
        return self

    def outputs(self, role: str) -> list[Output]:
        return self.log[NAMES.by_role[role]]

    def decisions(self) -> list[DecisionMade]:
        return [_decision.decode(o.value) for o in self.outputs(DECISIONS)]

    def refusals(self) -> list[str]:
        return [code for (_, code), count in self.tally.dead_letters.items() for _ in range(count)]


def comparable(outputs: Iterable[Output]) -> list[bytes]:
    """Decisions without what depends on the order of reading."""
    return [compare.comparable(o.value) for o in outputs]
