"""msgspec's validation errors as refusals for people: the field, what was expected, and never the value."""

import re
from typing import Any

import msgspec

from app.contracts.reasons import BAD_VALUE, MISSING_FIELD, WRONG_TYPE, Refused

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_WRONG_TYPE = re.compile(r"Expected `(?P<expected>[^`]*)`(?:, got `(?P<got>[^`]*)`)?$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
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


def explained(error: msgspec.ValidationError) -> tuple[Refused, str]:
    """The refusal, and the path of the field that it is about."""
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
    """What a value must be, without the value: msgspec quotes it only for enumerations and tags."""
    if what.startswith(("Invalid enum value", "Invalid value")):
        return "is not one of the values that the contract lists"
    if what.startswith("Invalid RFC3339"):
        return "is no date of the calendar" if what.endswith("date") else "is no instant in RFC 3339 with a time zone"
    if what.startswith("Expected"):
        return "must be" + re.sub(r"`([^`]*)`", lambda found: _worded(found[1]), what.removeprefix("Expected"))
    return what


def _worded(kinds: str) -> str:
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds.split(" | "))
