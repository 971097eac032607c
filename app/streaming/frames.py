"""Frames of megabytes, to and from the broker, with one copy each.

asyncio's stream reader grows a buffer chunk by chunk, wakes its reader at each, stops the socket whenever more than
128 KB lie there, and copies once more to hand an answer out. A fetch brings megabytes: here its chunks are kept as they
came and joined when the last one is there. And its writer wants a request in one piece, though the socket does not.
"""

import asyncio
from typing import Any

from aiokafka import client

_LARGE = 65_536                                # bytes: smaller answers are read as ever
_create = client.create_conn


class FrameReader(asyncio.StreamReader):
    """A stream reader whose `readexactly` of something large wakes up once."""

    _chunks: list[bytes] | None = None         # of what is being read
    _missing = 0                               # bytes

    def feed_data(self, data: bytes) -> None:  # type: ignore[override]
        chunks = self._chunks
        if chunks is None:
            super().feed_data(data)
        elif len(data) < self._missing:
            chunks.append(data)
            self._missing -= len(data)
        else:
            chunks.append(data[: self._missing])
            after, self._missing, self._chunks = data[self._missing :], 0, None
            super().feed_data(after)
            self._wakeup_waiter()              # type: ignore[attr-defined]   # also when nothing lies behind it

    async def readexactly(self, n: int) -> bytes:
        buffer: bytearray = self._buffer       # type: ignore[attr-defined]
        if n < _LARGE or len(buffer) >= n:
            return await super().readexactly(n)
        if self._exception is not None:        # type: ignore[attr-defined]
            raise self._exception              # type: ignore[attr-defined]
        chunks = [bytes(buffer)]
        self._missing = n - len(buffer)
        buffer.clear()
        self._maybe_resume_transport()         # type: ignore[attr-defined]
        self._chunks = chunks
        try:
            while self._missing:
                if self._eof:                  # type: ignore[attr-defined]
                    raise asyncio.IncompleteReadError(b"".join(chunks), n)
                await self._wait_for_data("readexactly")   # type: ignore[attr-defined]
        finally:
            self._chunks = None
        return b"".join(chunks)


class Pieces(list[bytes]):
    """A frame in the pieces that it is made of."""


class FrameWriter(asyncio.StreamWriter):
    """A stream writer that takes `Pieces`, too. What the socket does not take at once, the transport keeps."""

    def write(self, data: Any) -> None:
        for piece in data if type(data) is Pieces else (data,):
            super().write(piece)


async def _connected(*args: Any, **options: Any) -> Any:
    connection = await _create(*args, **options)
    if connection._reader is not None:         # unless it was lost at once
        connection._reader.__class__ = FrameReader
        connection._writer.__class__ = FrameWriter
    return connection


def carry_large_frames() -> None:
    """From now on every connection that a client of this process makes does."""
    client.create_conn = _connected
