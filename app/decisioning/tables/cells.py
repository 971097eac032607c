"""One cell of a condition column: `< 590`, `[590..610)`, `RED, YELLOW`, `not(RED)`, `missing`, `any`.

A cell is held as the exact set of values that it admits: closed intervals of whole units for numbers and dates (`< 590`
is everything up to 589, or 589.9 where the column has a decimal), members or all but members for texts and truths.
A cell may also compare its column with an expression over other names (`<= requested_amount`): then it holds that
comparison too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from app.decisioning.language.core import Comparison
from app.decisioning.language.types import Type, rescaled, scaled
from app.decisioning.language.values import suggestion
from app.errors import StrategyError

Interval = tuple[int | None, int | None]       # closed, None is unbounded

Relate = Callable[[str, str], Comparison]      # operator and text of an expression -> the column compared with it

_RANGE = re.compile(r"^([\[(])\s*(\S|\S.*?\S)\s*\.\.\s*(\S|\S.*\S)\s*([\])])$")
_BOUND = re.compile(r"^(<=|>=|<|>)\s*(\S+)$")
_RELATION = re.compile(r"^(<=|>=|!=|<|>|=)\s*(.+)$")
_PLAIN = re.compile(r"^-?\d[\d.]*$|^\d{4}-\d{2}-\d{2}$")
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_NEGATION = re.compile(r"^not\s*\((.*)\)$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


class CellError(StrategyError):
    """A cell is refused; the loader adds file, line and row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Admits a present value by `intervals` (number, date) or `members` (text, truth), a missing one by `missing`.

    `relations` must hold too. Each has the column's own expression on its left; a missing value has no relations.
    """

    text: str
    intervals: tuple[Interval, ...] = ()
    members: frozenset[str | bool] = frozenset()
    complement: bool = False                   # all but the members
    missing: bool = False
    relations: tuple[Comparison, ...] = ()

    def admits(self, value: Any) -> bool:
        """`value` in the column's units; None when it is missing. Relations apart: see `table.matching`."""
        if value is None:
            return self.missing
        if isinstance(value, str | bool):
            return (value in self.members) != self.complement
        units = value.toordinal() if isinstance(value, date) else value
        return any((low is None or low <= units) and (high is None or units <= high) for low, high in self.intervals)


def anything(type_: Type, text: str = "any", *, missing: bool = True) -> Cell:
    """Admits every value of the type, and a missing one too unless told otherwise."""
    missing = missing and type_.optional
    if type_.kind in ("number", "date"):
        return Cell(text, intervals=((None, None),), missing=missing)
    return Cell(text, complement=True, missing=missing)


def parse_cell(text: str, type_: Type, relate: Relate | None = None) -> Cell:
    """The cell for a column of this type; CellError says what can stand there.

    With `relate`, a comparison or an end of a range may be an expression; its own refusals pass through.
    """
    text = text.strip()
    if text in ("any", "-"):
        return anything(type_, text)
    if text == "missing":
        if not type_.optional:
            raise CellError("`missing` stands where nothing can be missing: delete the row")
        return Cell(text, missing=True)
    if negation := _NEGATION.match(text):
        return _negated(text, parse_cell(negation.group(1), type_, relate), type_)
    if relate is not None and (relations := _relations(text, relate)):
        return replace(_with_literal_end(text, type_), text=text, missing=False, relations=relations)
    if type_.kind in ("number", "date"):
        return _ordered(text, type_)
    if type_.kind in ("text", "boolean"):
        return _members(text, type_)
    raise CellError(f"a column cannot test a {type_}")


def _relations(text: str, relate: Relate) -> tuple[Comparison, ...]:
    """Comparisons with expressions; none where only literals are written."""
    if found := _RELATION.match(text):
        sign, other = found.groups()
        return () if _PLAIN.match(other) else (relate(sign, other),)
    if found := _RANGE.match(text):
        opening, first, last, closing = found.groups()
        ends = ((">" if opening == "(" else ">=", first), ("<" if closing == ")" else "<=", last))
        return tuple(relate(sign, other) for sign, other in ends if not _PLAIN.match(other))
    return ()


def _with_literal_end(text: str, type_: Type) -> Cell:
    """Beside relations: what the literal end of a range admits, otherwise every value."""
    if found := _RANGE.match(text):
        opening, first, last, closing = found.groups()
        if _PLAIN.match(first):
            return parse_cell(f"{'>' if opening == '(' else '>='} {first}", type_)
        if _PLAIN.match(last):
            return parse_cell(f"{'<' if closing == ')' else '<='} {last}", type_)
    return anything(type_, text, missing=False)


