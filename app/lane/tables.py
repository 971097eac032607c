"""The two tables of a lane, cases and consents, and what is derived from them: never stored, always rebuilt."""

from collections.abc import Mapping, Sequence

from app.contracts.names import CASES_CHANGELOG, CONSENTS_CHANGELOG, TopicNames
from app.contracts.state import (
    OFFSETS_KEY,
    LaneOffsets,
    Place,
    StoredCase,
    consents_key,
    decode_consents,
    decode_facts,
    decode_offsets,
    decode_stored,
    encode_state,
)
from app.domain.case import Case, ConsentFile, Marker
from app.lane.case_table import CaseTable
from app.lane.outbox import Outbox
from app.lane.records import Output, Record, Restored
from app.lane.table import Table


def key_of(customer_id: str, application_id: str) -> str:
    """The key of a case in memory; in the changelog it is the same in UTF-8."""
    return f"{customer_id}/{application_id}"


class Tables:
    """Cases by customer and application, consents by customer; which cases a customer has, how many are open."""

    def __init__(self, names: TopicNames, partition: int) -> None:
        self.cases = CaseTable(self._awaken)
        self.consents: Table[ConsentFile] = Table()
        self.open_cases = 0
        self.orphans = 0
        self._names = names
        self._partition = partition
        self._offsets: LaneOffsets | None = None
        self._of_customer: dict[str, tuple[str, ...]] = {}

    def keys_of(self, customer_id: str) -> tuple[str, ...]:
        """The keys of every case of a customer, decided ones included."""
        return self._of_customer.get(customer_id, ())

    def put(self, key: str, entry: Case | Marker) -> None:
        self._uncount(self.cases.get(key))
        self._count(key, entry)
        self.cases[key] = entry

    def remove(self, key: str) -> None:
        entry = self.cases.pop(key)
        self._uncount(entry)
        left = tuple(k for k in self.keys_of(entry.customer_id) if k != key)
        if left:
            self._of_customer[entry.customer_id] = left
        else:
            del self._of_customer[entry.customer_id]

    def _count(self, key: str, entry: Case | Marker | StoredCase) -> None:
        known = self._of_customer.get(entry.customer_id)
        if known is None:
            self._of_customer[entry.customer_id] = (key,)
        elif key not in known:
            # sorted, because after a restore cases come in the changelog's order, and one consent may decide several
            self._of_customer[entry.customer_id] = tuple(sorted((*known, key)))
        if not isinstance(entry, Marker):
            self.open_cases += 1
            self.orphans += entry.application is None

    def _uncount(self, entry: Case | Marker | None) -> None:
        if isinstance(entry, Case):
            self.open_cases -= 1
            self.orphans -= entry.application is None

    # changelogs ---------------------------------------------------------------------------------------------------

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        """Takes records of one changelog (by its name in the cluster) in log order."""
        role = self._names.roles[changelog]
        for record in records:
            raw = record.key or b""
            place = Place(changelog, self._partition, record.offset, raw)
            if raw == OFFSETS_KEY:
                self._offsets = None if record.value is None else decode_offsets(record.value, place)
            elif role == CONSENTS_CHANGELOG:
                file = None if record.value is None else decode_consents(record.value, place)
                self.consents.restore(raw.decode(), file)
            else:
                entry = None if record.value is None else decode_stored(record.value, place)
                self.cases.restore(raw.decode(), entry)

    def _awaken(self, key: str, resting: StoredCase) -> Case:
        return decode_facts(resting, Place(self._names.by_role[CASES_CHANGELOG], self._partition, None, key.encode()))

    def found(self) -> Restored:
        """Call once, after the last record: rebuilds what is derived, and says what there was."""
        for key, entry in self.cases.entries():
            self._count(key, entry)
        return Restored(
            offsets=None if self._offsets is None else dict(self._offsets.next),
            topic_ids={} if self._offsets is None else dict(self._offsets.topic_ids),
            cases=len(self.cases),
            consents=len(self.consents),
        )

    def write_changes(self, outbox: Outbox, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> None:
        """A changelog record for every key that changed, and where the lane stands."""
        cases = outbox.records_of(CASES_CHANGELOG)
        for key, entry in self.cases.take_changes():
            cases.append(Output(key.encode(), None if entry is None else encode_state(entry), []))
        cases.append(Output(OFFSETS_KEY, encode_state(LaneOffsets(dict(next_offsets), dict(topic_ids))), []))
        consents = outbox.records_of(CONSENTS_CHANGELOG)
        for customer, file in self.consents.take_changes():
            consents.append(Output(consents_key(customer), None if file is None else encode_state(file), []))
