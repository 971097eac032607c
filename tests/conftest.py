"""The real broker, one a session, and names that no other test uses."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from app.broker.embedded import EmbeddedKafka


@pytest.fixture(scope="session")
def kafka() -> Iterator[EmbeddedKafka]:
    """Started by the first test that asks for it. It is everybody's: a test that kills brokers starts its own."""
    with EmbeddedKafka() as broker:
        yield broker


@pytest.fixture
def run_id() -> str:
    """Eight characters, new for each test: the prefix of its topics and groups (`f"{run_id}-loan-applications"`)."""
    return f"t{uuid4().hex[:7]}"
