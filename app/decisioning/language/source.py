"""The fast evaluator's half: a checked expression written out as Python source."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

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
from app.decisioning.language.loans import DISCLOSED
from app.decisioning.money import annuity, nominal, offer_rate

Rename = Callable[[str], str]

# What the source refers to, beside names and what its user adds.
RUNTIME: dict[str, Any] = {
    **FUNCTIONS, "TABLES": annuity.TABLES, "QUOTES": nominal.QUOTES, "rates": offer_rate.rates, "date": date,
}  # fmt: skip


def factors(rate: str, term: str) -> str:
    """Source for the annuity factors of a rate and a term."""
    return f"TABLES[{rate}][{term}]"


def rates(loan: Sequence[str]) -> str:
    """Source for both rates of a level loan."""
    return f"rates({', '.join(loan)})"


def looked_up(tree: Core, name: Rename) -> Iterator[str]:
    """Source for the annuity factors and rates that the expression looks up whatever its conditions say."""
    match tree:
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            yield from looked_up(left, name)
            yield from looked_up(right, name)
        case Apply(function, arguments):
            for argument in arguments:
                yield from looked_up(argument, name)
            texts = [python(argument, name) for argument in arguments]
            if function.startswith("annuity_"):
                yield factors(*texts[-2:])
            elif function in DISCLOSED:
                yield rates(texts)


def _call(tree: Apply, function: str, texts: list[str]) -> str:  # noqa: PLR0911, PLR0912 - one return a function
    """Short functions as the arithmetic that they are: a call costs more than what it does."""
    match function, texts:
        case ("floor", [units, unit]):
            return f"({units} // {unit})"
        case ("ceiling", [units, unit]):
            return f"-(-{units} // {unit})"
        case ("half_up", [units, unit]) if (low := tree.arguments[0].type.low) is not None and low >= 0:
            return f"({_half(units, int(unit))})"
        case ("half_up", [units, unit]) if unit.isdigit():
            return f"({_half('_h', int(unit))} if (_h := {units}) >= 0 else -({_half('-_h', int(unit))}))"
        case ("round_down", [units, step]):
            return f"((_w := {units}) - _w % {step})"
        case ("position", [item, items]) if _simple(item) and _simple(items):
            return f"({items}.index({item}) if {item} in {items} else None)"
        case ("years_between", [start, end]) if _simple(start) and _simple(end):
            before = f"(({end}.month, {end}.day) < ({start}.month, {start}.day))"
            return f"({end}.year - {start}.year - {before} if {start} <= {end} else years_between({start}, {end}))"
        case ("months_between", [start, end]) if _simple(start) and _simple(end):
            months = f"({end}.year - {start}.year) * 12 + {end}.month - {start}.month - ({end}.day < {start}.day)"
            return f"({months} if {start} <= {end} else months_between({start}, {end}))"
        case ("annuity_instalment", [amount, rate, term]):
            return f"({amount} * {factors(rate, term)}[0])"
        case ("annuity_amount", [instalment, rate, term]):
            return f"({instalment} * {factors(rate, term)}[1])"
        case ("annuity_last", [amount, instalment, rate, term]):
            return f"({amount} * (_f := {factors(rate, term)})[2] - {instalment} * _f[3])"
        case ("apr", loan):
            return f"{rates(loan)}[0]"
        case ("effective_rate", loan):
            return f"{rates(loan)}[1]"
        case ("min" | "max", [first, second, *more]) if more and all(map(_simple, more)):
            return _extreme(function, _call(tree, function, [first, second]), more)
        case ("min" | "max", [first, second]) if _simple(second):
            return _extreme(function, first, [second])
        case ("min" | "max", [first, second]) if _simple(first):
            return _extreme(function, second, [first])
    return f"{function}({', '.join(texts)})"


def _half(units: str, unit: int) -> str:
    """Nearest whole multiple of what is not below zero."""
    return f"(2 * {units} + {unit}) // {2 * unit}" if unit % 2 else f"({units} + {unit // 2}) // {unit}"


def _extreme(function: str, found: str, others: Sequence[str]) -> str:
    """The least or greatest of an expression and of others so short that they may be said twice."""
    sign = "<" if function == "min" else ">"
    for other in others:
        if _simple(found):
            found = f"({found} if {found} {sign} {other} else {other})"
        else:
            found = f"(_m if (_m := {found}) {sign} {other} else {other})"
    return found


def _simple(text: str) -> bool:
    """A name, a number or a literal text: short, and the same whenever it is read."""
    return text.isidentifier() or text.isdigit() or (text[0] == "'" and text.count("'") == 2)


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
        case Coalesce((Apply("position", (item, items)), Constant(other))) if _simple(text := python(items, name)):
            found = python(item, name)
            return f"({text}.index({found}) if {found} in {text} else {other!r})"
        case Coalesce(operands):
            text = python(operands[-1], name)
            for operand in reversed(operands[:-1]):
                text = f"(_v if (_v := {python(operand, name)}) is not None else {text})"
            return text
        case Apply(function, arguments):
            called = name(function) if function == "round_money" else function
            return _call(tree, called, [python(argument, name) for argument in arguments])
