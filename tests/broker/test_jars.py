"""Jars are fetched once, verified always, and nothing runs from a file that is not the one on the list."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.broker import jars, lockfile, maven
from app.broker.lockfile import Jar, Lock
from app.broker.probe import free_ports
from app.errors import BrokerError

CONTENT = {"engine": b"e" * 5_000, "wheels": b"w" * 70_000}
LOCK = Lock(
    endpoint="org.example:engine:1.0",
    jars=tuple(
        Jar("org.example", name, "1.0", len(content), sha256(content).hexdigest()) for name, content in CONTENT.items()
    ),
)


def test_a_fetched_jar_is_never_asked_for_again(tmp_path: Path) -> None:
    with repository() as url:
        first = jars.ensure(LOCK, tmp_path, from_repository(url))
    assert [path.read_bytes() for path in first] == list(CONTENT.values())
    assert jars.ensure(LOCK, tmp_path, unreachable) == first


def test_nothing_is_left_beside_the_jars(tmp_path: Path) -> None:
    with repository() as url:
        jars.ensure(LOCK, tmp_path, from_repository(url))
    assert sorted(path.name for path in tmp_path.iterdir()) == [LOCK.name, f"{LOCK.name}.lock"]
    assert sorted(path.name for path in (tmp_path / LOCK.name).iterdir()) == ["engine-1.0.jar", "wheels-1.0.jar"]


def test_only_what_is_missing_is_fetched(tmp_path: Path) -> None:
    with repository() as url:
        engine, wheels = jars.ensure(LOCK, tmp_path, from_repository(url))
    wheels.unlink()
    asked: list[Jar] = []

    def fetch(missing: Sequence[Jar], folder: Path) -> None:
        asked.extend(missing)
        (folder / wheels.name).write_bytes(CONTENT["wheels"])

    jars.ensure(LOCK, tmp_path, fetch)
    assert [jar.artifact for jar in asked] == ["wheels"]
    assert engine.exists()


def test_several_first_uses_at_once_fetch_once_and_all_have_the_jars(tmp_path: Path) -> None:
    fetches: list[int] = []

    with repository() as url:

        def fetch(missing: Sequence[Jar], folder: Path) -> None:
            fetches.append(len(missing))
            from_repository(url)(missing, folder)

        with ThreadPoolExecutor(8) as pool:
            uses = [pool.submit(jars.ensure, LOCK, tmp_path, fetch) for _ in range(8)]
        found = [use.result() for use in uses]
    assert fetches == [2]
    assert [[path.read_bytes() for path in paths] for paths in found] == 8 * [list(CONTENT.values())]


def test_a_jar_with_another_checksum_is_refused_and_not_stored(tmp_path: Path) -> None:
    with repository(engine=b"x" * 5_000) as url, pytest.raises(BrokerError, match=r"engine-1\.0\.jar is not the file"):
        jars.ensure(LOCK, tmp_path, from_repository(url))
    assert not (tmp_path / LOCK.name / "engine-1.0.jar").exists()


def test_a_jar_that_was_changed_in_the_cache_is_refused(tmp_path: Path) -> None:
    with repository() as url:
        engine, _ = jars.ensure(LOCK, tmp_path, from_repository(url))
    engine.write_bytes(b"x" * 5_000)
    with pytest.raises(BrokerError, match="Delete it and try again"):
        jars.ensure(LOCK, tmp_path, unreachable)


def test_a_repository_that_refuses_is_named(tmp_path: Path) -> None:
    with repository(engine=None) as url, pytest.raises(BrokerError, match=rf"fetch engine-1\.0\.jar from {url}"):
        jars.ensure(LOCK, tmp_path, from_repository(url))


def test_a_repository_out_of_reach_is_named(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    with pytest.raises(BrokerError, match=rf"from {url}: .*\n?.*Check the network"):
        jars.ensure(LOCK, tmp_path, from_repository(url))


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    folder = tmp_path / LOCK.name
    folder.mkdir()
    (folder / "wheels-1.0.jar.part").symlink_to("/dev/full")           # where every write finds no space left
    with repository() as url, pytest.raises(BrokerError, match=rf"in {folder}: No space left on device\. Make room"):
        jars.ensure(LOCK, tmp_path, from_repository(url))


def test_the_committed_list_is_that_of_the_stated_version() -> None:
    lock = lockfile.read()
    assert lock.endpoint == lockfile.ENDPOINT
    assert {jar.version for jar in lock.jars if jar.group == "org.apache.kafka"} == {lockfile.KAFKA_VERSION}
    assert len({jar.filename for jar in lock.jars}) == len(lock.jars)


def from_repository(url: str) -> jars.Fetch:
    return partial(maven.fetch, repositories={"test": url}, local_repositories=[])


def unreachable(_jars: Sequence[Jar], _folder: Path) -> None:
    raise AssertionError("a repository was asked")


@contextmanager
def repository(**instead: bytes | None) -> Iterator[str]:
    """A Maven repository on the loopback interface with both jars; None is answered with 403."""
    content = {**CONTENT, **instead}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("/")[-3]
            body = content[name] if self.path == f"/org/example/{name}/1.0/{name}-1.0.jar" else None
            self.send_response(200 if body else 403)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
