"""Events of customers who apply again and again: made once, and from then on the same bytes under new ids."""

from collections.abc import Iterator

from msgspec import Struct

from app.contracts.keys import partition_of
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from benchmarks.events import customers

_TEMPLATES = 1_000


class Due(Struct, frozen=True, gc=False):
    """An event to append."""

    role: str
    partition: int
    key: bytes
    value: bytes


class Repeating:
    """`pool` customers, each with one consent for life, and cases without end."""

    def __init__(self, pool: int, partitions: int) -> None:
        self._pool = pool
        self._templates = [
            (customer.key, customer.events, {role: _event_id(value) for role, value in customer.events.items()})
            for customer in customers(min(_TEMPLATES, pool))
        ]
        self._keys = [b"c-%08d" % number for number in range(pool)]
        self._partitions = [partition_of(key, partitions) for key in self._keys]

    def consents(self) -> Iterator[Due]:
        for number in range(self._pool):
            yield self._due(CONSENTS, number, number)

    def cases(self, first: int, count: int) -> Iterator[Due]:
        """Applications and then answers of cases number `first` on."""
        for role in (LOAN_APPLICATIONS, BUREAU_RESPONSES):
            for case in range(first, first + count):
                yield self._due(role, case % self._pool, case)

    def _due(self, role: str, customer: int, case: int) -> Due:
        old, events, ids = self._templates[customer % len(self._templates)]
        number = old[1:]
        value = (
            events[role]
            .replace(b'"a' + number, b'"a-%08d' % case)
            .replace(b'"c' + number, b'"c-%08d' % customer)
            .replace(b'"k' + number, b'"k-%08d' % customer)
            .replace(ids[role], b"%032x%s" % (case, ids[role][32:]))
        )
        return Due(role, self._partitions[customer], self._keys[customer], value)


def _event_id(value: bytes) -> bytes:
    """Of an event as benchmarks.events makes them: its first field."""
    return value.partition(b'"event_id":"')[2][:36]
