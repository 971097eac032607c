"""Functions of the language in diagrams: worked out, followed as linear conditions, or kept as quantities of their own.

A quantity that is not followed further keeps what is known of it: `floor(x / 100)` lies between x / 100 - 0.99 and
x / 100, whatever x is. So conclusions drawn from it hold, and only a counter-example may turn out not to be one.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from app.decisioning.language.interpreter import FUNCTIONS
from app.decisioning.language.types import Type
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.feasibility import Within
from app.decisioning.proof.linear import Linear, number, single
from app.decisioning.proof.world import AnyText, Quantity, Unfollowed, World

_TO_WHOLE = ("half_up", "half_even", "floor", "ceiling")
_DATES = ("years_between", "months_between", "days_between", "add_days", "add_months", "add_years")


def applied(world: World, function: str, arguments: tuple[Any, ...], type_: Type) -> Node:
    """The function of these values: results of diagrams, as in expressions.py."""
    if any(argument is None for argument in arguments):
        return world.diagrams.result(None)
    if all(_known(argument) for argument in arguments):
        return world.diagrams.result(_worked_out(function, arguments))
    special = _SPECIAL.get(function)
    found = None if special is None else special(world, function, arguments)
    return _kept(world, function, arguments, type_) if found is None else found


def _known(argument: Any) -> bool:
    if isinstance(argument, tuple):
        return all(_known(item) for item in argument)
    return argument.plain if isinstance(argument, Linear) else not isinstance(argument, AnyText | Unfollowed)


def _plain(argument: Any) -> Any:
    if isinstance(argument, tuple):
        return tuple(_plain(item) for item in argument)
    return argument.constant if isinstance(argument, Linear) else argument


def _worked_out(function: str, arguments: tuple[Any, ...]) -> Any:
    values = [_plain(argument) for argument in arguments]
    if function in _DATES:
        values = [date.fromordinal(v) if k == 0 or function.endswith("between") else v for k, v in enumerate(values)]
    found = FUNCTIONS[function](*values)
    if isinstance(found, bool) or not isinstance(found, int | date):
        return found
    return number(found.toordinal() if isinstance(found, date) else found)


def _kept(world: World, function: str, arguments: tuple[Any, ...], type_: Type) -> Node:
    text = f"{function}({', '.join(said(world, argument) for argument in arguments)})"
    if type_.kind in ("number", "date"):
        low, high = (1, date.max.toordinal()) if type_.kind == "date" else (type_.low, type_.high)
        return world.unfollowed_number(text, Quantity(low, high, function, arguments), optional=type_.optional)
    if type_.kind == "boolean" and not type_.optional:
        return world.unfollowed_truth(text)
    return world.fact(text, type_)


def said(world: World, value: Any) -> str:
    if isinstance(value, AnyText):
        return world.texts[value.place]
    return value.text if isinstance(value, Unfollowed) else str(value)


def _extreme(world: World, function: str, arguments: tuple[Any, ...]) -> Node | None:
    if len(arguments) == 1:
        return None
    found = world.diagrams.result(arguments[0])
    for argument in arguments[1:]:
        found = world.diagrams.substitute(found, partial(better, world, function, argument))
    return found


def better(world: World, function: str, a: Linear, b: Linear) -> Node:
    """The smaller or the greater of two: told apart, or, in a coarse world, a quantity on one side of both."""
    diagrams = world.diagrams
    low, high = world.range_of(a - b)
    if (low is not None and low >= 0) or (high is not None and high <= 0):
        return diagrams.result(a if (function == "max") == (low is not None and low >= 0) else b)
    if not world.fine:
        return _beside(world, function, a, b)
    chosen = {diagrams.true: diagrams.result(a), diagrams.false: diagrams.result(b)}
    return diagrams.choose(world.compare("<=" if function == "min" else ">=", a, b), chosen)


def _beside(world: World, function: str, a: Linear, b: Linear) -> Node:
    first, second = sorted((a, b), key=str)
    text = f"{function}({first}, {second})"
    ends = [world.range_of(a), world.range_of(b)]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    bound = min if function == "min" else max
    known_lows, known_highs = ([end for end in found if end is not None] for found in (lows, highs))
    low = None if len(known_lows) < (2 if function == "min" else 1) else bound(known_lows)
    high = None if len(known_highs) < (2 if function == "max" else 1) else bound(known_highs)
    below = (None, 0) if function == "min" else (0, None)
    known = tuple(Within(single(text) - side, *below) for side in (a, b))
    return world.unfollowed_number(text, Quantity(low, high, function, (a, b), known))


def _absolute(world: World, _: str, arguments: tuple[Any, ...]) -> Node:
    return better(world, "max", arguments[0], arguments[0].times(-1))


def _days_between(world: World, _: str, arguments: tuple[Any, ...]) -> Node:
    return world.diagrams.result(arguments[1] - arguments[0])


def _whole(world: World, function: str, arguments: tuple[Any, ...]) -> Node | None:
    """unit * quotient is near the value: how near depends on the rule."""
    value, unit = arguments
    if not unit.plain:
        return None
    text = f"{function}(({value}) / {unit.constant})"
    quotient, size = single(text).times(unit.constant), unit.constant
    rest = value - quotient
    low, high = world.range_of(value)
    match function:
        case "floor":
            known, exact = Within(rest, 0, size - 1), True
        case "ceiling":
            known, exact = Within(rest, 1 - size, 0), True
        case "half_up" if low is not None and low >= 0:
            known, exact = Within(rest.times(2), -size, size - 1), True
        case _:
            known, exact = Within(rest.times(2), -size, size), False
    quantity = Quantity(
        None if low is None else -(-low // size) - 1, None if high is None else high // size + 1,
        function, arguments, (known,), exact,
    )
    return world.unfollowed_number(text, quantity)


def _round_down(world: World, function: str, arguments: tuple[Any, ...]) -> Node | None:
    value, step = arguments
    if not step.plain:
        return None
    text = f"round_down({value}, {step.constant})"
    low, high = world.range_of(value)
    known = Within(value - single(text), 0, step.constant - 1)
    quantity = Quantity(None if low is None else low - step.constant + 1, high, function, arguments, (known,))
    return world.unfollowed_number(text, quantity)


def _annuity(world: World, function: str, arguments: tuple[Any, ...]) -> Node | None:
    """With a known rate and term, what is due is a multiple of the amounts."""
    *amounts, rate, term = arguments
    if not (rate.plain and term.plain):
        return None
    call, months = FUNCTIONS[function], (rate.constant, term.constant)
    found = number(0)
    for place, amount in enumerate(amounts):
        unit = [int(place == k) for k in range(len(amounts))]
        found = found + amount.times(call(*unit, *months))
    return world.diagrams.result(found)


_Special = Callable[[World, str, tuple[Any, ...]], Node | None]
_SPECIAL: dict[str, _Special] = {
    "min": _extreme, "max": _extreme, "abs": _absolute, "days_between": _days_between, "round_down": _round_down,
    **dict.fromkeys(_TO_WHOLE, _whole),
    **dict.fromkeys(("annuity_instalment", "annuity_amount", "annuity_last"), _annuity),
}
