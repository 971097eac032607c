"""Twins of the fact types for the careful decoder: unknown fields pass, and every published pattern is enforced."""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Meta, Struct


@cache
def twin_of(struct: type[Struct]) -> type[Struct]:
    """A struct with the same fields, defaults, tag and cross-field rules, and twins for all structs below it."""
    hints = get_type_hints(struct, include_extras=True)
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        (field.name, _twin(hints[field.name]))
        if field.default is NODEFAULT
        else (field.name, _twin(hints[field.name]), field.default)
        for field in msgspec.structs.fields(struct)
    ]
    rules = getattr(struct, "__post_init__", None)
    config = struct.__struct_config__
    return msgspec.defstruct(
        f"{struct.__name__}Twin",
        fields,
        namespace={"__post_init__": rules} if rules else None,
        tag=config.tag,
        tag_field=config.tag_field,
        kw_only=True,
        frozen=True,
    )


@cache
def number_fields(root: Any) -> frozenset[str]:
    """Names of all fields that hold numbers, wherever they are below `root`."""
    found: set[str] = set()
    for struct in _structs(root):
        for name, hint in get_type_hints(struct).items():
            if hint in {int, float}:
                found.add(name)
    return frozenset(found)


@cache
def known_fields(root: Any) -> frozenset[str]:
    """Names of all fields, wherever they are below `root`; tags included."""
    names = {field.encode_name for struct in _structs(root) for field in msgspec.structs.fields(struct)}
    tags = {struct.__struct_config__.tag_field for struct in _structs(root)}
    return frozenset(names | {tag for tag in tags if tag})


@cache
def spelt_fields(root: Any) -> frozenset[str]:
    """Names of all fields whose published pattern only the twins enforce, wherever they are below `root`."""
    return frozenset(
        name
        for struct in _structs(root)
        for name, hint in get_type_hints(struct, include_extras=True).items()
        if _is_spelt(hint)
    )


def _is_spelt(hint: Any) -> bool:
    if isinstance(hint, Meta):
        return bool(hint.extra_json_schema)
    return any(map(_is_spelt, get_args(hint)))


def _structs(hint: Any) -> set[type[Struct]]:
    if isinstance(hint, type) and issubclass(hint, Struct):
        return {hint}.union(*(_structs(below) for below in get_type_hints(hint).values()))
    return set().union(*(_structs(argument) for argument in get_args(hint)))


def _twin(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Struct):
        return twin_of(hint)
    origin = get_origin(hint)
    if origin is Annotated:
        base, *metas = get_args(hint)
        return Annotated[_twin(base), *(_enforced(meta) for meta in metas)]
    if origin in {Union, UnionType}:
        return Union[tuple(_twin(argument) for argument in get_args(hint))]  # noqa: UP007 - made at run time
    if origin is tuple:
        element, _ = get_args(hint)            # facts hold tuples of one type and any length only
        return tuple.__class_getitem__((_twin(element), ...))
    return hint


def _enforced(meta: Any) -> Any:
    """The same constraints, with the published pattern among them."""
    if not isinstance(meta, Meta) or not meta.extra_json_schema:
        return meta
    return Meta(pattern=meta.extra_json_schema["pattern"], min_length=meta.min_length, max_length=meta.max_length)
