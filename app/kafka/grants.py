"""What a cluster with access control must let a worker do, and nothing more. Pure: the cluster is asked elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from shlex import quote
from typing import Literal, Protocol

from msgspec import Struct

Kind = Literal["topic", "group", "transactional-id"]

# Each of them lets its holder describe the resource, too.
READ, WRITE, DESCRIBE_CONFIGS = "Read", "Write", "DescribeConfigs"
_BITS = {READ: 3, WRITE: 4, DESCRIBE_CONFIGS: 10}          # as the protocol numbers operations
_NOT_TOLD = -(1 << 31)
_OF_A_TOPIC = {
    "input": (READ, DESCRIBE_CONFIGS),
    "output": (WRITE, DESCRIBE_CONFIGS),
    "changelog": (READ, WRITE, DESCRIBE_CONFIGS),
}


class Used(Protocol):
    """A topic that a worker uses."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...                 # input, output, changelog


class Grant(Struct, frozen=True, kw_only=True):
    """Operations on one resource, or (`prefixed`) on all whose names begin so. As Kafka's own tools spell them."""

    kind: Kind
    name: str
    operations: tuple[str, ...]
    prefixed: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.name}{'*' if self.prefixed else ''}: {', '.join(self.operations)}"

    def command(self, principal: str) -> str:
        """Words for Kafka's kafka-acls.sh, as a shell takes them."""
        operations = " ".join(f"--operation {operation}" for operation in self.operations)
        pattern = " --resource-pattern-type prefixed" if self.prefixed else ""
        return f"--add --allow-principal {quote(principal)} {operations} --{self.kind} {self.name}{pattern}"


def grants_of_a_worker(topics: Iterable[Used], group: str, transactional_prefix: str) -> tuple[Grant, ...]:
    """`transactional_prefix`: what the transactional ids of all lanes begin with."""
    return (
        *(Grant(kind="topic", name=topic.name, operations=_OF_A_TOPIC[topic.kind]) for topic in topics),
        Grant(kind="group", name=group, operations=(READ,)),
        Grant(kind="transactional-id", name=transactional_prefix, operations=(WRITE,), prefixed=True),
    )


def operations_in(bits: int) -> frozenset[str]:
    """Those that a broker says are allowed, as far as grants name them; all of them when it does not say."""
    return frozenset(operation for operation, bit in _BITS.items() if bits == _NOT_TOLD or bits >> bit & 1)


def lacking(needed: Iterable[Grant], allowed: Mapping[Grant, frozenset[str]]) -> Iterator[Grant]:
    """Of each grant what is not allowed; nothing of those that it says nothing of."""
    for grant in needed:
        if grant in allowed:
            left = tuple(operation for operation in grant.operations if operation not in allowed[grant])
            if left:
                yield Grant(kind=grant.kind, name=grant.name, operations=left, prefixed=grant.prefixed)
