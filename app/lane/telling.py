"""A judgement told as bytes: what `events.told` says, encoded by fragments.

Most of what a decision says is said of many: the strategy, the letter's addresses and rights, what was decided. It is
encoded once and copied from then on. What the three events share is encoded once a case. The ids of customers,
applications and decisions are spelt so that JSON escapes nothing in them (domain.quantities); all else is left to the
encoder. `told` and `encode_body` are the plain way, and a property test holds the two together, byte for byte.
"""

from dataclasses import replace
from typing import NamedTuple, TypeVar, cast

from msgspec import Raw, Struct

from app.contracts.encode import encode_body, encode_into
from app.contracts.ids import decision_id, event_ids
from app.contracts.names import CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS
from app.decisioning.judgement import Judgement
from app.decisioning.notices.notice import notice_of
from app.decisioning.notices.policy import NoticePolicy
from app.decisioning.strategy import Strategy
from app.domain.decision import FactUsed, Missing, Points, Reason, RowMatch, Verdict
from app.domain.notice import Notice
from app.domain.quantities import Basis, Outcome, Segment
from app.lane.events import FIRST_VERSION, priced
from app.lane.outbox import Encoded

T = TypeVar("T")
Told = tuple[str, tuple[Encoded, Encoded, Encoded]]


class Teller:
    """Decides under one strategy, and tells it."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.decide = strategy.deciding(_raw)
        self._validity_ms = strategy.offer_validity_ms
        self._notices = None if strategy.notices is None else _ready(strategy.notices)
        self._said = _Said(strategy)
        self._words = bytearray(_USUAL_BYTES)  # of one decision at a time
        own = _bare(
            strategy=strategy.name, strategy_version=strategy.version, strategy_hash=strategy.content_hash
        )
        self._strategy = f'],{own},"trigger":"'.encode()

    def tell(self, judgement: Judgement, verdict: Verdict, cut: bytes, *, woken: bool) -> Told:
        """As `events.told`: the id of the decision; the decision, its segment and its offers. `cut` is JSON: many
        decisions are made at one."""
        evidence = judgement.evidence
        application = evidence.application
        customer_id, application_id = application.customer_id, application.application_id
        decision = decision_id(customer_id, application_id, FIRST_VERSION)
        of_decision, of_segment, of_offers = event_ids(decision)
        case = f'"customer_id":"{customer_id}","application_id":"{application_id}","as_of":{evidence.as_of},'
        shared = f'"decision_id":"{decision}",{case}'
        said = self._said[verdict.outcome, verdict.segment, verdict.basis]
        offers = b"[]"
        if verdict.offers:
            valid_until = evidence.as_of + self._validity_ms
            currency = application.currency
            offers = encode_body([priced(decision, offer, currency, valid_until) for offer in verdict.offers])
        head = f'{{"event_id":"{of_decision}","decision_id":"{decision}",{_VERSION}{case}{said.decision},'
        grounds = self._grounds(judgement, verdict, offers)
        made: list[bytes | memoryview] = [
            head.encode(),
            grounds,
            b',"application":',
            judgement.application_json,
            b',"responses":[',
            b",".join(judgement.responses_json),
            self._strategy,
            judgement.trigger.encode(),
            b'","cut":',
            cut,
            b',"woken":true}' if woken else b',"woken":false}',
        ]
        told = b"".join(made)
        grounds.release()                      # whoever may hold this frame: the next decision needs the buffer
        segment = f'{{"event_id":"{of_segment}",{shared}{said.segment}}}'
        listed = f'{{"event_id":"{of_offers}",{shared}{said.offers},"offers":'
        return decision, (
            (DECISIONS, of_decision, told),
            (SCORE_SEGMENTS, of_segment, segment.encode()),
            (CREDIT_OFFERS, of_offers, b"%b%b}" % (listed.encode(), offers)),
        )

    def _grounds(self, judgement: Judgement, verdict: Verdict, offers: bytes) -> memoryview:
        """What stands between basis and application; to be released before the next decision is told."""
        evidence, facts, policy = judgement.evidence, judgement.facts, self._notices
        grounds = _Grounds(
            verdict.reasons,
            verdict.internal_score,
            verdict.bureau_score,
            verdict.aggregates,
            verdict.points,
            verdict.rows,
            Raw(offers),
            None if policy is None else notice_of(policy, evidence, verdict, facts),
            evidence.missing,
            [FactUsed(r.topic, r.event_id, r.timestamp) for r in facts],
        )
        encode_into(grounds, self._words)
        return memoryview(self._words)[1:-1]


_USUAL_BYTES = 4_096                           # of a decision's own words: a buffer of that size seldom has to grow
_VERSION = f'"decision_version":{FIRST_VERSION},'


class _Grounds(Struct, frozen=True, gc=False):
    """What a decision says between its basis and the application, in its order."""

    reasons: tuple[Reason, ...]
    internal_score: float | None
    bureau_score: int | None
    aggregates: dict[str, int | float | str | bool | None]
    points: tuple[Points, ...]
    rows: tuple[RowMatch, ...]
    offers: Raw
    notice: Notice | None
    missing: tuple[Missing, ...]
    facts: list[FactUsed]


class _Saying(NamedTuple):
    """What each event says of what was decided."""

    decision: str
    segment: str
    offers: str


class _Said(dict[tuple[Outcome, Segment, Basis], _Saying]):
    """By what was decided: there are a few dozen of them."""

    def __init__(self, strategy: Strategy) -> None:
        super().__init__()
        self._strategy = _bare(strategy=strategy.name, strategy_version=strategy.version)

    def __missing__(self, decided: tuple[Outcome, Segment, Basis]) -> _Saying:
        outcome, segment, basis = decided
        said = self[decided] = _Saying(
            _bare(outcome=outcome, segment=segment, basis=basis),
            f"{_bare(segment=segment, basis=basis)},{self._strategy}",
            _bare(segment=segment, outcome=outcome),
        )
        return said


def _bare(**fields: str | int) -> str:
    """Fields as an object holds them, without its braces."""
    return encode_body(fields)[1:-1].decode()


def _ready(policy: NoticePolicy) -> NoticePolicy:
    """The policy with its constants as JSON, so that the notices made of it hold them ready to be copied."""
    return replace(
        policy,
        creditor=_raw(policy.creditor),
        supervisor=_raw(policy.supervisor),
        agencies={bureau: _raw(agency) for bureau, agency in policy.agencies.items()},
        rights=_raw(policy.rights),
        rights_with_report=_raw(policy.rights_with_report),
    )


def _raw(value: T) -> T:
    return cast(T, Raw(encode_body(value)))
