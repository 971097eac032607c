"""Whether whole numbers exist that satisfy linear inequalities: by eliminating one unknown after the other.

Fourier and Motzkin's elimination, exact for whole numbers wherever one of the two coefficients that meet is 1, as in
`income - expenses - instalments > 0`. Elsewhere it may take a fraction for a solution: "none" is always right, a
solution is given only after it was put back into every inequality, and what is left is None: open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Literal

from app.decisioning.proof.linear import Atom, Linear

MOST_INEQUALITIES = 600

Solution = dict[Atom, int]


@dataclass(frozen=True, slots=True)
class Within:
    """low <= form <= high; None is unbounded."""

    form: Linear
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class _AtMost:
    """sum of coefficient * atom <= bound."""

    terms: tuple[tuple[Atom, int], ...]
    bound: int


def solve(conditions: Sequence[Within], preferred: Mapping[Atom, int]) -> Solution | Literal[False] | None:
    """A solution near the preferred values, False when there is none, None when that stays open."""
    given: set[_AtMost] = set()
    for condition in conditions:
        for inequality in _inequalities(condition):
            if not inequality.terms:
                if inequality.bound < 0:
                    return False
            else:
                given.add(inequality)
    stages: list[tuple[Atom, set[_AtMost]]] = []
    left = given
    while left:
        atom = _next(left)
        about = {i for i in left if _of(i, atom)}
        stages.append((atom, about))
        combined = _eliminated(about, atom)
        if combined is False:
            return False
        left = (left - about) | combined
        if len(left) > MOST_INEQUALITIES:
            return None
    eliminated = {atom for atom, _ in stages}
    free = {atom for inequality in given for atom, _ in inequality.terms} - eliminated
    found = {atom: preferred.get(atom, 0) for atom in sorted(free)}
    for atom, about in reversed(stages):
        value = _value(about, atom, found, preferred.get(atom, 0))
        if value is None:
            return None
        found[atom] = value
    return found


def _inequalities(condition: Within) -> list[_AtMost]:
    form = condition.form
    found = []
    if condition.high is not None:
        found.append(_tightened(dict(form.terms), condition.high - form.constant))
    if condition.low is not None:
        found.append(_tightened({atom: -c for atom, c in form.terms}, form.constant - condition.low))
    return found


def _tightened(terms: Mapping[Atom, int], bound: int) -> _AtMost:
    """Divided by the coefficients' common divisor: the bound may be rounded down, for atoms are whole."""
    kept = {atom: c for atom, c in terms.items() if c}
    divisor = _divisor(kept.values())
    return _AtMost(tuple(sorted((atom, c // divisor) for atom, c in kept.items())), bound // divisor)


def _divisor(values: Iterable[int]) -> int:
    return gcd(*values) or 1


def _of(inequality: _AtMost, atom: Atom) -> int:
    return next((c for own, c in inequality.terms if own == atom), 0)


def _next(left: set[_AtMost]) -> Atom:
    """The unknown whose elimination makes least, units before others: there it is exact."""
    uppers: dict[Atom, list[int]] = {}
    for inequality in left:
        for atom, c in inequality.terms:
            uppers.setdefault(atom, []).append(c)

    def cost(atom: Atom) -> tuple[bool, int, str]:
        above = [c for c in uppers[atom] if c > 0]
        below = [c for c in uppers[atom] if c < 0]
        exact = all(c == 1 for c in above) or all(c == -1 for c in below)
        return not exact, len(above) * len(below), atom

    return min(uppers, key=cost)


def _eliminated(about: set[_AtMost], atom: Atom) -> set[_AtMost] | Literal[False]:
    above = [i for i in about if _of(i, atom) > 0]
    below = [i for i in about if _of(i, atom) < 0]
    found: set[_AtMost] = set()
    for high in above:
        for low in below:
            a, b = _of(high, atom), -_of(low, atom)
            terms: dict[Atom, int] = {}
            for inequality, factor in ((high, b), (low, a)):
                for own, c in inequality.terms:
                    terms[own] = terms.get(own, 0) + factor * c
            merged = _tightened(terms, b * high.bound + a * low.bound)
            if merged.terms:
                found.add(merged)
            elif merged.bound < 0:
                return False
    return found


def _value(about: set[_AtMost], atom: Atom, known: Solution, wish: int) -> int | None:
    low: int | None = None
    high: int | None = None
    for inequality in about:
        own = _of(inequality, atom)
        rest = inequality.bound - sum(c * known[a] for a, c in inequality.terms if a != atom)
        if own > 0:
            high = rest // own if high is None else min(high, rest // own)
        else:
            least = -(rest // -own)
            low = least if low is None else max(low, least)
    if low is not None and high is not None and low > high:
        return None
    value = wish if high is None else min(wish, high)
    return value if low is None else max(value, low)
