"""Kafka's jars in the user's cache: fetched once, verified at every start, used offline."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.broker.lockfile import Jar, Lock, sha256_of
from app.broker.locks import only_one
from app.errors import BrokerError

Fetch = Callable[[Sequence[Jar], Path], None]          # puts these jars into that folder, each whole when it has its
                                                       # name, or raises


def ensure(lock: Lock, cache_dir: Path, fetch: Fetch | None = None) -> list[Path]:
    """The class path: every jar of the list, in its order, verified. Fetches what is missing.

    Several processes may call this at once: one fetches, the others wait for it.
    Raises BrokerError when a jar cannot be fetched or stored, or is not what the list says.
    """
    folder = cache_dir / lock.name
    paths = [folder / jar.filename for jar in lock.jars]
    if not all(path.exists() for path in paths):
        try:
            _fill(lock, folder, fetch or _from_maven)
        except OSError as error:
            raise BrokerError(
                f"cannot store Kafka's jars ({lock.size / 1e6:.0f} MB) in {folder}: {error.strerror or error}. "
                "Make room there, or name another folder in CREDITSTREAM_CACHE_DIR."
            ) from error
    for jar, path in zip(lock.jars, paths, strict=True):
        verify(jar, path)
    return paths


def verify(jar: Jar, path: Path) -> None:
    """BrokerError unless the file is, to the byte, the jar of the list."""
    size = path.stat().st_size
    if size == jar.size and sha256_of(path) == jar.sha256:
        return
    raise BrokerError(
        f"{path} is not the file that the list of checksums names ({size} bytes, {jar.size} expected): it was damaged "
        "or replaced, and nothing is run from it. Delete it and try again; if it comes back like this, the repository "
        "or something on the way changes it."
    )


def _fill(lock: Lock, folder: Path, fetch: Fetch) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder.with_name(f"{folder.name}.lock")):
        missing = [jar for jar in lock.jars if not (folder / jar.filename).exists()]
        if missing:                                    # else another process was faster
            fetch(missing, folder)


def _from_maven(jars: Sequence[Jar], folder: Path) -> None:
    from app.broker.maven import fetch  # noqa: PLC0415 - a third of a second that only the first use needs

    fetch(jars, folder)
