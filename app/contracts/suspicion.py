"""Which events must be looked at closely though they decode: those that may hold a card number, or hide something."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.contracts.card_numbers import LOOKS_LIKE_ONE

_SUSPECT = re.compile(rb'"[0-9]{13,19}"|' + LOOKS_LIKE_ONE.encode())
_FEWEST_DIGITS = 13
_RISKY_ESCAPE = re.compile(rb"\\(?:[bfnrt]|u00[0-7])")    # what becomes a control character, or hides a digit

_DIGITS = b"0123456789"
_DIGITS_ALIKE = bytes(ord("0") if byte in _DIGITS else ord("x") for byte in range(256))
_GROUPED_ALIKE = bytes(ord("0") if byte in _DIGITS + b" -" else ord("x") for byte in range(256))
_RUN = b"0" * _FEWEST_DIGITS
_WHOLE_RUN = re.compile(b"0+")

_MUCH = 20_000                                 # bytes: less is looked at quicker value by value
_BLOCK = 80_000                                # larger arrays are given back to the system, and taken anew each time


def needs_care(value: bytes) -> bool:
    """Whether JSON that decodes may still break a published pattern or hold a card number. One look at the bytes."""
    if _hides_something(value):
        return True
    if _RUN not in value.translate(_DIGITS_ALIKE, b" -"):
        return False
    return bool(_suspects(value, _runs_of_digits(value)))


def careful_places(values: Sequence[bytes]) -> set[int]:
    """Places of those that `needs_care`."""
    size = sum(map(len, values))
    if size < _MUCH:
        return {place for place, value in enumerate(values) if needs_care(value)}
    together = ceil(len(values) / ceil(size / _BLOCK))
    found: set[int] = set()
    for at in range(0, len(values), together):
        found.update([at + place for place in _careful_among(values[at : at + together])])
    return found


def _careful_among(values: Sequence[bytes]) -> set[int]:
    """As `careful_places`, by one look at all their bytes."""
    joined = b"\n".join(values)
    found: set[int] = set()
    if b"\\" in joined:
        found.update([place for place, value in enumerate(values) if _hides_something(value)])
    suspects = _suspects(joined, _runs_of_digits_in_much(joined))
    if suspects:
        ends = list(accumulate([len(value) + 1 for value in values]))
        found.update([bisect_right(ends, at) for at in suspects])
    return found


def _hides_something(value: bytes) -> bool:
    return b"\\" in value and _RISKY_ESCAPE.search(value) is not None


def _suspects(text: bytes, runs: Iterable[tuple[int, int]]) -> list[int]:
    """Where what looks like a card number begins: each is within a run of digits, and judged with the letter on either
    side of that run."""
    return [
        found.start()
        for start, end in runs
        if end - start - text.count(b"-", start, end) - text.count(b" ", start, end) >= _FEWEST_DIGITS
        and (found := _SUSPECT.search(text, max(start - 1, 0), end + 1))
    ]


def _runs_of_digits(text: bytes) -> Iterator[tuple[int, int]]:
    """Where 13 bytes or more in a row are digits, blanks and dashes. Every card number lies within such a run."""
    alike = text.translate(_GROUPED_ALIKE)
    start = alike.find(_RUN)
    while start >= 0:
        run = _WHOLE_RUN.match(alike, start)
        assert run is not None
        yield run.span()
        start = alike.find(_RUN, run.end())


def _runs_of_digits_in_much(text: bytes) -> Iterator[tuple[int, int]]:
    """As `_runs_of_digits`, quicker on long text, and less exact: a run may have one byte more at either end, and dots
    or strokes within; blanks that only indent are no part of it."""
    start, last = 0, -1
    for first in _six_pairs(np.frombuffer(text, dtype=np.uint8)):
        if first != last + 2:
            if last >= 0:
                yield max(start - 1, 0), last + _FEWEST_DIGITS
            start = first
        last = first
    if last >= 0:
        yield max(start - 1, 0), last + _FEWEST_DIGITS


def _six_pairs(letters: NDArray[np.uint8]) -> list[int]:
    """Each even place where six pairs begin that are digits, or stand between digits: however 13 in a row lie, they
    hold six such pairs, and pairs are but half as many to look at."""
    alike = (letters - np.uint8(ord("-"))) < np.uint8(13)      # "-./0123456789"; below "-" it wraps
    blanks = letters == np.uint8(ord(" "))
    blanks[1:] &= alike[:-1]
    alike |= blanks
    pairs = alike[: len(alike) & ~1].view(np.uint16) == 0x0101
    for longer in (1, 2, 2):                   # two, four and six pairs
        pairs = pairs[:-longer] & pairs[longer:]
    found: list[int] = (np.flatnonzero(pairs) * 2).tolist()
    return found
