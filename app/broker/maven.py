"""Jars from Maven repositories, side by side, with a progress bar.

The repositories are those of the user's jgo configuration (section `[repositories]`: mirrors go there), then Maven
Central; what already lies in the local Maven repository (`~/.m2/repository`, or M2_REPO) is taken from there.
"""

import errno
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from jgo import MAVEN_CENTRAL_URL, GlobalSettings
from jgo.maven import MavenContext, PythonResolver
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from app.broker.jars import verify
from app.broker.lockfile import Jar
from app.errors import BrokerError

_SIDE_BY_SIDE = 8
_ATTEMPTS = 3
_TIMEOUT_SECONDS = 20
_STORAGE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}

log = logging.getLogger(__name__)


def fetch(
    jars: Sequence[Jar],
    folder: Path,
    repositories: Mapping[str, str] | None = None,
    local_repositories: Sequence[Path] | None = None,
) -> None:
    """Put the jars into the folder, each verified before it gets its name.

    Raises BrokerError when a repository is out of reach, refuses, or gives other bytes; OSError when nothing can be
    stored.
    """
    config = GlobalSettings.load()
    if repositories is None:
        repositories = {**config.repositories, "central": config.repositories.get("central", MAVEN_CENTRAL_URL)}
    if local_repositories is None:
        local_repositories = [config.repo_cache]
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        console=Console(stderr=True), transient=True,
    )
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder) as staging, bar:
        task = bar.add_task("Fetching Apache Kafka (once)", total=sum(jar.size for jar in jars))

        @contextmanager
        def advance(_filename: str, _size: int) -> Iterator[Callable[[int], None]]:
            yield lambda count: bar.advance(task, count)

        maven = MavenContext(
            resolver=PythonResolver(progress_callback=advance),
            repo_cache=Path(staging),
            local_repos=list(local_repositories),
            remote_repos=dict(repositories),
            timeout=_TIMEOUT_SECONDS,
        )
        pool = ThreadPoolExecutor(_SIDE_BY_SIDE)
        try:
            for done in as_completed([pool.submit(_fetch_one, jar, folder, maven) for jar in jars]):
                done.result()
        finally:
            pool.shutdown(cancel_futures=True)         # after a failure the others need not fail one by one


def _fetch_one(jar: Jar, folder: Path, maven: MavenContext) -> None:
    found = _download(jar, maven)
    verify(jar, found)
    partial = folder / f"{jar.filename}.part"
    shutil.copyfile(found, partial)
    partial.replace(folder / jar.filename)


def _download(jar: Jar, maven: MavenContext) -> Path:
    artifact = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return Path(artifact.resolve())
        except (OSError, RuntimeError) as error:       # no connection; a repository that refuses (as jgo puts it)
            if isinstance(error, OSError) and error.errno in _STORAGE:
                raise
            failure = error
            artifact.cached_path.unlink(missing_ok=True)
            log.info("fetching %s, attempt %d of %d: %s", jar.filename, attempt, _ATTEMPTS, error)
    raise BrokerError(
        f"could not fetch {jar.filename} from {', '.join(maven.remote_repos.values())}: {failure}. "
        "Check the network and its proxy; a mirror goes into jgo's configuration, section [repositories]."
    ) from failure
