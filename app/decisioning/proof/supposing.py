"""Looking for a counter-example anew, with what is not followed as the strategy itself worked it out for the last one.

A rate of a loan, say, is any number to the diagrams and to the solver; an example in which it is what it cannot be is
none. Supposed to stay what it really was there, it leaves the search to what is followed. That settles nothing by
itself: only what the strategy confirms is believed.
"""

from collections.abc import Mapping
from datetime import date
from operator import mul
from typing import Any

from app.decisioning.language.interpreter import FUNCTIONS
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.examples import DATES_ASKED, example
from app.decisioning.proof.flow import Flow
from app.decisioning.proof.judging import asked
from app.decisioning.proof.linear import Atom, Linear
from app.decisioning.proof.ways import Way
from app.decisioning.proof.world import World


def as_it_really_was(flow: Flow, where: Node, way: Way) -> Node:
    """The diagram without the questions about quantities of which nothing is known, answered as an example of the way
    answers them; the same diagram where there is none."""
    found = example(flow, way)
    seen = None if found is None else asked(flow, found)
    if found is None or seen is None:
        return where
    world = flow.world
    values = {**seen.values, **found.facts}
    for place in sorted(world.diagrams.support(where)):
        form = world.forms.get(place)
        if form is None or len(form.terms) > 1:
            continue
        (atom,) = form.atoms
        quantity = world.quantities[atom]
        if quantity.function in FUNCTIONS and quantity.function not in DATES_ASKED and not quantity.known:
            try:
                own = _worth(world, atom, values)
            except KeyError:                   # of the second of two inputs
                continue
            where = world.diagrams.restrict(where, place, own)
    return where


def _worth(world: World, atom: Atom, values: Mapping[str, Any]) -> int | None:
    """A fact, or a quantity worked out from facts; None when it is missing. KeyError where a fact is not known."""
    quantity = world.quantities[atom]
    if quantity.function is None:
        own = values[atom]
        return own.toordinal() if isinstance(own, date) else own
    given = [_form(world, argument, values) if isinstance(argument, Linear) else argument
             for argument in quantity.arguments]  # fmt: skip
    if None in given:
        return None
    if quantity.function in DATES_ASKED:
        given = [date.fromordinal(int(day or 1)) for day in given]
    function = mul if quantity.function == "*" else FUNCTIONS[quantity.function]
    found = function(*given)
    return found.toordinal() if isinstance(found, date) else found


def _form(world: World, form: Linear, values: Mapping[str, Any]) -> int | None:
    total = form.constant
    for atom, coefficient in form.terms:
        own = _worth(world, atom, values)
        if own is None:
            return None
        total += coefficient * own
    return total
