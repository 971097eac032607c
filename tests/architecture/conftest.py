"""Starts the tools before the first test and asks them after the last."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.architecture.tools import TOOLS, Done, started

_running: dict[str, Future[Done]] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.is_relative_to(Path(__file__).parent))


def pytest_runtestloop(session: pytest.Session) -> None:
    callspecs = [getattr(item, "callspec", None) for item in session.items]
    wanted = {callspec.params.get("tool") for callspec in callspecs if callspec is not None}
    _running.update(started(name for name in TOOLS if name in wanted))


def pytest_unconfigure() -> None:
    for waiting in _running.values():
        waiting.cancel()


@pytest.fixture
def running() -> dict[str, Future[Done]]:
    return _running
