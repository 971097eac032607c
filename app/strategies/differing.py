"""What differs between two things, whatever they are: pairs by name, fields, order; and how values are said."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, TypeVar

from app.decisioning.engine.model import Aggregate, Named, Rule
from app.decisioning.engine.telling import shown
from app.decisioning.language.core import Reference
from app.decisioning.language.types import Type
from app.domain.iso import minor_unit_decimals

T = TypeVar("T")


def types_used(part: object) -> dict[str, Type]:
    """The type of every name that the expressions of a step read."""
    if isinstance(part, Reference):
        return {part.name: part.type}
    inner: Iterable[object] = ()
    if isinstance(part, tuple):
        inner = part
    elif is_dataclass(part):
        inner = [getattr(part, f.name) for f in fields(part)]
    return {name: type_ for item in inner for name, type_ in types_used(item).items()}


def cell(value: object, type_: Type | None, currency: str) -> str:
    if type_ is None or not isinstance(value, int):
        return plain(value)
    return amount(value, type_, currency if type_.money else None)


def pairs(
    what: str, old: Mapping[str, T], new: Mapping[str, T], changed: Callable[[str, T, T], Iterable[str]]
) -> Iterator[str]:
    """New ones, changed ones, and those that are gone."""
    for name, now in new.items():
        if name not in old:
            yield f"{what} {name} is new"
        else:
            yield from changed(name, old[name], now)
    for name in old:
        if name not in new:
            yield f"{what} {name} is gone"


def order(what: str, old: Mapping[Any, object], new: Mapping[Any, object]) -> Iterator[str]:
    if [k for k in old if k in new] != [k for k in new if k in old]:
        yield f"{what} are tried in another order"


def settings(what: str, old: object, new: object) -> Iterator[str]:
    """Field by field where both are of the same type."""
    if old == new:
        return
    names = [name for name in fields_of(new) if name not in _WORDING]
    if type(old) is not type(new) or not names:
        yield f"{what}: {'new' if old is None else 'gone' if new is None else 'changed'}"
        return
    for name in names:
        was, now, label = getattr(old, name), getattr(new, name), f"{what}: {name.replace('_', ' ')}"
        if fields_of(was) and fields_of(now):
            yield from settings(label, was, now)
        elif (before := _by_name(was)) is not None and (after := _by_name(now)) is not None:
            yield from pairs(label, before, after, partial(_settings_in, label))
        elif name.endswith("_ms"):
            yield from changed(label.removesuffix(" ms"), duration(was), duration(now))
        elif name != "ceiling":                # follows from the propositions, and is told there
            yield from changed(label, was, now)


def _by_name(value: object) -> dict[str, Any] | None:
    """A collection of things that have names, by name; None when it is something else."""
    if isinstance(value, dict):
        return value if value and all(fields_of(item) for item in value.values()) else None
    if not isinstance(value, tuple) or not value:
        return None
    found = {name: item for item in value for key in _NAMES if isinstance(name := getattr(item, key, None), str)}
    return found if len(found) == len(value) else None


def _settings_in(group: str, name: str, old: object, new: object) -> Iterator[str]:
    return settings(f"{group} {name}", old, new)


_NAMES = ("name", "code", "pick")              # what things of a collection are known by


def fields_of(value: object) -> tuple[str, ...]:
    if is_dataclass(value):
        return tuple(f.name for f in fields(value))
    return getattr(value, "__struct_fields__", ())


def changed(what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{what}: {plain(new)} instead of {plain(old)}"


def named(items: Iterable[Any]) -> dict[str, Any]:
    return {item.name: item for item in items}


def ruled(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {rule.reason.code: rule for rule in rules}


def essence(part: object) -> str:
    """What a part means; how it was written does not count."""
    match part:
        case tuple() | list():
            return f"[{', '.join(essence(item) for item in part)}]"
        case _ if is_dataclass(part):
            own = ", ".join(essence(getattr(part, f.name)) for f in fields(part) if f.name not in _WORDING)
            return f"{type(part).__name__}({own})"
        case _:
            return repr(part)


_WORDING = frozenset({"text", "where_text", "type"})


def written(part: Named | Aggregate | Rule) -> str:
    text = " ".join(part.text.split())
    if isinstance(part, Aggregate):
        over = f" over {part.over}" if part.item is not None and part.over != "liabilities" else ""
        text = f"{part.operation} {text}".strip() + over + (f" where {part.where_text}" if part.where_text else "")
    return f"`{text}`"


def amount(value: Any, type_: Type, currency: str | None = None) -> str:
    if currency is not None and isinstance(value, int):
        decimals = minor_unit_decimals(currency)
        return f"{value / 10**decimals:,.{decimals}f} {currency}"
    return "missing" if value is None else str(shown(value, type_)) if not is_dataclass(value) else "an expression"


def duration(millis: int) -> str:
    for unit, size in (("days", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if millis and millis % size == 0:
            return f"{millis // size} {unit}"
    return f"{millis} ms"


def plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case frozenset():
            text = ", ".join(sorted(map(plain, value)))
        case tuple():
            text = ", ".join(map(plain, value))
        case dict():
            text = ", ".join(f"{key} {plain(item)}" for key, item in value.items())
        case _:
            text = "" if value is None else str(value)
    return text or "none"
