"""Names and types of an expression, checked before it ever runs; the result is its core tree.

Nothing that may be missing can be computed with: it is tested (`is present`), replaced (`coalesce`) or refused here.
A test narrows: in `at57s is present and at57s > 100` the right side knows that at57s is there.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from app.decisioning.language import syntax
from app.decisioning.language.core import (
    Arithmetic,
    Choice,
    Comparison,
    Constant,
    Contains,
    Core,
    Logic,
    Missing,
    Not,
    Reference,
)
from app.decisioning.language.functions import FUNCTION_NAMES, apply_function
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.parser import parse
from app.decisioning.language.types import BOOLEAN, MAX_SCALE, TEXT, TEXTS, Type, integer
from app.decisioning.language.values import (
    NOTHING,
    aligned,
    common_unit,
    joined,
    need,
    product_unit,
    scaled_range,
    suggestion,
)

MAX_TREE_DEPTH = 60
MAX_MEMBERS = 60
_PYTHON = {"=": "==", "!=": "!="}


def check(text: str, scope: Mapping[str, Type]) -> Core:
    """Parse and check one expression over the names in scope."""
    return elaborate(parse(text), scope)


def elaborate(tree: syntax.Expression, scope: Mapping[str, Type]) -> Core:
    return _Checker(scope, frozenset(), 0).core(tree)


def relation(symbol: str, left: Core, text: str, scope: Mapping[str, Type]) -> Comparison:
    """`left`, known to be present, compared with an expression: what a cell such as `<= requested_amount` says."""
    present = replace(left, type=left.type.present())
    found = _Checker(scope, frozenset(), 0).comparison(symbol, present, check(text, scope), 0)
    assert isinstance(found, Comparison)
    return found


def present_after(tree: Core, *, holds: bool = True) -> frozenset[str]:
    """Names that cannot be missing once the expression has turned out true (or false)."""
    match tree:
        case Missing(Reference(name)):
            return frozenset() if holds else frozenset([name])
        case Not(operand):
            return present_after(operand, holds=not holds)
        case Logic("and", left, right) if holds:
            return present_after(left) | present_after(right)
        case Logic("or", left, right) if not holds:
            return present_after(left, holds=False) | present_after(right, holds=False)
    return frozenset()


class _Checker:
    def __init__(self, scope: Mapping[str, Type], present: frozenset[str], depth: int) -> None:
        self._scope = scope
        self._present = present
        self._depth = depth

    def _knowing(self, present: frozenset[str]) -> "_Checker":
        return _Checker(self._scope, self._present | present, self._depth)

    def core(self, tree: syntax.Expression) -> Core:
        self._depth += 1
        if self._depth > MAX_TREE_DEPTH:
            raise ExpressionError("too long a chain of operators; give parts of it names of their own", tree.at)
        core = self._core(tree)
        self._depth -= 1
        return core

    def _core(self, tree: syntax.Expression) -> Core:  # noqa: PLR0911, PLR0912 - one branch a kind of node
        match tree:
            case syntax.Number(units, scale):
                return Constant(units, Type("number", scale=scale, low=units, high=units))
            case syntax.Text(value):
                return Constant(value, replace(TEXT, values=frozenset([value])))
            case syntax.Truth(value):
                return Constant(value, BOOLEAN)
            case syntax.Nothing():
                return NOTHING
            case syntax.Name(name, at):
                return self._name(name, at)
            case syntax.Unary("not", operand, at):
                return Not(need(self.core(operand), "boolean", at))
            case syntax.Unary(_, operand, at):
                return self._negative(need(self.core(operand), "number", at))
            case syntax.Binary("and" | "or" as symbol, left, right, at):
                return self._logic(symbol, left, right, at)
            case syntax.Binary("+" | "-" | "*" as symbol, left, right, at):
                return self._arithmetic(symbol, self.core(left), self.core(right), at)
            case syntax.Binary(symbol, left, right, at):
                return self.comparison(symbol, self.core(left), self.core(right), at)
            case syntax.Between(item, low, high, at):
                inside = self.core(item)
                return Logic(
                    "and",
                    self.comparison(">=", inside, self.core(low), at),
                    self.comparison("<=", inside, self.core(high), at),
                )
            case syntax.Membership(item, members, negated, at):
                contains = self._membership(item, members, at)
                return Not(contains) if negated else contains
            case syntax.MissingTest(item, negated, at):
                return self._missing_test(item, negated, at)
            case syntax.Conditional(condition, then, otherwise, at):
                return self._conditional(condition, then, otherwise, at)
            case syntax.Call(function, arguments, at):
                if function not in FUNCTION_NAMES:
                    raise ExpressionError(
                        f"there is no function {function!r}{suggestion(function, FUNCTION_NAMES)}", at
                    )
                return apply_function(function, [self.core(a) for a in arguments], at)

    def _name(self, name: str, at: int) -> Core:
        type_ = self._scope.get(name)
        if type_ is None:
            raise ExpressionError(f"{name!r} is not known here{suggestion(name, self._scope)}", at)
        return Reference(name, type_.present() if name in self._present else type_)

    @staticmethod
    def _negative(operand: Core) -> Core:
        low, high = operand.type.high, operand.type.low
        type_ = replace(operand.type, low=None if low is None else -low, high=None if high is None else -high)
        if isinstance(operand, Constant) and isinstance(operand.value, int):
            return Constant(-operand.value, type_)
        return Arithmetic("*", operand, Constant(-1, integer(-1, -1)), type_)

    def _logic(self, symbol: str, left: syntax.Expression, right: syntax.Expression, at: int) -> Core:
        first = need(self.core(left), "boolean", at)
        known = present_after(first, holds=symbol == "and")
        return Logic(symbol, first, need(self._knowing(known).core(right), "boolean", at))

    def _arithmetic(self, symbol: str, left: Core, right: Core, at: int) -> Core:
        need(left, "number", at)
        need(right, "number", at)
        if symbol == "*":
            if left.type.money and right.type.money:
                raise ExpressionError("money times money has no meaning", at)
            type_ = Type(
                "number", scale=left.type.scale + right.type.scale, money=left.type.money or right.type.money,
                unit=product_unit(left.type, right.type, at),
            )
        else:
            left, right = aligned(left, right, at)
            type_ = Type(
                "number", scale=left.type.scale, money=left.type.money or right.type.money,
                unit=common_unit([left.type, right.type], at),
            )
        if type_.scale > MAX_SCALE:
            raise ExpressionError(f"the result has more than {MAX_SCALE} decimals; round a part of it first", at)
        low, high = scaled_range(symbol, left.type, right.type)
        return Arithmetic(symbol, left, right, replace(type_, low=low, high=high))

    def comparison(self, symbol: str, left: Core, right: Core, at: int) -> Core:
        for side in (left, right):
            need(side, left.type.kind, at)
        if left.type.kind == "number":
            left, right = aligned(left, right, at)
        elif left.type.kind in ("texts", "numbers") or (left.type.kind != "date" and symbol not in ("=", "!=")):
            raise ExpressionError(f"{symbol} does not compare values of type {left.type}", at)
        if left.type.kind == "text":
            joined([left, right], at)
        return Comparison(_PYTHON.get(symbol, symbol), left, right)

    def _membership(
        self, item: syntax.Expression, members: tuple[syntax.Expression, ...] | syntax.Name, at: int
    ) -> Core:
        value = self.core(item)
        if isinstance(members, syntax.Name):
            return Contains(need(value, "text", at), need(self.core(members), "texts", members.at))
        if value.type.kind not in ("text", "number"):
            raise ExpressionError(f"`in` looks for a text or a number, not for {value.type}", at)
        need(value, value.type.kind, at)
        if len(members) > MAX_MEMBERS:
            raise ExpressionError(f"a list of {len(members)} members; at most {MAX_MEMBERS} are allowed", at)
        literals = [self._literal(member, value) for member in members]
        if value.type.kind == "text":
            return Contains(value, Constant(tuple(str(literal.value) for literal in literals), TEXTS))
        tests = [self.comparison("=", value, literal, at) for literal in literals]
        return reduce(lambda left, right: Logic("or", left, right), tests)

    def _literal(self, member: syntax.Expression, value: Core) -> Constant:
        core = need(self.core(member), value.type.kind, member.at)
        if not isinstance(core, Constant):
            raise ExpressionError("a list after `in` holds literals only", member.at)
        if value.type.kind == "text":
            joined([value, core], member.at)
        elif core.type.scale > value.type.scale:
            raise ExpressionError("this has more decimals than the value that is looked for", member.at)
        return core

    def _missing_test(self, item: syntax.Expression, negated: bool, at: int) -> Core:
        value = self.core(item)
        if not value.type.optional:
            raise ExpressionError("this is never missing; leave the test out", at)
        return Not(Missing(value)) if negated else Missing(value)

    def _conditional(
        self, condition: syntax.Expression, then: syntax.Expression, otherwise: syntax.Expression, at: int
    ) -> Core:
        test = need(self.core(condition), "boolean", at)
        branches = [
            self._knowing(present_after(test)).core(then),
            self._knowing(present_after(test, holds=False)).core(otherwise),
        ]
        (first, second), type_ = joined(branches, at)
        return Choice(test, first, second, type_)
