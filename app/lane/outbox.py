"""What a lane has to publish, collected for one transaction, in bytes."""

from collections.abc import Iterable, Iterator

from app.contracts.dead_letters import DeadLetters
from app.contracts.encode import ce_time, spelt_headers, spelt_shared, traceparent
from app.contracts.names import DEAD_LETTERS, ROLES, TopicNames
from app.contracts.reasons import Refused
from app.contracts.wire import header_block
from app.domain.quantities import Millis
from app.lane.intake import Origin
from app.lane.records import Output, Portion, Tally

Encoded = tuple[str, str, bytes]               # an event: the role of its topic, its id, its body


class Outbox:
    """Collects until `take`. Topics are named by role going in and as the cluster names them coming out."""

    def __init__(self, names: TopicNames, partition: int, dead_letters: DeadLetters) -> None:
        self.tally = Tally()
        self._names = names
        self._partition = partition
        self._dead_letters = dead_letters
        self._outputs: dict[str, list[Output]] = {role: [] for role in ROLES}

    def publish(self, time: Millis, trace: str, customer_id: str, events: Iterable[Encoded]) -> None:
        """Output events about one case at one instant: keyed like the inputs, in one trace."""
        key = customer_id.encode()
        shared = spelt_shared(ce_time(time), traceparent(trace))
        outputs = self._outputs
        for role, event_id, body in events:
            outputs[role].append(Output(key, body, spelt_headers(role, event_id, shared)))

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
