"""Kafka's own spelling of lengths and headers, for records that are put together here and not by the client."""

from collections.abc import Iterable

Header = tuple[str, bytes | None]

_MOST_KEPT = 16_384


class _Varints(dict[int, bytes]):
    """Zigzag, then seven bits a byte, the lowest first; those of small numbers are kept."""

    def __missing__(self, number: int) -> bytes:
        found = _varint(number)
        if 0 <= number < _MOST_KEPT:
            self[number] = found
        return found


VARINTS = _Varints()
NULL = b"\x01"                                 # the length of what is not there: -1
NO_HEADERS = b"\0"


def header_block(headers: Iterable[Header]) -> bytes:
    """What follows a record's value: how many headers there are, then each one's name and content."""
    parts = [header(name, content) for name, content in headers]
    return b"".join([VARINTS[len(parts)], *parts])


def header(name: str, content: bytes | None) -> bytes:
    """One of them."""
    spelt = name.encode()
    if content is None:
        return VARINTS[len(spelt)] + spelt + NULL
    return VARINTS[len(spelt)] + spelt + VARINTS[len(content)] + content


def headers_in(block: bytes) -> list[Header]:
    """The headers of a block; IndexError or UnicodeDecodeError when it is none."""
    count, at = _read(block, 0)
    found: list[Header] = []
    for _ in range(count):
        length, at = _read(block, at)
        name, at = block[at : at + length].decode(), at + length
        length, at = _read(block, at)
        content = None if length < 0 else block[at : at + length]
        at += max(length, 0)
        found.append((name, content))
    return found


def _varint(number: int) -> bytes:
    zigzag = (number << 1) ^ (number >> 63)
    found = bytearray()
    while zigzag > 0x7F:
        found.append(0x80 | (zigzag & 0x7F))
        zigzag >>= 7
    found.append(zigzag)
    return bytes(found)


def _read(block: bytes, at: int) -> tuple[int, int]:
    """The number that begins at this byte, and where it ends."""
    zigzag = shift = 0
    while True:
        byte = block[at]
        at += 1
        zigzag |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (zigzag >> 1) ^ -(zigzag & 1), at
        shift += 7
