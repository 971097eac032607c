"""msgspec's validation errors as refusals for people: the field, what was expected, and never the value."""

import re
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from app.contracts.reasons import BAD_VALUE, MISSING_FIELD, WRONG_TYPE, Refused

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_WRONG_TYPE = re.compile(r"Expected `(?P<expected>[^`]*)`(?:, got `(?P<got>[^`]*)`)?$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_ANCHORS = re.compile(r"\^|\$|\(\?![^)]*\)")
_MOST_SHOWN = 12
_WORDS = {
    "int": "an integer",
    "float": "a decimal number",
    "str": "text",
    "bool": "true or false",
    "object": "an object",
    "array": "an array",
    "null": "null",
    "date": "a date as text (YYYY-MM-DD)",
    "datetime": "an instant as text (RFC 3339, with a time zone)",
}


def explained(error: msgspec.ValidationError, root: Any) -> tuple[Refused, str]:
    """The refusal, and the path of the field that it is about, in an event of type `root`."""
    text = str(error)
    found = _PATH.search(text)
    path = found["path"] if found else ""
    what = text[: found.start()] if found else text
    field = path.lstrip(".") or "the event"
    if missing := _MISSING.match(what):
        whole = f"{path}.{missing['field']}".lstrip(".")
        return Refused(MISSING_FIELD, f"{whole}: is required and not there"), path
    if wrong := _WRONG_TYPE.match(what):
        got = f", not {_worded(wrong['got'])}" if wrong["got"] else ""
        return Refused(WRONG_TYPE, f"{field}: must be {_worded(wrong['expected'])}{got}"), path
    if what.startswith(("Invalid enum value", "Invalid value")):   # msgspec quotes the value: leave it out
        return Refused(BAD_VALUE, f"{field}: must be {_options(root, path)}"), path
    return Refused(BAD_VALUE, f"{field}: {_expectation(what)}"), path


def value_at(tree: Any, path: str) -> Any:
    """What lies at a path of msgspec's in a tree of (name, value) lists, or None. The last of a name wins."""
    for name, index in _STEP.findall(path):
        if not isinstance(tree, list):
            return None
        if index:
            tree = tree[int(index)] if int(index) < len(tree) else None
        else:
            tree = next((below for field, below in reversed(tree) if field == name), None)
    return tree


def _expectation(what: str) -> str:
    if what == "Invalid RFC3339 encoded date":
        return "is no date of the calendar"
    if what.startswith("Invalid RFC3339") or what.endswith("timezone component"):
        return "is no instant in RFC 3339 with a time zone"
    if spelling := re.search(r"matching regex '(.*)'$", what):
        return f"must be text of the form {_ANCHORS.sub('', spelling[1])}"
    if what.startswith("Expected"):
        return "must be" + re.sub(r"`([^`]*)`", lambda found: _worded(found[1]), what.removeprefix("Expected"))
    return what


def _options(root: Any, path: str) -> str:
    """The values that the field may have, from its type."""
    hints = _variants(root)
    for name, index in _STEP.findall(path):
        if index:
            hints = [variant for hint in hints for variant in _variants(get_args(hint)[0])]
        elif name in {hint.__struct_config__.tag_field for hint in hints}:
            return _listed([str(hint.__struct_config__.tag) for hint in hints])
        else:
            below = [get_type_hints(hint, include_extras=True).get(name) for hint in hints]
            hints = [variant for hint in below if hint is not None for variant in _variants(hint)]
    return _listed([str(value) for hint in hints if get_origin(hint) is Literal for value in get_args(hint)])


def _variants(hint: Any) -> list[Any]:
    """A type without its constraints, and the members of a union without None."""
    if get_origin(hint) is Annotated:
        return _variants(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:
        return [variant for argument in get_args(hint) for variant in _variants(argument)]
    is_field_type = (isinstance(hint, type) and issubclass(hint, Struct)) or get_origin(hint) in {Literal, tuple}
    return [hint] if is_field_type else []


def _listed(options: list[str]) -> str:
    if len(options) > _MOST_SHOWN:
        return f"one of the {len(options)} codes that the schema lists, as {options[0]}"
    return "one of " + ", ".join(options)


def _worded(kinds: str) -> str:
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds.split(" | "))
