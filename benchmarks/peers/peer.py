"""What the runner has to know of a peer."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from app.contracts.names import TopicNames
from app.contracts.sealing import KeyRing
from benchmarks.peers.beginning import BEGINS


class Place(Struct, frozen=True):
    """Where a peer runs."""

    bootstrap_servers: str
    names: TopicNames                          # its consumer group is new for each run
    partitions: int
    folder: Path                               # of its own, for whatever it writes


class Peer(Struct, frozen=True, kw_only=True):
    """A program that makes the same decisions from the same log."""

    name: str
    title: str
    delivery: str                              # what it promises
    module: str                                # what the Python interpreter runs
    arguments: Callable[[Place], Sequence[str]]
    environment: Callable[[Place], Mapping[str, str]]
    begins: str                                # pattern of what it puts out when it is about to take the first event
    may_repeat: bool                           # whether an event may come twice


def _creditstream(place: Place) -> dict[str, str]:
    key_file = place.folder / "keys"
    KeyRing.generate().write(key_file)
    return {
        "CREDITSTREAM_KEY_FILE": str(key_file),
        "CREDITSTREAM_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "CREDITSTREAM_APP_ID": place.names.application,
        "CREDITSTREAM_METRICS_PORT": "0",
        "CREDITSTREAM_DATA_DIR": str(place.folder),
    }


def _by_hand(place: Place) -> dict[str, str]:
    """What benchmarks/peers/flow.py reads; a data folder is Faust's need only."""
    return {
        "PEER_BOOTSTRAP_SERVERS": place.bootstrap_servers,
        "PEER_APPLICATION": place.names.application,
        "PEER_PREFIX": place.names.prefix,
        "PEER_PARTITIONS": str(place.partitions),
        "PEER_DATADIR": str(place.folder),
    }


def _tuned(place: Place) -> dict[str, str]:
    return {**_by_hand(place), "PEER_TUNED": "yes"}


CREDITSTREAM = Peer(
    name="creditstream",
    title="Creditstream",
    delivery="exactly once",
    module="app.cli.main",
    arguments=lambda place: ("worker", "--prefix", place.names.prefix),
    environment=_creditstream,
    begins=r"lane \d+ open after",             # of the first lane: opening the others is part of the work measured
    may_repeat=False,
)

DOCUMENTED_FAUST = Peer(
    name="documented-faust",
    title="plain Faust, as documented",
    delivery="at least once",
    module="benchmarks.peers.documented_faust",
    # As its guide starts it. Under warn, Faust's spinner has every debug message of all libraries made, for nobody.
    arguments=lambda _: ("worker", "--loglevel", "info", "--without-web"),
    environment=_by_hand,
    begins=BEGINS,
    may_repeat=True,
)

PLAIN_FAUST = structs.replace(
    DOCUMENTED_FAUST,
    name="plain-faust",
    title="plain Faust with the service's codecs",
    module="benchmarks.peers.plain_faust",
)

TUNED_FAUST = structs.replace(
    PLAIN_FAUST, name="tuned-faust", title=f"{PLAIN_FAUST.title}, its producer tuned", environment=_tuned
)

BARE_LOOP = Peer(
    name="bare-loop",
    title="bare aiokafka loop",
    delivery="exactly once",
    module="benchmarks.peers.bare_loop",
    arguments=lambda _: (),
    environment=_by_hand,
    begins=BEGINS,
    may_repeat=False,
)
