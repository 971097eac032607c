"""What can be: facts and their domains, and the questions about them that diagrams branch by.

Numbers and dates are linear forms over atoms: facts, or values that are not followed further, such as a ratio or a
number of months between two dates. Two comparisons of the same form ask one variable; forms that share atoms are
tied together only when a way through a diagram is checked (see ways.py).
"""

from dataclasses import dataclass, replace
from typing import Any

from app.decisioning.language.types import Type
from app.decisioning.proof.axes import bounds
from app.decisioning.proof.diagrams import Diagrams, Node, Variable
from app.decisioning.proof.feasibility import Within
from app.decisioning.proof.linear import Atom, Linear, primitive, single


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number in low..high. One that is not followed further says what it is worked out from.

    `known` are linear conditions that it always meets; `exact` says that they settle it, given its arguments.
    """

    low: int | None
    high: int | None
    function: str | None = None                # None: a fact
    arguments: tuple[Any, ...] = ()
    known: tuple[Within, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class AnyText:
    """The text of a fact without a list of values; `place` is its variable's."""

    place: int


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A list, or what comes of one."""

    text: str


class World:
    """`fine` worlds tell the smaller and the greater of two apart; coarse ones know only which side of both it is."""

    def __init__(self, *, fine: bool = True) -> None:
        self.fine = fine
        self.diagrams = Diagrams()
        self.quantities: dict[Atom, Quantity] = {}
        self.facts: dict[str, Type] = {}
        self.texts: dict[int, str] = {}        # place of a variable -> the fact, or the question, that it asks
        self.forms: dict[int, Linear] = {}     # place of a variable -> the form whose value it asks

    # -- facts

    def bound(self, name: str, low: int | None, high: int | None) -> None:
        """Narrow a fact that is a number or a date, before it is first asked."""
        self.quantities[name] = Quantity(low, high)

    def fact(self, name: str, type_: Type) -> Node:
        """A name that can have any value of its type."""
        self.facts[name] = type_
        missing = self.diagrams.result(None) if type_.optional else -1
        if type_.kind in ("number", "date"):
            self.quantities.setdefault(name, Quantity(*bounds(type_)))
            place = self._asked(single(name), optional=type_.optional)
            return self.diagrams.branch(place, (), [self.diagrams.result(single(name))], missing)
        if type_.kind == "boolean":
            place = self._named(name, ("false", "true"), optional=type_.optional)
            return self.diagrams.branch(place, (0,), [self.diagrams.false, self.diagrams.true], missing)
        if type_.kind == "text" and type_.values is not None:
            names = type_.order if type_.order is not None else tuple(sorted(type_.values))
            place = self._named(name, names, optional=type_.optional)
            results = [self.diagrams.result(text) for text in names]
            return self.diagrams.branch(place, range(len(names) - 1), results, missing)
        if type_.kind == "text":
            place = self._named(name, (), optional=type_.optional, closed=False)
            return self.diagrams.branch(place, (), [self.diagrams.result(AnyText(place))], missing)
        return self.diagrams.result(Unfollowed(name))

    def unfollowed_number(self, text: str, quantity: Quantity, *, optional: bool = False) -> Node:
        """A number that some function gives, its arguments kept but not worked out."""
        self.quantities.setdefault(text, quantity)
        place = self._asked(single(text), optional=optional)
        value = self.diagrams.result(single(text))
        return self.diagrams.branch(place, (), [value], self.diagrams.result(None)) if optional else value

    def unfollowed_truth(self, text: str) -> Node:
        place = self._named(text, ("false", "true"), optional=False)
        return self.diagrams.branch(place, (0,), [self.diagrams.false, self.diagrams.true])

    # -- questions

    def compare(self, symbol: str, left: Linear, right: Linear) -> Node:
        """left symbol right, as a truth."""
        difference = left - right
        if symbol in ("==", "!="):
            equal = self.within(difference, 0, 0)
            return equal if symbol == "==" else self.diagrams.negated(equal)
        if symbol in ("<", ">"):
            return self.within(difference, None, -1) if symbol == "<" else self.within(difference, 1, None)
        return self.within(difference, None, 0) if symbol == "<=" else self.within(difference, 0, None)

    def within(self, value: Linear, low: int | None, high: int | None) -> Node:
        """low <= value <= high, as a truth; None is no bound."""
        if value.plain:
            inside = (low is None or low <= value.constant) and (high is None or value.constant <= high)
            return self.diagrams.true if inside else self.diagrams.false
        own = primitive(value)
        ends = [None if end is None else end - own.constant for end in (low, high)]
        if own.scale < 0:
            ends.reverse()
        size = abs(own.scale)
        sign = 1 if own.scale > 0 else -1
        least, greatest = (None if end is None else sign * end for end in ends)
        least = None if least is None else -(-least // size)
        greatest = None if greatest is None else greatest // size
        if least is not None and greatest is not None and least > greatest:
            return self.diagrams.false
        place = self._asked(own.form, optional=self._may_be_missing(own.form))
        return self.diagrams.test(place, least, greatest)

    def is_text(self, value: AnyText, text: str) -> Node:
        variable = self.diagrams.variables[value.place]
        names = variable.names or ()
        if text not in names:
            names = (*names, text)
            self.diagrams.rename(value.place, replace(variable, names=names))
        code = names.index(text)
        return self.diagrams.test(value.place, code, code)

    # -- variables

    def _asked(self, form: Linear, *, optional: bool = False) -> int:
        key = ("value of", form)
        place = self.diagrams.place_of(key)
        if place is None:
            low, high = self.range_of(form)
            place = self.diagrams.variable(Variable(key, low, high, optional))
            self.forms[place] = form
            self.texts[place] = str(form)
        return place

    def _named(self, name: str, names: tuple[str, ...], *, optional: bool, closed: bool = True) -> int:
        place = self.diagrams.variable(
            Variable(("text of", name), 0, len(names) - 1 if closed else None, optional, names)
        )
        self.texts[place] = name
        return place

    def _may_be_missing(self, form: Linear) -> bool:
        """Only a single fact's own variable knows of missing; a form of several is asked where all are present."""
        place = self.diagrams.place_of(("value of", form))
        return place is not None and self.diagrams.variables[place].optional

    def range_of(self, form: Linear) -> tuple[int | None, int | None]:
        """The least and the greatest value of a form, from its atoms' domains."""
        low: int | None = form.constant
        high: int | None = form.constant
        for atom, c in form.terms:
            own = self.quantities[atom]
            ends = (own.low, own.high) if c > 0 else (own.high, own.low)
            low = None if low is None or ends[0] is None else low + c * ends[0]
            high = None if high is None or ends[1] is None else high + c * ends[1]
        return low, high
