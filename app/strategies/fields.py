"""Reading a YAML tree field by field; every refusal names file, line, what is wrong and what to do."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from app.decisioning.language.functions import FUNCTION_NAMES
from app.decisioning.language.lexer import KEYWORDS
from app.decisioning.language.loans import DISCLOSED
from app.decisioning.language.values import suggestion
from app.domain.quantities import Millis
from app.errors import StrategyError
from app.strategies.yaml_tree import Mapping, Node, Place, Scalar, Sequence

T = TypeVar("T")

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$(?!\n)")
_CODE = re.compile(r"^[A-Z][A-Z0-9_]{0,63}$(?!\n)")
_WHOLE = re.compile(r"^-?\d{1,18}$(?!\n)")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$(?!\n)")
_DURATION = re.compile(r"^(\d{1,9}) ?(ms|s|min|h|days?)$(?!\n)")
_UNITS = {
    "ms": timedelta(milliseconds=1), "s": timedelta(seconds=1), "min": timedelta(minutes=1),
    "h": timedelta(hours=1), "day": timedelta(days=1), "days": timedelta(days=1),
}
_RESERVED = KEYWORDS | FUNCTION_NAMES - DISCLOSED | {"round_money"}     # an offer's rates are called as what gives them


class Fields:
    """The entries of one group; `done` refuses what nobody took."""

    def __init__(self, node: Node, what: str) -> None:
        self.place = node.place
        self.what = what
        if not isinstance(node, Mapping):
            raise node.place.error(f"{what} is a group of `key: value` lines")
        self._entries = {key.text: (key, value) for key, value in node.items}
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        return key in self._entries

    def take(self, key: str) -> Node:
        value = self.get(key)
        if value is None:
            raise self.place.error(f"{self.what} lacks `{key}`")
        return value

    def get(self, key: str) -> Node | None:
        """None when it is not there."""
        self._known.append(key)
        entry = self._entries.pop(key, None)
        return None if entry is None else entry[1]

    def done(self) -> None:
        for key, _ in self._entries.values():
            raise key.place.error(f"{self.what} has no `{key.text}`{suggestion(key.text, self._known)}")


def entries(node: Node, what: str) -> list[tuple[Scalar, Node]]:
    """The entries of a group whose keys are the author's own."""
    if not isinstance(node, Mapping):
        raise node.place.error(f"{what}: a group of `name: ...` lines is needed")
    return list(node.items)


def items(node: Node, what: str, *, at_least: int = 1) -> tuple[Node, ...]:
    if not isinstance(node, Sequence):
        raise node.place.error(f"{what}: a list is needed")
    if len(node.items) < at_least:
        raise node.place.error(f"{what}: the list is empty")
    return node.items


def text(node: Node, what: str) -> str:
    if not isinstance(node, Scalar):
        raise node.place.error(f"{what}: one value is needed, not a list or a group")
    if not node.text.strip():
        raise node.place.error(f"{what}: the value is empty")
    return node.text


def sentence(node: Node, what: str) -> str:
    """Text for people, in one line."""
    return " ".join(text(node, what).split())


def name(node: Node, what: str) -> str:
    """A name that expressions can use."""
    found = text(node, what)
    if found in _RESERVED:
        raise node.place.error(f"{what}: {found!r} is a word of the language; choose another name")
    if _NAME.match(found) is None:
        raise node.place.error(f"{what}: {found!r} cannot be a name; use small letters, digits and _")
    return found


def code(node: Node, what: str) -> str:
    found = text(node, what)
    if _CODE.match(found) is None:
        raise node.place.error(f"{what}: {found!r} is no code; use capitals, digits and _")
    return found


def whole(node: Node, what: str, low: int, high: int) -> int:
    found = text(node, what)
    if _WHOLE.match(found) is None or not low <= int(found) <= high:
        raise node.place.error(f"{what}: {found!r} is not a whole number in {low}..{high}")
    return int(found)


def truth(node: Node, what: str) -> bool:
    return choice(node, what, ("true", "false")) == "true"


def choice(node: Node, what: str, options: Iterable[str]) -> str:
    found = text(node, what)
    known = list(options)
    if found not in known:
        raise node.place.error(f"{what}: {found!r} is not one of {', '.join(known)}")
    return found


def duration(node: Node, what: str) -> Millis:
    found = _DURATION.match(text(node, what))
    if found is None:
        raise node.place.error(f"{what}: write a number and a unit: 500 ms, 15 s, 2 min, 1 h, 14 days")
    return int(found.group(1)) * (_UNITS[found.group(2)] // _UNITS["ms"])


def instant(node: Node, what: str) -> Millis:
    found = text(node, what)
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        raise node.place.error(f"{what}: {found!r} is not an instant (2026-01-31T00:00:00Z)") from None
    if moment.tzinfo is None:
        raise node.place.error(f"{what}: {found!r} has no time zone; end it with Z for UTC")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _UNITS["ms"]


def day_or_none(node: Node, what: str) -> date | None:
    """A calendar day if it is written as one (2026-01-31), None when it is something else."""
    found = text(node, what)
    if _DAY.match(found) is None:
        return None
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise node.place.error(f"{what}: {found!r} is not a date: {error}") from None


def unique(found: Iterable[tuple[str, Place]], what: str) -> None:
    """Refuse a name that stands twice."""
    lines: dict[str, Place] = {}
    for word, place in found:
        if word in lines:
            raise place.error(f"{what} {word!r} stands twice (first on line {lines[word].line}): rename or delete one")
        lines[word] = place


def placed_in(place: Place, what: str, act: Callable[[], T]) -> T:
    """Do what knows of no files; its refusal gets this place and says what was being read."""
    try:
        return act()
    except StrategyError as error:
        raise place.error(f"{what}: {error}") from None
