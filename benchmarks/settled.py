"""Where topics end once their transactions have.

Whoever commits knows that a transaction has ended, and so does its group, before the marker of that lies in every topic
which it wrote to: who looks there at once does not see the last transaction.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer, TopicPartition

_WITHIN = 30.0                                 # seconds: then it is left open, and what is missing will be told
_ASK_EVERY = 0.05


async def settled_ends(bootstrap_servers: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Last stable offsets, when nothing lies behind them any more."""
    give_up = time.monotonic() + _WITHIN
    async with AsyncExitStack() as stack:
        committed, everything = [
            await stack.enter_async_context(
                AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, isolation_level=level)
            )
            for level in ("read_committed", "read_uncommitted")
        ]
        while True:
            written = await everything.end_offsets(partitions)
            stable: dict[TopicPartition, int] = await committed.end_offsets(partitions)
            if stable == written or time.monotonic() > give_up:
                return stable
            await asyncio.sleep(_ASK_EVERY)
