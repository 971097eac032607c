"""Diagrams read at one point of the facts: what they must agree with is the plain evaluator."""

from datetime import date
from typing import Any

from app.decisioning.language.interpreter import FUNCTIONS
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.linear import Atom, Linear
from app.decisioning.proof.world import AnyText, Unfollowed, World


def result_at(world: World, node: Node, values: dict[str, Any]) -> Any:
    """The value, in the language's own terms, that a diagram has where the facts have these values."""
    diagrams = world.diagrams
    while not diagrams.is_result(node):
        place, missing, ends, branches = diagrams.asked(node)
        asked = _asked(world, place, values)
        if asked is None:                      # what is worked out from a missing fact plays no part
            node = missing if missing >= 0 else branches[0]
        else:
            node = branches[sum(asked > end for end in ends)]
    return _worth(world, diagrams.value(node), values)


def _asked(world: World, place: int, values: dict[str, Any]) -> int | None:
    form = world.forms.get(place)
    if form is not None:
        parts = [(atom_at(world, atom, values), c) for atom, c in form.terms]
        return None if any(own is None for own, _ in parts) else sum(own * c for own, c in parts)
    value = values[world.texts[place]]
    if value is None:
        return None
    names = world.diagrams.variables[place].names or ()
    text = str(value).lower() if isinstance(value, bool) else value
    return names.index(text) if text in names else len(names)


def atom_at(world: World, atom: Atom, values: dict[str, Any]) -> int | None:
    """A fact's number, or a quantity's, worked out; either must lie where the world says that it does."""
    quantity = world.quantities[atom]
    if atom in values:
        own = values[atom]
        own = own.toordinal() if isinstance(own, date) else own
    else:
        given = [_worth(world, argument, values) for argument in quantity.arguments]
        if None in given:
            return None
        if quantity.function is not None and quantity.function.endswith(("_between", "_days", "_months", "_years")):
            dated = range(2) if quantity.function.endswith("_between") else range(1)
            given = [date.fromordinal(v) if k in dated else v for k, v in enumerate(given)]
        function = (lambda a, b: a * b) if quantity.function == "*" else FUNCTIONS[str(quantity.function)]
        own = function(*given)
        own = own.toordinal() if isinstance(own, date) else own
    if own is not None:
        assert quantity.low is None or quantity.low <= own, (atom, own)
        assert quantity.high is None or own <= quantity.high, (atom, own)
    return own


def known_holds(world: World, values: dict[str, Any]) -> bool:
    """Whether what is known of every quantity is so."""
    for quantity in world.quantities.values():
        for condition in quantity.known:
            own = _worth(world, condition.form, values)
            low, high = condition.low, condition.high
            if own is not None and not ((low is None or low <= own) and (high is None or own <= high)):
                return False
    return True


def _worth(world: World, value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, Linear):
        parts = [(atom_at(world, atom, values), c) for atom, c in value.terms]
        return None if any(p is None for p, _ in parts) else value.constant + sum(p * c for p, c in parts)
    if isinstance(value, AnyText):
        return values[world.texts[value.place]]
    if isinstance(value, Unfollowed):
        return values[value.text]
    return value
