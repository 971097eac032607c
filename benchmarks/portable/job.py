"""What a peer is told, in its environment: which topics, which group, how many cases; and what it says in return."""

import os
import sys
from collections.abc import Mapping
from typing import Self

from msgspec import Struct, convert, structs

BEGINS = "the work begins"                     # said once, when the first event has been handed over
ENDS = "the work has ended"                    # said by those that commit no offsets to the group

_PREFIX = "PEER_"


class Job(Struct, frozen=True, kw_only=True):
    """One run of one peer."""

    bootstrap_servers: str
    group: str                                 # of consumers, new for each run
    applications: str                          # topics
    answers: str
    segments: str
    offers: str
    changelog: str                             # `<group>-cases-changelog`: where Faust and Kafka Streams expect it
    partitions: int
    decisions: int                             # as many cases as the inputs hold
    folder: str                                # for whatever the peer writes

    def environment(self) -> dict[str, str]:
        """For peers in any language: PEER_GROUP and so on."""
        return {_PREFIX + name.upper(): str(value) for name, value in structs.asdict(self).items()}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        said = {field: environment[_PREFIX + field.upper()] for field in cls.__struct_fields__}
        return convert(said, cls, strict=False)


class Said:
    """Tells the meter once where the work begins."""

    def __init__(self) -> None:
        self._told = False

    def begins(self) -> None:
        """Cheap when called again."""
        if not self._told:
            self._told = True
            say(BEGINS)


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
