"""Produce requests that are put together at once.

aiokafka encodes a request level by level: record batch, partition, partitions, topic, topics, request, then the header
before it and the length before that; each level copies all that is below it. A transaction's records are megabytes, so
these copies cost more than the protocol does. Here nothing is joined but what is small.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from struct import pack
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest

from app.streaming.frames import Pieces, carry_large_frames
from app.streaming.record_batch import EncodedBatch

_LARGE = 16_384                                # bytes: what is smaller is joined with its neighbours
FIRST, LAST = 3, 7                             # versions of the request that have this one layout


class FlatProduceRequest(ProduceRequest):  # type: ignore[misc]   # aiokafka is untyped here
    """The same request, the same bytes, uncopied; its batches may be `EncodedBatch`es."""

    def build(self, request_struct_class: Any) -> Any:
        request = super().build(request_struct_class)
        if not FIRST <= request.API_VERSION <= LAST:
            raise ValueError(f"version {request.API_VERSION} of the produce request has another layout")
        request.encode = self.encode
        return request

    def encode(self) -> "Parcel":
        parts = [_string(self._transactional_id), pack(">hii", self._required_acks, self._timeout, len(self._topics))]
        for topic, partitions in self._topics:
            parts += (_string(topic), pack(">i", len(partitions)))
            for partition, batch in partitions:
                pieces = (batch.head, *batch.records) if isinstance(batch, EncodedBatch) else (batch,)
                parts += (pack(">ii", partition, sum(map(len, pieces))), *pieces)
        return Parcel(parts)


class Parcel:
    """A message in parts, on its way to the connection, which puts first a header and then the length before it."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __radd__(self, header: bytes) -> "Headed":
        return Headed([header, *self._parts])


class Headed(Parcel):
    """A parcel that lacks its length only."""

    def __radd__(self, length: bytes) -> Pieces:  # type: ignore[override]
        return Pieces(_few([length, *self._parts]))


def _few(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer parts: each costs a system call."""
    for is_large, run in groupby(parts, lambda part: len(part) >= _LARGE):
        if is_large:
            yield from run
        else:
            yield b"".join(run)


def send_flat(client: AIOKafkaClient) -> None:
    """From now on this client sends its produce requests so."""
    carry_large_frames()
    send = client.send

    async def flattening(node_id: int, request: Any, **kwargs: Any) -> Any:
        if type(request) is ProduceRequest:
            request.__class__ = FlatProduceRequest
        return await send(node_id, request, **kwargs)

    client.send = flattening


def _string(text: str | None) -> bytes:
    """Two bytes of length, then UTF-8; -1 for none."""
    if text is None:
        return pack(">h", -1)
    encoded = text.encode()
    return pack(">h", len(encoded)) + encoded
