"""What a lane has to publish, collected for one transaction, in bytes."""

from app.contracts.dead_letters import DeadLetters
from app.contracts.encode import ce_headers, ce_time, encode_body, traceparent
from app.contracts.names import DEAD_LETTERS, TopicNames
from app.contracts.reasons import Refused
from app.domain.decision import BureauRequest, CreditOffers, DecisionMade, ScoreSegment
from app.domain.quantities import Millis
from app.lane.intake import Origin
from app.lane.records import Harvest, Output, Tally

Event = BureauRequest | DecisionMade | ScoreSegment | CreditOffers


class Outbox:
    """Collects until `take`. Topics are named by role going in and as the cluster names them coming out."""

    def __init__(self, names: TopicNames, partition: int, dead_letters: DeadLetters) -> None:
        self.tally = Tally()
        self.staged = 0
        self._names = names
        self._partition = partition
        self._dead_letters = dead_letters
        self._outputs: dict[str, list[Output]] = {}

    def publish(self, role: str, event: Event, time: Millis) -> None:
        """An output event about a customer, keyed like the inputs."""
        trace = traceparent(f"{event.customer_id}/{event.application_id}")
        headers = ce_headers(role, event.event_id, ce_time(time), trace)
        self._add(role, Output(event.customer_id.encode(), encode_body(event), headers))

    def dead_letter(self, origin: Origin, value: bytes | None, refused: Refused) -> None:
        """Bad input, sealed, with the reason why; counted."""
        key, sealed, headers = self._dead_letters.letter(
            topic=origin.topic,
            partition=self._partition,
            offset=origin.offset,
            timestamp=origin.timestamp,
            key=origin.key,
            value=value,
            refused=refused,
        )
        self._add(DEAD_LETTERS, Output(key, sealed, headers))
        label = (origin.topic, refused.code)
        self.tally.dead_letters[label] = self.tally.dead_letters.get(label, 0) + 1

    def records_of(self, role: str) -> list[Output]:
        """The list that is published to a topic: for the changelogs, which write themselves."""
        return self._outputs.setdefault(self._names.by_role[role], [])

    def take(self) -> Harvest:
        harvest = Harvest({topic: outputs for topic, outputs in self._outputs.items() if outputs}, self.tally)
        self._outputs, self.tally, self.staged = {}, Tally(), 0
        return harvest

    def _add(self, role: str, output: Output) -> None:
        self.records_of(role).append(output)
        self.staged += 1