def _opposite(text: str, inner: Cell, type_: Type) -> Cell:
    if len(inner.relations) > 1 or inner.intervals not in ((), ((None, None),)):
        raise CellError("not(...) of a range with expressions: write two rows")
    (relation,) = inner.relations
    turned = replace(relation, operator=_OPPOSITE[relation.operator])
    return replace(anything(type_, text, missing=False), relations=(turned,))


def _negated(text: str, inner: Cell, type_: Type) -> Cell:
    if inner.missing:
        raise CellError("not(...) speaks of values only; write a row for `missing`")
    if inner.relations:
        return _opposite(text, inner, type_)
    if type_.kind in ("text", "boolean"):
        return Cell(text, members=inner.members, complement=not inner.complement)
    gaps: list[Interval] = []
    start: int | None = None
    for low, high in inner.intervals:
        if low is not None and (start is None or start < low):
            gaps.append((start, low - 1))
        if high is None:
            return Cell(text, intervals=tuple(gaps))
        start = high + 1
    return Cell(text, intervals=(*gaps, (start, None)))


def _members(text: str, type_: Type) -> Cell:
    words = [word.strip() for word in text.split(",")]
    if len(set(words)) != len(words):
        raise CellError(f"{text!r} names a value twice")
    if type_.kind == "boolean":
        if not {*words} <= {"true", "false"}:
            raise CellError(f"{text!r} is neither true nor false (nor `any`)")
        return Cell(text, members=frozenset(word == "true" for word in words))
    for word in words:
        if not word or word[0] in "<>=[(":
            raise CellError(f"{text!r} does not fit a column of texts: write values separated by commas")
        if type_.values is not None and word not in type_.values:
            raise CellError(f"{word!r} is not a value of this column{suggestion(word, type_.values)}")
    return Cell(text, members=frozenset(words))


def _ordered(text: str, type_: Type) -> Cell:
    parts = [text] if ".." in text else text.split(",")
    intervals = sorted((_interval(part.strip(), type_) for part in parts), key=lambda i: (i[0] is not None, i[0] or 0))
    for (_, high), (low, _) in pairwise(intervals):
        if high is None or low is None or low <= high:
            raise CellError(f"the parts of {text!r} overlap")
    return Cell(text, intervals=tuple(intervals))


def _interval(text: str, type_: Type) -> Interval:
    if found := _RANGE.match(text):
        opening, first, last, closing = found.groups()
        low = _lowest(first, type_, strict=opening == "(")
        high = _highest(last, type_, strict=closing == ")")
        if low > high:
            raise CellError(f"{text!r} holds no value: its ends are the wrong way round or too close")
        return low, high
    if found := _BOUND.match(text):
        sign, bound = found.groups()
        if sign[0] == "<":
            return None, _highest(bound, type_, strict=sign == "<")
        return _lowest(bound, type_, strict=sign == ">"), None
    low, high = _lowest(text, type_, strict=False), _highest(text, type_, strict=False)
    if low > high:
        raise CellError(f"{text} has more decimals than the column ever has")
    return low, high


def _lowest(text: str, type_: Type, *, strict: bool) -> int:
    """The smallest unit that is >= the bound, or > when strict."""
    units, finer = _units(text, type_)
    return units // finer + 1 if strict else -(-units // finer)


def _highest(text: str, type_: Type, *, strict: bool) -> int:
    """The largest unit that is <= the bound, or < when strict."""
    units, finer = _units(text, type_)
    return -(-units // finer) - 1 if strict else units // finer


def _units(text: str, type_: Type) -> tuple[int, int]:
    """The bound as a fraction of the column's unit: numerator, denominator."""
    if type_.kind == "date":
        if not _DATE.match(text):
            raise CellError(f"{text!r} is not a date (2026-01-31)")
        try:
            return date.fromisoformat(text).toordinal(), 1
        except ValueError as error:
            raise CellError(f"{text!r} is not a date: {error}") from None
    value = scaled(text)
    if value is None:
        raise CellError(f"{text!r} is no condition on a number: write 5, < 5, >= 5, [5..9), not(5), missing or any")
    units, scale = value
    if type_.money and units:
        raise CellError("an amount of money in a table has no currency: compare it in an expression instead")
    if scale <= type_.scale:
        return rescaled(units, scale, type_.scale), 1
    return units, int(10 ** (scale - type_.scale))
