"""YAML as a tree of text with line numbers: no anchors, no tags, no guesses about types.

Scalars stay as written, so a region 001 is not the number 1 and NO is not false; whoever reads a field says what it is.
Size, depth and number of nodes are bounded before anything is built.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.errors import StrategyError

MAX_BYTES = 512 * 1024
MAX_DEPTH = 16
MAX_NODES = 50_000

_TOO_DEEP = f"nested deeper than {MAX_DEPTH}"
_TOO_DEEP_FOR_LIBYAML = "exceeded maximum nesting depth"    # its own bound, since PyYAML 6.0.4: met before ours is

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for messages."""

    file: str
    line: int                                  # 1-based

    def error(self, message: str) -> StrategyError:
        return StrategyError(f"{self.file}:{self.line}: {message}")


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    items: "tuple[Node, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    items: "tuple[tuple[Scalar, Node], ...]"
    place: Place


Node = Scalar | Sequence | Mapping


def read_yaml(path: Path, name: str) -> Node:
    """The file's tree; `name` is what messages call it. StrategyError with file and line when it is refused."""
    start = Place(name, 1)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise start.error(f"{size:,} bytes; a strategy file has at most {MAX_BYTES:,}: split it")
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise start.error(f"not UTF-8 (byte {error.start}): save the file as UTF-8") from None
    except OSError as error:
        raise start.error(f"cannot be read: {error.strerror}") from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Node:
    """The tree of a YAML text of exactly one document."""
    try:
        return _Builder(name, yaml.parse(text, Loader=_Loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, 1 if mark is None else mark.line + 1)
        if error.problem == _TOO_DEEP_FOR_LIBYAML:
            raise place.error(_TOO_DEEP) from None
        raise place.error(f"not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise Place(name, 1).error(f"not YAML: {error}") from None


def plain(node: Node) -> object:
    """The tree as dicts, lists and strings: what the content hash is taken of."""
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {key.text: plain(value) for key, value in entries}


class _Builder:
    def __init__(self, name: str, events: "Iterator[yaml.Event]") -> None:
        self._name = name
        self._events = events
        self._nodes = 0

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._name, 1 if mark is None else mark.line + 1)

    def document(self) -> Node:
        next(self._events)                     # the stream starts
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise self._place(event).error("the file is empty")
        root = self._node(next(self._events), 1)
        next(self._events)                     # the document ends
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._place(event).error("a second document starts here: one file holds one")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = self._place(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise place.error(f"more than {MAX_NODES:,} values: split the file")
        if depth > MAX_DEPTH:
            raise place.error(_TOO_DEEP)
        if isinstance(event, yaml.AliasEvent):
            raise place.error(f"the alias *{event.anchor} is not allowed: write the value out")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise place.error(f"the anchor &{event.anchor} is not allowed: write values out where they are used")
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise place.error(f"the tag {tag} is not allowed")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place, depth)
        return self._mapping(place, depth)

    def _sequence(self, place: Place, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), place)

    def _mapping(self, place: Place, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise key.place.error("a key is a word, not a list or a group")
            if key.text in lines:
                raise key.place.error(f"{key.text!r} stands twice (first on line {lines[key.text]}): delete one")
            lines[key.text] = key.place.line
            entries.append((key, self._node(next(self._events), depth + 1)))
        return Mapping(tuple(entries), place)
