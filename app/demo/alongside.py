"""Tasks that run while something else is done."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from app.errors import CreditstreamError


@asynccontextmanager
async def alongside(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs these while the body runs, and cancels them at its end. When one fails the body is cancelled; an error of
    the project's own tree comes out as itself, any other in an ExceptionGroup."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine) for coroutine in coroutines]
            yield
            for task in tasks:
                task.cancel()
    except BaseExceptionGroup as failures:
        known = _first_known(failures)
        if known is None:
            raise
        raise known from None


def _first_known(failures: BaseExceptionGroup[BaseException]) -> CreditstreamError | None:
    for failure in failures.exceptions:
        if isinstance(failure, CreditstreamError):
            return failure
        if isinstance(failure, BaseExceptionGroup) and (known := _first_known(failure)) is not None:
            return known
    return None
