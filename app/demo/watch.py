"""A consumer of the outputs: sees every decision once committed, checks that each application got exactly one."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer
from msgspec import Struct

from app.contracts.names import CREDIT_OFFERS, DEAD_LETTERS, DECISIONS, SCORE_SEGMENTS, TopicNames
from app.domain.decision import CreditOffers, DecisionMade, ScoreSegment

_READ = (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS, DEAD_LETTERS)


class Decided(Struct, frozen=True):
    """A decision and how long after it could be made a reader of the topic had it."""

    decision: DecisionMade
    seconds: float


class DeadLetterSeen(Struct, frozen=True):
    topic: str
    reason: str
    message: str


class Watch:
    """What has come out so far, by application."""

    def __init__(self, names: TopicNames, client: Mapping[str, Any]) -> None:
        self._names = names
        self._client = client
        self.decided: dict[str, Decided] = {}
        self.dead_letters: list[DeadLetterSeen] = []
        self.on_decision: Callable[[DecisionMade], None] = lambda _: None
        self._counts: dict[str, Counter[str]] = {role: Counter() for role in (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS)}
        self._decision_ids: dict[str, set[str]] = {}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            DECISIONS: msgspec.json.Decoder(DecisionMade),
            SCORE_SEGMENTS: msgspec.json.Decoder(ScoreSegment),
            CREDIT_OFFERS: msgspec.json.Decoder(CreditOffers),
        }

    async def run(self) -> None:
        """Reads committed records until cancelled."""
        consumer = AIOKafkaConsumer(
            *(self._names.by_role[role] for role in _READ),
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            **self._client,
        )
        await consumer.start()
        try:
            while True:
                for partition, records in (await consumer.getmany(timeout_ms=100)).items():
                    self.take(self._names.roles[partition.topic], records, time.time())
        finally:
            await consumer.stop()

    def take(self, role: str, records: Iterable[Any], at: float) -> None:
        """Notes records that were read at this instant (seconds since 1970)."""
        if role == DEAD_LETTERS:
            self.dead_letters.extend(_dead_letter(record) for record in records)
            return
        for record in records:
            event = self._decoders[role].decode(record.value)
            self._counts[role][event.application_id] += 1
            self._decision_ids.setdefault(event.application_id, set()).add(event.decision_id)
            if isinstance(event, DecisionMade):
                self.decided.setdefault(event.application_id, Decided(event, at - event.as_of / 1000))
                self.on_decision(event)

    def complete(self, application_ids: Iterable[str]) -> bool:
        """Whether each of these has its decision, its segment and its offers."""
        return all(counts[each] for each in application_ids for counts in self._counts.values())

    def discrepancies(self, application_ids: Iterable[str], reasons: Iterable[str]) -> list[str]:
        """What is not as it must be, in words: exactly one decision, one segment and one list of offers for each of
        these applications, sharing a decision_id; nothing for anybody else; a dead letter for each of these reasons."""
        expected = set(application_ids)
        found = []
        for role, counts in self._counts.items():
            missing = sorted(expected - counts.keys())
            twice = sorted(each for each, count in counts.items() if count > 1)
            uncalled = sorted(counts.keys() - expected)
            for kind, ids in (("none for", missing), ("more than one for", twice), ("one for nobody's", uncalled)):
                if ids:
                    found.append(f"{role}: {kind} {len(ids)} applications, such as {ids[0]}")
        split = sorted(each for each, ids in self._decision_ids.items() if len(ids) > 1)
        if split:
            found.append(f"{len(split)} applications whose events do not share a decision_id, such as {split[0]}")
        return found + self._dead_letter_discrepancies(reasons)

    def _dead_letter_discrepancies(self, reasons: Iterable[str]) -> list[str]:
        wanted, got = Counter(reasons), Counter(letter.reason for letter in self.dead_letters)
        return [
            f"{DEAD_LETTERS}: {got[reason]} with reason {reason}, not {wanted[reason]}"
            for reason in sorted(wanted | got)
            if got[reason] != wanted[reason]
        ]


def _dead_letter(record: Any) -> DeadLetterSeen:
    about = {name: content.decode("utf-8", "replace") for name, content in record.headers if name.startswith("dl_")}
    return DeadLetterSeen(about["dl_topic"], about["dl_reason"], about["dl_message"])
