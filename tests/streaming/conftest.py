"""A rig for each test, on everybody's broker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.broker.embedded import EmbeddedKafka
from tests.streaming.rig import Rig


@pytest.fixture
async def rig(kafka: EmbeddedKafka, run_id: str, tmp_path: Path) -> AsyncIterator[Rig]:
    async with Rig.ready(kafka.bootstrap_servers, run_id, tmp_path) as ready:
        yield ready
