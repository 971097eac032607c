"""Whole-number linear forms over facts and over values that are not followed further: what numbers and dates become."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

Atom = str                                     # a fact's name, or the text of a value that is not followed further


@dataclass(frozen=True, slots=True)
class Linear:
    """sum of coefficient * atom, plus `constant`; in the units of the expression that it stands for."""

    terms: tuple[tuple[Atom, int], ...] = ()   # sorted by atom, no coefficient is zero
    constant: int = 0

    def __add__(self, other: "Linear") -> "Linear":
        found = dict(self.terms)
        for atom, coefficient in other.terms:
            found[atom] = found.get(atom, 0) + coefficient
        return linear(found, self.constant + other.constant)

    def __sub__(self, other: "Linear") -> "Linear":
        return self + other.times(-1)

    def times(self, factor: int) -> "Linear":
        return linear({atom: factor * c for atom, c in self.terms}, factor * self.constant)

    @property
    def plain(self) -> bool:
        """Nothing but a number."""
        return not self.terms

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return tuple(atom for atom, _ in self.terms)

    def __str__(self) -> str:
        parts = [f"{'' if c == 1 else '-' if c == -1 else f'{c} * '}{atom}" for atom, c in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return " + ".join(parts).replace("+ -", "- ")


def linear(terms: Mapping[Atom, int], constant: int = 0) -> Linear:
    return Linear(tuple(sorted((atom, c) for atom, c in terms.items() if c)), constant)


def number(value: int) -> Linear:
    return Linear((), value)


def single(atom: Atom) -> Linear:
    return Linear(((atom, 1),), 0)


@dataclass(frozen=True, slots=True)
class Primitive:
    """value = scale * form + constant, where `form` has coefficients without common divisor, the first above zero."""

    form: Linear
    scale: int
    constant: int


def primitive(value: Linear) -> Primitive:
    """The form that all comparisons of this value with constants share."""
    divisor = gcd(*(c for _, c in value.terms))
    if value.terms[0][1] < 0:
        divisor = -divisor
    form = Linear(tuple((atom, c // divisor) for atom, c in value.terms), 0)
    return Primitive(form, divisor, value.constant)
