"""Who does the work of suite A, and what the runner has to know of each."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct, field, structs

from benchmarks.portable.job import BEGINS, Job
from benchmarks.portable.toolchains import java_command, python_of_peers

HEAP = 3_072                                   # MiB; left alone, a JVM takes a quarter of the machine

Size = Literal["full", "cold", "fortieth"]     # how long a log it is given: enough for 20 s


class Peer(Struct, frozen=True, kw_only=True):
    """A program that does the same work from the same log."""

    name: str
    title: str
    delivery: str                              # what it promises
    command: Callable[[Job], Sequence[str]]    # program and arguments
    size: Size = "full"
    environment: Mapping[str, str] = field(default_factory=dict)
    begins: str = BEGINS                       # pattern of what it says when it is about to take the first event
    may_repeat: bool = False                   # whether an output may come twice
    decides: bool = True                       # False for a floor: its outputs are counted, they say nothing
    commits: bool = True                       # whether it commits its offsets to its group
    heap: Literal["default", "smallest"] = "default"   # of a JVM; "smallest": searched for before the first run
    transactions: Callable[[Sequence[int]], int] = max
    """From the commit markers in each partition: `max` where a transaction spans them all, `sum` where each has its
    own."""


def python(module: str, *arguments: str) -> Callable[[Job], Sequence[str]]:
    """A module in this interpreter."""
    return lambda _: (sys.executable, "-m", module, *arguments)


def _foreign(module: str, *needs: str) -> Callable[[Job], Sequence[str]]:
    """In an interpreter that has these packages."""
    return lambda _: (python_of_peers(needs), "-m", module)


def _faust(module: str) -> Callable[[Job], Sequence[str]]:
    """A Faust worker, started as Faust's guide starts it.

    Under warn, Faust's spinner has every debug message of all libraries made, for nobody."""
    return python(module, "worker", "--loglevel", "info", "--without-web")


def java(name: str, *options: str, heap: int = HEAP) -> Callable[[Job], Sequence[str]]:
    """A class of the Java project, with so many MiB of heap."""
    return lambda _: java_command(name, (f"-Xms{heap}m", f"-Xmx{heap}m", *options))


CREDITSTREAM = Peer(
    name="creditstream",
    title="Creditstream",
    delivery="exactly once",
    command=python("benchmarks.portable.worker", "worker"),
    begins=r"lane \d+ open after",             # of the first lane: opening the others is part of the work measured
    transactions=sum,
)

AIOKAFKA = Peer(
    name="aiokafka",
    title="bare aiokafka loop",
    delivery="exactly once",
    command=python("benchmarks.peers.aiokafka_loop"),
)

AIOKAFKA_COMPILED = Peer(
    name="aiokafka-compiled",
    title="bare aiokafka loop, the service's compiled strategy",
    delivery="exactly once",
    command=python("benchmarks.peers.aiokafka_loop"),
    environment={"PEER_COMPILED": "yes"},
)

FLOOR_CODEC = Peer(
    name="floor-codec",
    title="floor: decode and encode",
    delivery="at least once",
    command=python("benchmarks.peers.floor", "codec"),
    may_repeat=True,
    decides=False,
)

FLOOR_COPY = Peer(
    name="floor-copy",
    title="floor: bytes in, bytes out",
    delivery="at least once",
    command=python("benchmarks.peers.floor", "copy"),
    may_repeat=True,
    decides=False,
)

STREAMS = Peer(
    name="streams",
    title="Kafka Streams, in memory",
    delivery="exactly once (v2)",
    command=java("StreamsPeer", "-Dstore=memory"),
)

STREAMS_COLD = structs.replace(
    STREAMS, name="streams-cold", title="Kafka Streams, in memory, cold", size="cold"
)

STREAMS_SMALL = structs.replace(
    STREAMS, name="streams-small", title="Kafka Streams, in memory, smallest heap", heap="smallest"
)

STREAMS_ROCKSDB = structs.replace(
    STREAMS,
    name="streams-rocksdb",
    title="Kafka Streams, RocksDB",
    command=java("StreamsPeer", "-Dstore=rocksdb"),
)

JAVA_LOOP = Peer(name="java", title="bare Java loop", delivery="exactly once", command=java("LoopPeer"))

JAVA_LOOP_COLD = structs.replace(JAVA_LOOP, name="java-cold", title="bare Java loop, cold", size="cold")

CONFLUENT = Peer(
    name="confluent",
    title="bare confluent-kafka loop",
    delivery="exactly once",
    command=_foreign("benchmarks.peers.confluent_loop", "confluent_kafka"),
)

FASTSTREAM = Peer(
    name="faststream",
    title="FastStream, batches",
    delivery="at least once",
    command=_foreign("benchmarks.peers.faststream_join", "faststream"),
    may_repeat=True,
)

QUIX = Peer(
    name="quix",
    title="Quix Streams",
    delivery="exactly once",
    command=_foreign("benchmarks.peers.quix_join", "quixstreams"),
)

BYTEWAX = Peer(
    name="bytewax",
    title="bytewax",
    delivery="at least once",
    command=_foreign("benchmarks.peers.bytewax_join", "bytewax"),
    may_repeat=True,
    commits=False,
)

FAUST = Peer(
    name="faust",
    title="plain Faust, as documented",
    delivery="at least once",
    command=_faust("benchmarks.peers.documented_faust_join"),
    size="fortieth",
    may_repeat=True,
)

FAUST_MSGSPEC = structs.replace(
    FAUST,
    name="faust-msgspec",
    title="plain Faust with msgspec's codecs",
    command=_faust("benchmarks.peers.faust_join"),
)

FAUST_TUNED = structs.replace(
    FAUST_MSGSPEC,
    name="faust-tuned",
    title=f"{FAUST_MSGSPEC.title}, its producer tuned",
    environment={"PEER_TUNED": "yes"},
)

PEERS = {
    peer.name: peer
    for peer in (
        CREDITSTREAM, AIOKAFKA, STREAMS, FLOOR_CODEC, STREAMS_COLD, CONFLUENT, JAVA_LOOP, JAVA_LOOP_COLD,
        AIOKAFKA_COMPILED, FLOOR_COPY, STREAMS_ROCKSDB, STREAMS_SMALL, FASTSTREAM, QUIX, BYTEWAX, FAUST, FAUST_MSGSPEC,
        FAUST_TUNED,
    )
}  # fmt: skip
