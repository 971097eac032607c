"""The figures at which a strategy changes its mind: where a search for another outcome should look first."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from app.decisioning.engine.model import StrategyModel
from app.decisioning.language.core import Constant
from app.decisioning.tables.cells import Cell


def breakpoints(model: StrategyModel, currency: str) -> list[int]:
    """Every whole number that stands in a cell, an expression, a parameter or a proposition, in its own units, with its
    two neighbours; dates as day numbers. More than matter to any one fact: trying one costs a decision."""
    found: set[int] = set()
    for step in model.steps:
        found.update(_figures(step))
    for parameter in model.parameters:
        for values in (parameter.values, *(change.values for change in parameter.later)):
            found.update(_figures(values.get(currency)))
    return sorted({near for figure in found for near in (figure - 1, figure, figure + 1)})


def _figures(part: object) -> Iterator[int]:
    """Of a step and everything in it."""
    match part:
        case bool() | str():
            return
        case int():
            yield part
        case Cell():
            yield from (end for ends in part.intervals for end in ends if end is not None)
        case Constant():
            yield from _figures(part.value)
        case dict():
            yield from _figures(list(part.values()))
        case tuple() | list():
            for inner in part:
                yield from _figures(inner)
        case _ if is_dataclass(part):
            yield from _figures([getattr(part, f.name) for f in fields(part) if f.name not in _ABOUT_TYPES])


_ABOUT_TYPES = frozenset({"type", "scale", "number", "rate_scale", "terms", "reason_limit"})
