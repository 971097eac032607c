"""What a lane has to publish, collected for one transaction, in bytes."""

from collections.abc import Iterator, Mapping

from app.contracts.dead_letters import DeadLetters
from app.contracts.encode import ce_time, encode_body, spelt_headers, spelt_shared, traceparent
from app.contracts.names import DEAD_LETTERS, ROLES, TopicNames
from app.contracts.reasons import Refused
from app.contracts.wire import header_block
from app.domain.decision import BureauRequest, CreditOffers, DecisionMade, ScoreSegment
from app.domain.quantities import Millis
from app.lane.intake import Origin
from app.lane.records import Output, Portion, Tally

Event = BureauRequest | DecisionMade | ScoreSegment | CreditOffers


class Outbox:
    """Collects until `take`. Topics are named by role going in and as the cluster names them coming out."""

    def __init__(self, names: TopicNames, partition: int, dead_letters: DeadLetters) -> None:
        self.tally = Tally()
        self._names = names
        self._partition = partition
        self._dead_letters = dead_letters
        self._outputs: dict[str, list[Output]] = {role: [] for role in ROLES}

    def publish(self, time: Millis, trace: str, events: Mapping[str, Event]) -> None:
        """Output events (by role) about one case at one instant: keyed like the inputs, in one trace."""
        shared = spelt_shared(ce_time(time), traceparent(trace))
        for role, event in events.items():
            headers = spelt_headers(role, event.event_id, shared)
            self._outputs[role].append(Output(event.customer_id.encode(), encode_body(event), headers))

    def dead_letter(self, origin: Origin, value: bytes | None, refused: Refused) -> None:
        """Bad input, sealed, with the reason why; counted."""
        key, sealed, headers = self._dead_letters.letter(
            topic=origin.topic,
            partition=self._partition,
            offset=origin.offset,
            timestamp=origin.timestamp,
            key=origin.key,
            value=value,
            headers=origin.headers,
            refused=refused,
        )
        self._outputs[DEAD_LETTERS].append(Output(key, sealed, header_block(headers)))
        label = (origin.topic, refused.code)
        self.tally.dead_letters[label] = self.tally.dead_letters.get(label, 0) + 1

    @staticmethod
    def count(counts: dict[str, int], label: str) -> None:
        counts[label] = counts.get(label, 0) + 1

    def records_of(self, role: str) -> list[Output]:
        """The list that is published to a topic: for the changelogs, which write themselves."""
        return self._outputs[role]

    def take(self) -> Iterator[Portion]:
        """What has been collected since the last call."""
        for role, records in self._outputs.items():
            if records:
                self._outputs[role] = []
                yield self._names.by_role[role], records

    def begin_tally(self) -> None:
        """Counts from nothing; the tally so far belongs to whoever has it."""
        self.tally = Tally()
