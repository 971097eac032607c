"""Starts the tools before the first test and asks them after the last."""

from pathlib import Path

import pytest

from tests.architecture.tools import TOOLS, Running

_running: dict[str, Running] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.is_relative_to(Path(__file__).parent))


def pytest_runtestloop(session: pytest.Session) -> None:
    callspecs = [getattr(item, "callspec", None) for item in session.items]
    wanted = {callspec.params.get("tool") for callspec in callspecs if callspec is not None}
    _running.update({name: Running(arguments) for name, arguments in TOOLS.items() if name in wanted})


def pytest_unconfigure() -> None:
    while _running:
        _running.popitem()[1].end()


@pytest.fixture
def running() -> dict[str, Running]:
    return _running
