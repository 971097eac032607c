"""Expressions as written: the tree that the parser gives. `at` is the 0-based column, for error messages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    units: int
    scale: int
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    at: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """`missing` as a value."""

    at: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str                              # "-" or "not"
    operand: "Expression"
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str                              # + - *  = != < <= > >=  and or
    left: "Expression"
    right: "Expression"
    at: int


@dataclass(frozen=True, slots=True)
class Membership:
    item: "Expression"
    members: "tuple[Expression, ...] | Name"
    negated: bool
    at: int


@dataclass(frozen=True, slots=True)
class Between:
    item: "Expression"
    low: "Expression"
    high: "Expression"
    at: int


@dataclass(frozen=True, slots=True)
class MissingTest:
    item: "Expression"
    negated: bool                              # `is present`
    at: int


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: "tuple[Expression, ...]"
    at: int


Expression = (
    Number | Text | Truth | Nothing | Name | Unary | Binary | Membership | Between | MissingTest | Conditional | Call
)
