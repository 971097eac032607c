"""A broker that stays when the command has ended: `creditstream broker start | stop | status`.

What is known of it lies in `broker/` of the data folder: `state.json` (process, port) beside the node's own files.
"""

import contextlib
import subprocess
import sys
import time

import msgspec
import psutil

from app.broker.failures import PortTakenError, java_does_not_run
from app.broker.locks import only_one
from app.broker.node import Node
from app.broker.probe import answers, free_ports, is_free
from app.errors import BrokerError
from app.settings import Settings

STOP_TIMEOUT_SECONDS = 60.0                            # the first stop also writes the start-up archive
_LOOK_EVERY_SECONDS = 0.05
_DETACHED = 0
if sys.platform == "win32":
    _DETACHED = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS


class Running(msgspec.Struct, frozen=True):
    """The broker's process, known by its id and its last argument, because ids are used again."""

    pid: int
    port: int
    configuration: str                                 # server.properties, as the process was given it

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def answers(self) -> bool:
        return answers(self.port)

    def process(self) -> psutil.Process | None:
        """None when it has ended."""
        with contextlib.suppress(psutil.Error):        # there is none, or it is somebody else's
            process = psutil.Process(self.pid)
            if process.status() != psutil.STATUS_ZOMBIE and process.cmdline()[-1:] == [self.configuration]:
                return process
        return None

    def end(self) -> bool:
        """Whether it ended gracefully; by force after STOP_TIMEOUT_SECONDS."""
        give_up = time.monotonic() + STOP_TIMEOUT_SECONDS
        gracefully = True
        if process := self.process():
            process.terminate()
            process.resume()                           # a frozen one would never hear it
        while process := self.process():
            if time.monotonic() > give_up:
                gracefully = False
                process.kill()
            time.sleep(_LOOK_EVERY_SECONDS)
        return gracefully


class BackgroundKafka:
    """The one background broker of a data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data_dir / "broker"
        self._state = self.folder / "state.json"
        self._node = Node(self.folder, cache_dir=settings.cache_dir)

    def find(self) -> Running | None:
        """The broker when its process lives, whether or not it answers."""
        last = self._last()
        return last if last and last.process() else None

    def start(self, port: int | None = None) -> Running:
        """Returns when it answers. One that runs already is returned as it is.

        port: None for the one it had last time, if that is free, else for any free one.
        Raises BrokerError when it cannot be brought up, or runs on another port than the one asked for.
        """
        with self._alone():
            running = self.find()
            if running and port not in {None, running.port}:
                raise BrokerError(f"the broker runs already, on port {running.port}: stop it first to use {port}")
            if running:
                self._node.wait_until_it_answers(running.port, lambda: running.process() is not None)
                return running
            if port is not None:
                return self._start_on(port)
            try:
                return self._start_on(self._usual_port())
            except PortTakenError:                     # another program was given it in between
                return self._start_on(free_ports(1)[0])

    def stop(self) -> bool:
        """Whether there was one to stop. The data stay."""
        with self._alone():
            running = self.find()
            if running is None:
                return False
            if running.end():
                self._node.keep_archive()
            return True

    def _start_on(self, port: int) -> Running:
        command = self._node.command(port)
        with self._node.log_file.open("ab") as log:
            try:
                process = psutil.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True, creationflags=_DETACHED,
                )
            except OSError as error:
                raise java_does_not_run(error) from error
        running = Running(process.pid, port, command[-1])
        try:
            self._state.write_bytes(msgspec.json.encode(running))
            self._node.wait_until_it_answers(port, lambda: process.poll() is None)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return running

    def _usual_port(self) -> int:
        last = self._last()
        return last.port if last and is_free(last.port) else free_ports(1)[0]

    def _last(self) -> Running | None:
        """What the last start wrote; None when there was none, or what it left cannot be read."""
        with contextlib.suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self._state.read_bytes(), type=Running)
        return None

    def _alone(self) -> contextlib.AbstractContextManager[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return only_one(self.folder / "start-stop.lock")
        except OSError as error:
            raise BrokerError(
                f"cannot use {self.folder}: {error.strerror}. Grant access, or set CREDITSTREAM_DATA_DIR."
            ) from error
