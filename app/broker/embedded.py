"""A broker for as long as a block of code runs: demo, tests, benchmarks."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import psutil

from app.broker.configuration import Profile
from app.broker.failures import PortTakenError
from app.broker.guarded import GuardedProcess
from app.broker.node import NO_PROPERTIES, Node
from app.broker.probe import free_ports
from app.errors import BrokerError
from app.settings import Settings

STOP_TIMEOUT_SECONDS = 60.0                            # the first stop also writes the start-up archive
_PORTS_TO_TRY = 3


class EmbeddedKafka:
    """A real Apache Kafka on the loopback interface, which never outlives this process.

        with EmbeddedKafka() as kafka:                 # or: async with
            connect(kafka.bootstrap_servers)

    folder: where its data live, kept afterwards; None for a temporary one, which goes with the broker.
    port: None for any that is free. One object keeps its port and its data from start to start.
    profile: "small" (256 MB heap, quick start) or "benchmark" (1 GB heap, all of Java's compilers).
    cache_dir: where the jars are kept; None for what the environment says (app.settings).
    properties: Kafka's broker settings on top of the embedded ones.
    cluster_id: the same for the nodes of one cluster; None for one of its own.

    Raises BrokerError, with what to do, when it cannot be brought up.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        port: int | None = None,
        profile: Profile = "small",
        cache_dir: Path | None = None,
        properties: Mapping[str, str] = NO_PROPERTIES,
        cluster_id: str | None = None,
    ) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="creditstream-kafka-"))
        self._temporary = folder is None
        self._port = port
        self._node = Node(
            self.folder,
            cache_dir=cache_dir or Settings.from_environment().cache_dir,
            profile=profile,
            extra=properties,
            cluster_id=cluster_id,
        )
        self._process: GuardedProcess | None = None

    @property
    def bootstrap_servers(self) -> str:
        if self._port is None:
            raise BrokerError("the embedded Kafka has no address before its first start")
        return f"127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_alive

    @property
    def pid(self) -> int:
        """Of the Java process."""
        return self._running().pid

    def cpu_seconds(self) -> float:
        """Processor time since this start: all threads, user and system."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def resident_bytes(self) -> int:
        return int(psutil.Process(self.pid).memory_info().rss)

    def start(self) -> None:
        """Returns when the broker answers. Does nothing when it runs already."""
        if self.is_running:
            return
        if self._port is not None:
            self._start_on(self._port)
            return
        for port in free_ports(_PORTS_TO_TRY):
            try:
                self._start_on(port)
            except PortTakenError as error:            # another program was given it in between
                taken = error
            else:
                self._port = port
                return
        raise taken

    def stop(self) -> None:
        """End gracefully, by force after STOP_TIMEOUT_SECONDS. The data stay, for another start."""
        if self._process is None:
            return
        self._process.terminate()
        if self._process.ends_within(STOP_TIMEOUT_SECONDS):
            self._node.keep_archive()
        self.kill()

    def kill(self) -> None:
        """As by `kill -9`: nothing is flushed, nobody is told. The data stay, for another start."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def pause(self) -> None:
        """Freeze it as it stands, like a machine that hangs. Not on Windows."""
        self._running().pause()

    def resume(self) -> None:
        self._running().resume()

    def close(self) -> None:
        """Stop; temporary data go."""
        self.stop()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        starting = asyncio.create_task(asyncio.to_thread(self.__enter__))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:                 # a thread cannot be cancelled: let it finish, then undo it
            await asyncio.wait([starting])
            await asyncio.to_thread(self.close)
            raise

    async def __aexit__(self, *exception: object) -> None:
        await asyncio.to_thread(self.close)

    def _start_on(self, port: int) -> None:
        command = self._node.command(port)
        self._process = GuardedProcess(
            command, log_file=self._node.log_file, remove_folder=self.folder if self._temporary else None
        )
        try:
            self._node.wait_until_it_answers(port, lambda: self.is_running)
        except BaseException:
            self.kill()
            raise

    def _running(self) -> GuardedProcess:
        if self._process is None or not self._process.is_alive:
            raise BrokerError("the embedded Kafka is not running")
        return self._process
