"""Expressions as evaluated: checked, typed, scales aligned. So little remains that two evaluators stay small."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from app.decisioning.language.types import BOOLEAN, Type

Value = int | str | bool | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str                              # + - *
    left: "Core"
    right: "Core"
    type: Type


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str                              # == != < <= > >=
    left: "Core"
    right: "Core"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str                              # and or
    left: "Core"
    right: "Core"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Core"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Contains:
    item: "Core"
    members: "Core"                            # a Constant tuple, or a list of texts
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Missing:
    operand: "Core"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Choice:
    condition: "Core"
    then: "Core"
    otherwise: "Core"
    type: Type


@dataclass(frozen=True, slots=True)
class Coalesce:
    operands: "tuple[Core, ...]"
    type: Type


@dataclass(frozen=True, slots=True)
class Apply:
    """One of interpreter.FUNCTIONS, or `round_money`: the rounding rule of the application's currency."""

    function: str
    arguments: "tuple[Core, ...]"
    type: Type


Core = (
    Constant | Reference | Arithmetic | Comparison | Logic | Not | Contains | Missing | Choice | Coalesce | Apply
)


def names_in(tree: Core) -> Iterator[str]:
    """Every name that the expression reads, in order of appearance, repeats included."""
    if isinstance(tree, Reference):
        yield tree.name
    for field in fields(tree):
        part = getattr(tree, field.name)
        for child in part if isinstance(part, tuple) else (part,):
            if isinstance(child, Core):
                yield from names_in(child)
