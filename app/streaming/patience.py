"""Waiting for a broker that may never answer."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, call: Awaitable[T]) -> T:
    """The call's result, or TimeoutError. Unlike asyncio.timeout it holds although aiokafka may swallow a cancellation:
    after `seconds` the call is on its own, and its error, if any, is nobody's business."""
    task = asyncio.ensure_future(call)
    try:
        done, _ = await asyncio.wait([task], timeout=seconds)
    except asyncio.CancelledError:
        _abandon(task)
        raise
    if not done:
        _abandon(task)
        raise TimeoutError(f"no answer from the broker within {seconds:g} s")
    return task.result()


def _abandon(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
