"""Large answers read in one piece are what asyncio's own stream reader would have given; requests written in pieces
arrive as one."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.streaming import frames
from app.streaming.frames import FrameReader, FrameWriter, Pieces

SIZES = st.lists(st.integers(0, 300) | st.integers(65_000, 200_000), min_size=1, max_size=5)


def bytes_of(number: int, size: int) -> bytes:
    return (b"%08d" % number * (size // 8 + 1))[:size]


async def read(sizes: list[int], chunks: list[int]) -> list[bytes]:
    """What is read while the stream comes in chunks of such sizes, again and again."""
    reader = FrameReader(limit=1 << 16)
    stream = b"".join(bytes_of(number, size) for number, size in enumerate(sizes))

    async def feed() -> None:
        at = turn = 0
        while at < len(stream):
            reader.feed_data(stream[at : at + chunks[turn % len(chunks)]])
            at += chunks[turn % len(chunks)]
            turn += 1
            if turn % 3:
                await asyncio.sleep(0)
        reader.feed_eof()

    feeding = asyncio.create_task(feed())
    found = [await reader.readexactly(size) for size in sizes]
    await feeding
    assert reader.at_eof()
    return found


@given(SIZES, st.lists(st.integers(1_000, 150_000), min_size=1, max_size=4))
def test_the_same_bytes_whatever_the_chunks(sizes, chunks):
    expected = [bytes_of(number, size) for number, size in enumerate(sizes)]
    assert asyncio.run(read(sizes, chunks)) == expected


async def test_an_answer_that_breaks_off_is_reported_with_what_came():
    reader = FrameReader(limit=1 << 16)
    reading = asyncio.create_task(reader.readexactly(100_000))
    await asyncio.sleep(0)
    reader.feed_data(b"x" * 70_000)
    reader.feed_eof()
    with pytest.raises(asyncio.IncompleteReadError) as broken:
        await reading
    assert (len(broken.value.partial), broken.value.expected) == (70_000, 100_000)


async def test_a_broken_connection_ends_the_reading():
    reader = FrameReader(limit=1 << 16)
    reading = asyncio.create_task(reader.readexactly(100_000))
    await asyncio.sleep(0)
    reader.feed_data(b"x" * 70_000)
    reader.set_exception(ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        await reading
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(100_000)


@given(SIZES)
def test_pieces_arrive_in_order_also_where_the_socket_takes_no_more(sizes):
    assert asyncio.run(sent(sizes)) == b"first" + b"".join(map(bytes_of, range(len(sizes)), sizes)) + b"last"


async def sent(sizes: list[int]) -> bytes:
    """What arrives at the other end of a connection whose reader begins late."""
    arrived: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    all_written = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await all_written.wait()
        arrived.set_result(await reader.read())
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.__class__ = FrameWriter
        writer.write(b"first")
        writer.write(Pieces(map(bytes_of, range(len(sizes)), sizes)))
        writer.write(b"last")
        all_written.set()
        writer.close()
        return await arrived


async def test_the_clients_connections_do_both(rig):
    frames.carry_large_frames()
    async with rig.producer("frames-" + rig.orders.run) as producer:
        connections = producer.client._conns.values()
        assert connections
        assert {(type(c._reader), type(c._writer)) for c in connections} == {(FrameReader, FrameWriter)}
