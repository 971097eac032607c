"""Chance that never changes: every draw follows from its labels alone, so that a second run is the first one again."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def draw(*labels: str | int) -> float:
    """A number in [0, 1), spread evenly over labels."""
    name = "/".join(str(label) for label in labels).encode()
    return int.from_bytes(blake2b(name, digest_size=6).digest()) / 2**48


def between(low: int, high: int, *labels: str | int) -> int:
    """A whole number in low..high, both included."""
    return low + int(draw(*labels) * (high - low + 1))


def choose(shares: Sequence[tuple[T, float]], *labels: str | int) -> T:
    """One of the values, by share; shares add up to 1, the last value takes what rounding leaves."""
    at = draw(*labels)
    for value, share in shares[:-1]:
        at -= share
        if at < 0:
            return value
    return shares[-1][0]
