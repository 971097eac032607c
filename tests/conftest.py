"""The real broker, one a session, and names that no other test uses."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from app.broker.embedded import EmbeddedKafka
from app.strategies.verification import Verification, verify

# The same examples every time: what fails here fails everywhere. `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def kafka() -> Iterator[EmbeddedKafka]:
    """Started by the first test that asks for it. It is everybody's: a test that kills brokers starts its own."""
    with EmbeddedKafka() as broker:
        yield broker


@pytest.fixture
def run_id() -> str:
    """Eight characters, new for each test: the prefix of its topics and groups (`f"{run_id}-loan-applications"`)."""
    return f"t{uuid4().hex[:7]}"


@pytest.fixture(scope="session")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Verification]:
    """A copy of a strategy's folder, proved and its cases run; once a session, for a proof takes seconds."""

    @cache
    def verified(folder: Path) -> Verification:
        return verify(shutil.copytree(folder, tmp_path_factory.mktemp("verified") / folder.name), folder.name)

    return verified
