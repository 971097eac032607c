"""The fast evaluator's half: a checked expression written out as Python source."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from app.decisioning import annuity
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
from app.decisioning.language.interpreter import FUNCTIONS

Rename = Callable[[str], str]

# What the source refers to, beside names and what its user adds.
RUNTIME: dict[str, Any] = {**FUNCTIONS, "TABLES": annuity.TABLES, "date": date}


def factors(rate: str, term: str) -> str:
    """Source for the annuity factors of a rate and a term."""
    return f"TABLES[{rate}][{term}]"


def annuities_always_met(tree: Core) -> Iterator[tuple[Core, Core]]:
    """Rate and term of every annuity that the expression works out whatever its conditions say."""
    match tree:
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            yield from annuities_always_met(left)
            yield from annuities_always_met(right)
        case Apply(function, arguments):
            if function.startswith("annuity_"):
                yield arguments[-2], arguments[-1]
            for argument in arguments:
                yield from annuities_always_met(argument)


def _call(tree: Apply, function: str, texts: list[str]) -> str:  # noqa: PLR0911 - one return a function
    """Short functions as the arithmetic that they are: a call costs more than what it does."""
    match function, texts:
        case ("floor", [units, unit]):
            return f"({units} // {unit})"
        case ("ceiling", [units, unit]):
            return f"-(-{units} // {unit})"
        case ("half_up", [units, unit]) if (low := tree.arguments[0].type.low) is not None and low >= 0:
            return f"((2 * {units} + {unit}) // {2 * int(unit)})"
        case ("round_down", [units, step]):
            return f"((_w := {units}) - _w % {step})"
        case ("annuity_instalment", [amount, rate, term]):
            return f"({amount} * {factors(rate, term)}[0])"
        case ("annuity_amount", [instalment, rate, term]):
            return f"({instalment} * {factors(rate, term)}[1])"
        case ("annuity_last", [amount, instalment, rate, term]):
            return f"({amount} * (_f := {factors(rate, term)})[2] - {instalment} * _f[3])"
        case ("min" | "max", [first, second]) if _simple(second) or _simple(first):
            longer, other = (first, second) if _simple(second) else (second, first)
            sign = "<" if function == "min" else ">"
            if _simple(longer):
                return f"({longer} if {longer} {sign} {other} else {other})"
            return f"(_m if (_m := {longer}) {sign} {other} else {other})"
    return f"{function}({', '.join(texts)})"


def _simple(text: str) -> bool:
    return text.isidentifier() or text.isdigit()


def python(tree: Core, name: Rename) -> str:  # noqa: PLR0911 - one return a node is the clearest
    """An expression that means the same. `name` says what Python calls each of the strategy's names.

    Only literals of int, str, bool, None and tuples of str, the operators below and what RUNTIME lists can ever
    appear: names reach the text only through `name`.
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
            return _call(tree, function, [python(argument, name) for argument in arguments])
