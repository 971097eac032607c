"""Checks on core trees that the checker and the functions share: kinds, scales, ranges, and what to suggest."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.decisioning.language.core import Arithmetic, Constant, Core
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import Kind, Type, Unit, integer

NOTHING = Constant(None, Type("text", optional=True))      # `missing`: takes the type of what stands beside it


def suggestion(word: str, known: Iterable[str]) -> str:
    """'; did you mean X?' when something known is near, otherwise the list of what there is, if short."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there is {', '.join(names)}" if names and len(names) <= 12 else ""


def need(tree: Core, kind: Kind, at: int) -> Core:
    """The same tree, known to be present and of this kind."""
    if tree.type.kind != kind:
        raise ExpressionError(f"{Type(kind)} is needed here, this is {tree.type}", at)
    if tree.type.optional:
        raise ExpressionError(
            "this may be missing: test it first (`x is present and ...`) or replace it (`coalesce(x, ...)`)", at
        )
    return tree


def at_scale(tree: Core, scale: int) -> Core:
    """The same number in finer units."""
    if tree.type.scale == scale:
        return tree
    factor = 10 ** (scale - tree.type.scale)
    low, high = tree.type.low, tree.type.high
    type_ = replace(
        tree.type,
        scale=scale,
        low=None if low is None else low * factor,
        high=None if high is None else high * factor,
    )
    if isinstance(tree, Constant) and isinstance(tree.value, int):
        return Constant(tree.value * factor, type_)
    return Arithmetic("*", tree, Constant(factor, integer(factor, factor)), type_)


def aligned(left: Core, right: Core, at: int) -> tuple[Core, Core]:
    """Both at the finer scale. Money goes with money, or with a literal zero; units with their own or plain numbers."""
    if left.type.money != right.type.money and not (_is_zero(left) or _is_zero(right)):
        raise ExpressionError(
            "money meets a plain number: amounts are given per currency, as a parameter ({EUR: ..., USD: ...})", at
        )
    common_unit([left.type, right.type], at)
    scale = max(left.type.scale, right.type.scale)
    return at_scale(left, scale), at_scale(right, scale)


def common_unit(types: Iterable[Type], at: int) -> Unit | None:
    """The unit that all share; plain numbers go with any."""
    found: Unit | None = None
    for type_ in types:
        if type_.unit is not None and found is not None and type_.unit != found:
            raise ExpressionError(f"{found} meet {type_.unit}: convert one of them (12 * number(years))", at)
        found = found or type_.unit
    return found


def product_unit(left: Type, right: Type, at: int) -> Unit | None:
    """What a product counts: a share of months is months. Only one of the two may count something."""
    counted = [type_.unit for type_ in (left, right) if type_.unit not in (None, "rate")]
    if len(counted) > 1:
        raise ExpressionError(f"{counted[0]} times {counted[1]} has no meaning", at)
    if left.money or right.money:
        return None
    return counted[0] if counted else left.unit or right.unit


def _is_zero(tree: Core) -> bool:
    return isinstance(tree, Constant) and tree.value == 0


def joined(trees: Sequence[Core], at: int) -> tuple[list[Core], Type]:
    """Alternatives of one value, made alike, and the type that covers them all."""
    first = next((tree.type for tree in trees if tree is not NOTHING), None)
    if first is None:
        raise ExpressionError("`missing` alone has no type", at)
    trees = [replace(tree, type=first.maybe()) if tree is NOTHING else tree for tree in trees]
    for tree in trees:
        if tree.type.kind != first.kind:
            raise ExpressionError(f"these differ in type: {first} and {tree.type}", at)
    optional = any(tree.type.optional for tree in trees)
    if first.kind == "number":
        return _joined_numbers(trees, optional, at)
    if first.kind == "text":
        return list(trees), replace(first, values=_joined_texts(trees, at), optional=optional)
    return list(trees), replace(first, optional=optional)


def _joined_numbers(trees: Sequence[Core], optional: bool, at: int) -> tuple[list[Core], Type]:
    money = any(tree.type.money for tree in trees)
    for tree in trees:
        if tree.type.money != money and not _is_zero(tree):
            raise ExpressionError("these differ in type: money and a plain number", at)
    scale = max(tree.type.scale for tree in trees)
    if any(tree.type.optional and tree.type.scale != scale for tree in trees):
        raise ExpressionError("a value that may be missing has fewer decimals than its alternatives", at)
    alike = [at_scale(tree, scale) for tree in trees]
    lows = [tree.type.low for tree in alike]
    highs = [tree.type.high for tree in alike]
    type_ = Type(
        "number",
        scale=scale,
        money=money,
        unit=common_unit([tree.type for tree in alike], at),
        optional=optional,
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
    )
    return alike, type_


def _joined_texts(trees: Sequence[Core], at: int) -> frozenset[str] | None:
    """A literal must be among the values of what it meets; otherwise it is a slip of the pen."""
    declared = [t.type.values for t in trees if not isinstance(t, Constant)]
    for tree in trees:
        if isinstance(tree, Constant) and declared and all(d is not None and tree.value not in d for d in declared):
            known = sorted(frozenset().union(*(d for d in declared if d is not None)))
            raise ExpressionError(
                f"{tree.value!r} is not a value of what it meets{suggestion(str(tree.value), known)}", at
            )
    every = [t.type.values for t in trees]
    return None if None in every else frozenset().union(*(v for v in every if v is not None))


def scaled_range(symbol: str, left: Type, right: Type) -> tuple[int | None, int | None]:
    """Bounds of a sum, difference or product of values at the scales that they have."""
    if symbol == "+":
        return _plus(left.low, right.low), _plus(left.high, right.high)
    if symbol == "-":
        return _minus(left.low, right.high), _minus(left.high, right.low)
    ends = (left.low, left.high, right.low, right.high)
    if None not in ends:
        products = [a * b for a in ends[:2] for b in ends[2:] if a is not None and b is not None]
        return min(products), max(products)
    if left.low is not None and right.low is not None and left.low >= 0 and right.low >= 0:
        return left.low * right.low, None
    return None, None


def _plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _minus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a - b
