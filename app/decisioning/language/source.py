"""The fast evaluator's half: a checked expression written out as Python source."""

from collections.abc import Callable
from datetime import date

from app.decisioning.language.core import (
    Apply,
    Arithmetic,
    Choice,
    Coalesce,
    Comparison,
    Constant,
    Contains,
    Core,
    Logic,
    Missing,
    Not,
    Reference,
)

Rename = Callable[[str], str]


def python(tree: Core, name: Rename) -> str:  # noqa: PLR0911 - one return a node is the clearest
    """An expression that means the same. `name` says what Python calls each of the strategy's names.

    Only literals of int, str, bool, None and tuples of str, the operators below and the functions listed in
    `interpreter.FUNCTIONS` can ever appear: names reach the text only through `name`.
    """
    match tree:
        case Constant(date() as day):
            return f"date({day.year}, {day.month}, {day.day})"
        case Constant(value):
            return f"({value!r})" if isinstance(value, int) and value < 0 else repr(value)
        case Reference(text):
            return name(text)
        case (
            Arithmetic(symbol, left, right) | Comparison(symbol, left, right) | Logic(symbol, left, right)
        ):
            return f"({python(left, name)} {symbol} {python(right, name)})"
        case Not(operand):
            return f"(not {python(operand, name)})"
        case Contains(item, members):
            return f"({python(item, name)} in {python(members, name)})"
        case Missing(operand):
            return f"({python(operand, name)} is None)"
        case Choice(condition, then, otherwise):
            return f"({python(then, name)} if {python(condition, name)} else {python(otherwise, name)})"
        case Coalesce(operands):
            text = python(operands[-1], name)
            for operand in reversed(operands[:-1]):
                text = f"(_v if (_v := {python(operand, name)}) is not None else {text})"
            return text
        case Apply(function, arguments):
            return f"{function}({', '.join(python(argument, name) for argument in arguments)})"
