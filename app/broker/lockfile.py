"""Which jars make the broker, to the byte: the committed list, and how it is made anew.

`python -m app.broker.lockfile` resolves ENDPOINT again and rewrites the list; raise the versions in it first. It asks
the Maven repositories for some hundred POMs and every jar, so it is a maintainer's command, never part of a start.
"""

from hashlib import file_digest, sha256
from pathlib import Path

import msgspec

KAFKA_VERSION = "4.3.1"
# Kafka's own artifact brings no logging backend, and a broker that dies in silence helps nobody: hence slf4j-simple.
ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
PATH = Path(__file__).with_name("kafka.lock.json")


class Jar(msgspec.Struct, frozen=True):
    """One file of the class path, named by its Maven coordinates."""

    group: str
    artifact: str
    version: str
    size: int                    # bytes
    sha256: str                  # hex

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


class Lock(msgspec.Struct, frozen=True):
    endpoint: str                # what was resolved, as jgo spells it
    jars: tuple[Jar, ...]        # in the order of the class path

    @property
    def size(self) -> int:
        """Bytes to fetch on first use."""
        return sum(jar.size for jar in self.jars)

    @property
    def name(self) -> str:
        """A folder name of this very set of jars."""
        fingerprint = sha256("".join(jar.sha256 for jar in self.jars).encode()).hexdigest()
        return f"kafka-{KAFKA_VERSION}-{fingerprint[:12]}"


def read() -> Lock:
    return msgspec.json.decode(PATH.read_bytes(), type=Lock)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def resolve() -> Lock:
    """The list for ENDPOINT as the repositories have it today."""
    import jgo  # noqa: PLC0415 - slow to import, and of no use to a start

    jars = []
    for artifact in jgo.resolve(ENDPOINT):
        path = artifact.resolve()
        jars.append(
            Jar(artifact.groupId, artifact.artifactId, artifact.version, path.stat().st_size, sha256_of(path))
        )
    return Lock(ENDPOINT, tuple(sorted(jars, key=lambda jar: (jar.group, jar.artifact))))


if __name__ == "__main__":
    PATH.write_bytes(msgspec.json.format(msgspec.json.encode(resolve()), indent=1) + b"\n")
