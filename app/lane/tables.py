"""The two tables of a lane, cases and consents, and what is derived from them: never stored, always rebuilt."""

from collections.abc import Mapping, Sequence

from app.contracts.names import CASES_CHANGELOG, CONSENTS_CHANGELOG, TopicNames
from app.contracts.state import (
    OFFSETS_KEY,
    LaneOffsets,
    Place,
    StoredCase,
    check_format,
    consents_key,
    decode_case,
    decode_consents,
    decode_offsets,
    decode_stored,
    encode_state,
)
from app.domain.case import Case, ConsentFile, Marker
from app.lane.outbox import Outbox
from app.lane.records import Output, Record, Restored
from app.lane.table import Table


def key_of(customer_id: str, application_id: str) -> str:
    """The key of a case in memory; in the changelog it is the same in UTF-8."""
    return f"{customer_id}/{application_id}"


class Tables:
    """Cases by customer and application, consents by customer; which cases a customer has, how many are open."""

    def __init__(self, names: TopicNames, partition: int) -> None:
        self.cases: Table[Case | Marker] = Table(
            encode_state, lambda key, row: decode_case(row, self._place(CASES_CHANGELOG, key))
        )
        self.consents: Table[ConsentFile] = Table(
            encode_state, lambda key, row: decode_consents(row, self._place(CONSENTS_CHANGELOG, key))
        )
        self.open_cases = 0
        self.orphans = 0
        self._names = names
        self._partition = partition
        self._offsets: LaneOffsets | None = None
        self._of_customer: dict[str, tuple[str, ...]] = {}

    def keys_of(self, customer_id: str) -> tuple[str, ...]:
        """The keys of every case of a customer, decided ones included."""
        return self._of_customer.get(customer_id, ())

    def begin(self, key: str, case: Case) -> None:
        """The first that is known of a case."""
        self._belongs(key, case.customer_id)
        self.open_cases += 1
        if case.application is None:
            self.orphans += 1
        self.cases[key] = case

    def move_on(self, key: str, case: Case, before: Case) -> None:
        """More is known of an open case."""
        if before.application is None and case.application is not None:
            self.orphans -= 1
        self.cases[key] = case

    def close(self, key: str, marker: Marker) -> None:
        """A case, open until now, is decided."""
        self.open_cases -= 1
        self.cases.write(key, marker, keep=False)

    def remove(self, key: str) -> None:
        entry = self.cases.pop(key)
        if isinstance(entry, Case):
            self.open_cases -= 1
            self.orphans -= entry.application is None
        left = tuple(k for k in self.keys_of(entry.customer_id) if k != key)
        if left:
            self._of_customer[entry.customer_id] = left
        else:
            del self._of_customer[entry.customer_id]

    def _belongs(self, key: str, customer_id: str) -> None:
        known = self._of_customer.get(customer_id)
        # sorted, because after a restore cases come in the changelog's order, and one consent may decide several
        self._of_customer[customer_id] = (key,) if known is None else tuple(sorted((*known, key)))

    # changelogs ---------------------------------------------------------------------------------------------------

    def restore(self, changelog: str, records: Sequence[Record]) -> None:
        """Takes records of one changelog (by its name in the cluster) in log order. LaneError for a row of another
        format."""
        table = self.consents if self._names.roles[changelog] == CONSENTS_CHANGELOG else self.cases
        for record in records:
            raw, row = record.key or b"", record.value
            place = Place(changelog, self._partition, record.offset, raw)
            if raw == OFFSETS_KEY:
                self._offsets = None if row is None else decode_offsets(row, place)
            else:
                if row is not None:
                    check_format(row, place)
                table.restore(raw.decode(), row)

    def _place(self, role: str, key: str) -> Place:
        return Place(self._names.by_role[role], self._partition, None, key.encode())

    def found(self) -> tuple[Restored, list[tuple[str, StoredCase | Marker]]]:
        """Call once, after the last record: rebuilds what is derived; says what there was, and every case by its key,
        facts not decoded. LaneError for a row that cannot be read."""
        entries = [(key, decode_stored(row, self._place(CASES_CHANGELOG, key))) for key, row in self.cases.rows()]
        for key, entry in entries:
            self._belongs(key, entry.customer_id)
            if isinstance(entry, StoredCase):
                self.open_cases += 1
                self.orphans += entry.application is None
        restored = Restored(
            offsets=None if self._offsets is None else dict(self._offsets.next),
            topic_ids={} if self._offsets is None else dict(self._offsets.topic_ids),
            cases=len(self.cases),
            consents=len(self.consents),
        )
        return restored, entries

    def write_changes(self, outbox: Outbox, next_offsets: Mapping[str, int], topic_ids: Mapping[str, bytes]) -> None:
        """A changelog record for every key that changed, and where the lane stands."""
        cases = outbox.records_of(CASES_CHANGELOG)
        cases += [Output(key.encode(), row) for key, row in self.cases.take_changes()]
        cases.append(Output(OFFSETS_KEY, encode_state(LaneOffsets(dict(next_offsets), dict(topic_ids)))))
        consents = outbox.records_of(CONSENTS_CHANGELOG)
        consents += [Output(consents_key(customer), row) for customer, row in self.consents.take_changes()]
