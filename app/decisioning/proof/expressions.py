"""An expression as a diagram: for every combination of facts what it comes to, as far as that can be followed."""

from collections.abc import Hashable, Mapping
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
    Value,
)
from app.decisioning.proof.applications import applied
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.linear import Linear, number
from app.decisioning.proof.world import AnyText, Quantity, Unfollowed, World


class Expressions:
    """`names` are the diagrams of the names in scope; `rounding` is that of the rule by which money is rounded."""

    def __init__(self, world: World, names: Mapping[str, Node], rounding: Node | None = None) -> None:
        self.world = world
        self.names = dict(names)
        self._rounding = world.diagrams.result("half_up") if rounding is None else rounding

    def node(self, tree: Core) -> Node:  # noqa: PLR0911 - one return a node is the clearest
        """Results: Linear, str, bool, tuples, None for missing; AnyText and Unfollowed where it stays open."""
        diagrams = self.world.diagrams
        match tree:
            case Constant(value):
                return diagrams.result(constant(value))
            case Reference(name):
                return self.names[name]
            case Arithmetic(symbol, left, right):
                return diagrams.apply(lambda a, b: self._arithmetic(symbol, a, b), self.node(left), self.node(right))
            case Comparison(symbol, left, right):
                return self._comparison(symbol, self.node(left), self.node(right))
            case Logic("and", left, right):
                return diagrams.both(self.node(left), self.node(right))
            case Logic(_, left, right):
                return diagrams.either(self.node(left), self.node(right))
            case Not(operand):
                return diagrams.negated(self.node(operand))
            case Contains(item, members):
                pair = diagrams.apply(_pair, self.node(item), self.node(members))
                return diagrams.substitute(pair, lambda p: self._contains(*p))
            case Missing(operand):
                return diagrams.apply(lambda a: a is None, self.node(operand))
            case Choice(condition, then, otherwise):
                ways = {diagrams.true: self.node(then), diagrams.false: self.node(otherwise)}
                return diagrams.choose(self.node(condition), ways)
            case Coalesce(operands):
                return diagrams.apply(_first_present, *(self.node(operand) for operand in operands))
            case Apply(function, arguments):
                return self._apply(function, [self.node(argument) for argument in arguments], tree)

    def _arithmetic(self, symbol: str, left: Any, right: Any) -> Linear | None:
        """None where an operand is missing: the checker saw to it that this is never asked for."""
        if left is None or right is None:
            return None
        if symbol == "+":
            return left + right  # type: ignore[no-any-return]
        if symbol == "-":
            return left - right  # type: ignore[no-any-return]
        if left.plain:
            return right.times(left.constant)  # type: ignore[no-any-return]
        if right.plain:
            return left.times(right.constant)  # type: ignore[no-any-return]
        return self._product(left, right)

    def _product(self, left: Linear, right: Linear) -> Linear:
        text = f"({left}) * ({right})"
        sides = self.world.range_of(left), self.world.range_of(right)
        ends = [a * b for a in sides[0] for b in sides[1] if a is not None and b is not None]
        low, high = (min(ends), max(ends)) if len(ends) == 4 else (None, None)
        quantity = Quantity(low, high, "*", (left, right))
        node = self.world.unfollowed_number(text, quantity)
        return self.world.diagrams.value(node)  # type: ignore[no-any-return]

    def _comparison(self, symbol: str, left: Node, right: Node) -> Node:
        pair = self.world.diagrams.apply(_pair, left, right)
        return self.world.diagrams.substitute(pair, lambda p: self._compared(symbol, *p))

    def _compared(self, symbol: str, left: Any, right: Any) -> Node:
        diagrams = self.world.diagrams
        if left is None or right is None:
            return diagrams.false
        if isinstance(left, Linear):
            return self.world.compare(symbol, left, right)
        if isinstance(left, AnyText) or isinstance(right, AnyText):
            equal = self._same_text(left, right)
        else:
            equal = diagrams.result(left == right)
        return equal if symbol == "==" else diagrams.negated(equal)

    def _same_text(self, left: Any, right: Any) -> Node:
        if left == right:
            return self.world.diagrams.true
        if isinstance(left, AnyText) and isinstance(right, str):
            return self.world.is_text(left, right)
        if isinstance(right, AnyText) and isinstance(left, str):
            return self.world.is_text(right, left)
        return self.world.unfollowed_truth(f"{self._said(left)} = {self._said(right)}")

    def _contains(self, item: Any, members: Any) -> Node:
        diagrams = self.world.diagrams
        if item is None or members is None:
            return diagrams.false
        if isinstance(members, tuple):
            if isinstance(item, AnyText):
                return diagrams.either(*(self.world.is_text(item, str(member)) for member in members))
            return diagrams.result(item in members)
        return self.world.unfollowed_truth(f"{self._said(item)} in {self._said(members)}")

    def _apply(self, function: str, arguments: list[Node], tree: Apply) -> Node:
        diagrams = self.world.diagrams
        joint = diagrams.apply(lambda *given: given, *arguments)
        if function != "round_money":
            return self._called(function, joint, tree)
        rules = {rule: self._called(diagrams.value(rule), joint, tree) for rule in diagrams.results(self._rounding)}
        return diagrams.choose(self._rounding, rules)

    def _called(self, function: str, joint: Node, tree: Apply) -> Node:
        return self.world.diagrams.substitute(joint, lambda given: applied(self.world, function, given, tree.type))

    def _said(self, value: Any) -> str:
        if isinstance(value, AnyText):
            return self.world.texts[value.place]
        return value.text if isinstance(value, Unfollowed) else str(value)


def constant(value: Value) -> Hashable:
    """A value of the language as a diagram's result."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return number(value)
    return number(value.toordinal()) if isinstance(value, date) else value


def _pair(left: Any, right: Any) -> Hashable:
    return left, right


def _first_present(*values: Hashable) -> Hashable:
    return next((value for value in values if value is not None), None)
