"""Tasks alongside end with the body, and an error of theirs ends it."""

import asyncio

import pytest

from app.demo.alongside import alongside
from app.errors import LaneError


async def forever(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("ended")


async def fails() -> None:
    await asyncio.sleep(0)
    raise LaneError("the worker ended")


async def test_they_end_with_the_body() -> None:
    ended: list[str] = []
    async with alongside(forever(ended), forever(ended)):
        await asyncio.sleep(0)
    assert ended == ["ended", "ended"]


async def test_an_error_of_theirs_is_the_bodys() -> None:
    ended: list[str] = []
    with pytest.raises(LaneError, match="the worker ended"):
        async with alongside(forever(ended), fails()):
            await asyncio.Event().wait()
    assert ended == ["ended"]


async def test_an_error_of_the_body_is_its_own() -> None:
    with pytest.raises(LaneError, match="mine"):
        async with alongside(forever([])):
            raise LaneError("mine")
