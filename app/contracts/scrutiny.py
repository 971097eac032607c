"""The careful way of decoding: for events that are broken, odd, or carry fields that the contract does not know."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, get_args

import msgspec
import numpy as np
from msgspec import Struct

from app.contracts.card_numbers import holds_pan, is_bare_digits
from app.contracts.explain import explained, value_at
from app.contracts.reasons import BAD_VALUE, NESTED_TOO_DEEPLY, NOT_JSON, PAN_IN_CLEAR, Refused
from app.contracts.suspicion import needs_care
from app.contracts.twins import known_fields, number_fields, spelt_fields, twin_of

MAX_DEPTH = 32

_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_DIGITS_OF_A_PAN = 12


class Fields(list[tuple[str, Any]]):
    """A JSON object as it was written: repeated names and all."""


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


class Scrutiny:
    """Decodes values of one fact type (or tagged union): the same facts as the fast way, refusals with reasons."""

    def __init__(self, body_type: Any) -> None:
        self._root = body_type
        structs = get_args(body_type) or (body_type,)
        self._types: dict[type[Struct], type[Struct]] = {twin_of(struct): struct for struct in structs}
        twins = tuple(self._types)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(twins[0] if len(twins) == 1 else _union(twins))
        self._numbers = number_fields(body_type)
        self._known = known_fields(body_type)
        self._spelt = [f'"{name}"'.encode() for name in sorted(spelt_fields(body_type))]

    def __call__(self, value: bytes) -> Any:
        """The fact, unknown fields left out. Raises Refused."""
        twin = None if needs_care(value) else self._decoded(value)
        if twin is None:
            twin = self._examined(value)
        return msgspec.convert(twin, self._types[type(twin)], from_attributes=True)

    def surely_agrees(self, value: bytes) -> bool:
        """Whether the careful way would give the fact that the fast way has given, of an event whose ids and names are
        spelt as they must be: nothing in it is like a card number, and no other id or name was there to be overwritten.
        """
        if b"\\" in value or needs_care(value):
            return False
        for name in self._spelt:  # noqa: SIM110  quicker than all()
            if value.count(name) > 1:
                return False
        return True

    def _decoded(self, value: bytes) -> Any:
        """The twin of an event that has nothing odd about it but unknown fields; None when there may be more to it."""
        try:
            return self._decoder.decode(value) if depth(value) <= MAX_DEPTH and value.decode() else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _examined(self, value: bytes) -> Any:
        tree = parsed(value)
        self._refuse_pans(tree)
        try:
            return self._decoder.decode(value)
        except msgspec.ValidationError as error:
            _refuse(error, self._root, tree)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Refused(NOT_JSON, "the value holds a number or text that cannot be represented") from None

    def _refuse_pans(self, tree: Any) -> None:
        for path, name, leaf in leaves(tree, self._known):
            if isinstance(leaf, Number) and name in self._numbers:
                continue
            if holds_pan(leaf) or (name == "sealed_pan" and _is_unsealed(leaf)):
                raise _pan_in_clear(path)


def parsed(value: bytes) -> Any:
    """JSON as Fields, lists, Numbers, str, bool and None. Refused: NESTED_TOO_DEEPLY, NOT_JSON."""
    if depth(value) > MAX_DEPTH:
        raise Refused(NESTED_TOO_DEEPLY, f"the JSON nests deeper than {MAX_DEPTH} levels; no event does")
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise Refused(NOT_JSON, f"the value is not UTF-8: byte {error.start} begins no character") from None
    try:
        return json.loads(
            text, object_pairs_hook=Fields, parse_int=Number, parse_float=Number, parse_constant=_not_a_number
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused(NOT_JSON, f"the value is not one JSON document: {error.msg} ({where})") from None


def leaves(tree: Any, known: frozenset[str], path: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, field name, text) of every text, number and field name; unknown names do not show in paths."""
    if isinstance(tree, Fields):
        for field, below in tree:
            shown = field if field in known else "(unknown field)"
            yield f"{path}.{shown}", "", field
            yield from leaves(below, known, f"{path}.{shown}", field)
    elif isinstance(tree, list):
        for index, below in enumerate(tree):
            yield from leaves(below, known, f"{path}[{index}]", name)
    elif isinstance(tree, str):
        yield path, name, tree


def depth(value: bytes) -> int:
    """How deep the brackets nest, in time proportional to the length; an upper bound when it is small."""
    brackets = value.count(b"{") + value.count(b"[")
    if brackets <= MAX_DEPTH:
        return brackets
    codes = np.frombuffer(_STRINGS.sub(b"", value), dtype=np.uint8)
    opened = (codes == ord("{")) | (codes == ord("["))
    closed = (codes == ord("}")) | (codes == ord("]"))
    return int(np.cumsum(opened.astype(np.int32) - closed.astype(np.int32)).max(initial=0))


def _refuse(error: msgspec.ValidationError, root: Any, tree: Any) -> NoReturn:
    refused, path = explained(error, root)
    if refused.code == BAD_VALUE:
        culprit = value_at(tree, path)
        if isinstance(culprit, str) and not isinstance(culprit, Number) and is_bare_digits(culprit):
            raise _pan_in_clear(path)
    raise refused


def _is_unsealed(text: str) -> bool:
    return not text.startswith("pan.") and sum(map(str.isdigit, text)) >= _DIGITS_OF_A_PAN


def _pan_in_clear(path: str) -> Refused:
    return Refused(PAN_IN_CLEAR, f"{path.lstrip('.')}: holds what looks like a card number in clear")


def _not_a_number(_: str) -> NoReturn:
    raise json.JSONDecodeError("NaN and Infinity are not JSON", "", 0)


def _union(types: tuple[type[Struct], ...]) -> Any:
    union: Any = types[0]
    for other in types[1:]:
        union |= other
    return union
