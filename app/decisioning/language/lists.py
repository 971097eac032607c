"""Functions of lists: what tables that gather every matching row give, and lists among the facts."""

from dataclasses import replace

from app.decisioning.language.core import Apply, Core
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import TEXT, integer
from app.decisioning.language.values import need


def total(_: str, arguments: list[Core], at: int) -> Core:
    items = need(arguments[0], "numbers", at)
    low, high = items.type.low, items.type.high
    type_ = replace(
        items.type, kind="number", low=0 if low is not None and low >= 0 else None,
        high=0 if high is not None and high <= 0 else None,
    )
    return Apply("sum", (items,), type_)


def extreme(function: str, items: Core, at: int) -> Core:
    """The least or greatest; missing when the list is empty."""
    if items.type.kind != "numbers":
        raise ExpressionError(f"{function} takes two or more numbers, or a list of them", at)
    return Apply("least" if function == "min" else "greatest", (items,), replace(items.type, kind="number").maybe())


def count(_: str, arguments: list[Core], at: int) -> Core:
    return Apply("count", (_list(arguments[0], at),), integer(0))


def first(_: str, arguments: list[Core], at: int) -> Core:
    """Missing when the list is empty."""
    items = _list(arguments[0], at)
    texts = items.type.kind == "texts"
    type_ = replace(TEXT, values=items.type.values) if texts else replace(items.type, kind="number")
    return Apply("first", (items,), type_.maybe())


def _list(items: Core, at: int) -> Core:
    if items.type.kind not in ("texts", "numbers"):
        raise ExpressionError(f"a list is needed here, this is {items.type}", at)
    return need(items, items.type.kind, at)
