"""Statements of a trend: two inputs alike but for one name, compared region by region."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, pairwise
from typing import Any

from app.decisioning.language.core import names_in
from app.decisioning.language.types import Type
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.examples import Example, example
from app.decisioning.proof.expressions import Expressions
from app.decisioning.proof.feasibility import Within
from app.decisioning.proof.flow import Flow, follow
from app.decisioning.proof.judging import Judgement, asked, holds, settle, told, told_values
from app.decisioning.proof.linear import Linear, single
from app.decisioning.proof.names import Types, names_of, names_of_offers
from app.decisioning.proof.smt import Solver
from app.decisioning.proof.statements import Orders, Trend
from app.decisioning.proof.supposing import as_it_really_was
from app.decisioning.proof.twins import Twins
from app.decisioning.proof.ways import Way
from app.decisioning.proof.world import World


def judge_trend(flow: Flow, trend: Trend, solver: Solver | None) -> Judgement:
    """By regions; where these are too coarse, by the solver. Refuted only by two inputs that the strategy confirms.

    What a step works out and then drives others is taken as given: the flow is followed anew with that name as a fact.
    """
    types = _types(flow)
    if trend.driver not in flow.world.facts:
        flow = follow(flow.model, {trend.driver: types[trend.driver]}, _needed(flow, trend))
    by = {"regions"}
    for compared in _compared(flow, trend):
        for pair in _pairs(flow.world, trend, compared, types[trend.driver]):
            found = settle(
                flow.world, pair.where, solver,
                confirm=partial(
                    _confirmed, flow=flow, trend=trend, proposition=compared.proposition, values=pair.values
                ),
                suppose=partial(as_it_really_was, flow), also=pair.also,
            )
            if found.state != "proved":
                return found
            by.add(found.how)
    return Judgement("proved", " and ".join(sorted(by)))


def _needed(flow: Flow, trend: Trend) -> set[str] | None:
    """The names that the statement reads; None when they are the offers'."""
    if trend.of_offers:
        return None
    return {trend.target, trend.driver, *(names_in(trend.given) if trend.given is not None else ())}


@dataclass(frozen=True, slots=True)
class _Compared:
    """What is compared: the target where it counts, missing elsewhere. Of a decision, or of one proposition's offer."""

    target: Node
    proposition: str | None


@dataclass(frozen=True, slots=True)
class _Pair:
    """Where two values of the driver, the second higher, break the statement; `values` if the driver is a text."""

    where: Node
    also: Sequence[Within]
    values: tuple[Any, Any] | None


def _compared(flow: Flow, trend: Trend) -> Iterator[_Compared]:
    if not trend.of_offers:
        yield _Compared(_counting(flow, trend, flow.names, flow.world.diagrams.true), None)
    for offer in flow.offers if trend.of_offers else ():
        yield _Compared(_counting(flow, trend, offer.names, offer.offered), offer.proposition)


def _counting(flow: Flow, trend: Trend, names: Mapping[str, Node], where: Node) -> Node:
    diagrams = flow.world.diagrams
    if trend.given is not None:
        where = diagrams.both(where, Expressions(flow.world, names, flow.rounding).node(trend.given))
    return diagrams.choose(where, {diagrams.true: names[trend.target], diagrams.false: diagrams.result(None)})


def _pairs(world: World, trend: Trend, compared: _Compared, driver: Type) -> Iterator[_Pair]:
    """Every two values of the driver that matter, the lower first."""
    diagrams = world.diagrams
    if driver.kind in ("number", "date"):
        yield from _number_pairs(world, trend, compared)
        return
    place = diagrams.place_of(("text of", trend.driver))
    values: Sequence[Any] = (False, True)
    if driver.kind == "text":
        values = trend.orders.get(trend.driver) or sorted(driver.values or ())
    names = () if place is None else diagrams.variables[place].names or ()
    for low, high in combinations(values, 2):
        codes = [names.index(str(value).lower() if isinstance(value, bool) else value) for value in (low, high)]
        sides = [diagrams.restrict(compared.target, place or 0, code) for code in codes]
        yield _Pair(_broken(world, trend, *sides), (), (low, high))


def _number_pairs(world: World, trend: Trend, compared: _Compared) -> Iterator[_Pair]:
    """By the intervals between which the target can change; neighbours are enough where it is never missing."""
    diagrams = world.diagrams
    place = diagrams.place_of(("value of", single(trend.driver)))
    if place is None:
        return
    twins = Twins(world, trend.driver)
    spans = _spans(world, compared.target, place)
    tied = twins.affects(compared.target)
    always = all(diagrams.value(result) is not None for result in diagrams.results(compared.target))
    couples = list(pairwise(spans)) if always and not tied else list(combinations(spans, 2))
    for low, high in [*couples, *((span, span) for span in spans if tied)]:
        first = diagrams.restrict(compared.target, place, _inside(low))
        second = twins.second(diagrams.restrict(compared.target, place, _inside(high)))
        also = (
            Within(single(trend.driver), *low),
            Within(single(twins.driver), *high),
            Within(single(twins.driver) - single(trend.driver), 1, None),
        )
        yield _Pair(_broken(world, trend, first, second), also, None)


def _spans(world: World, node: Node, place: int) -> list[tuple[int | None, int | None]]:
    """The intervals of a number within which no branch of the diagram tells it apart."""
    diagrams = world.diagrams
    ends: set[int] = set()
    for reached in diagrams.reachable(node):
        if not diagrams.is_result(reached) and diagrams.asked(reached)[0] == place:
            ends |= set(diagrams.asked(reached)[2])
    variable = diagrams.variables[place]
    ordered = sorted(ends)
    return list(zip([variable.low, *(end + 1 for end in ordered)], [*ordered, variable.high], strict=True))


def _inside(span: tuple[int | None, int | None]) -> int:
    low, high = span
    return low if low is not None else high if high is not None else 0


def _broken(world: World, trend: Trend, first: Node, second: Node) -> Node:
    pair = world.diagrams.apply(lambda a, b: (a, b), first, second)
    return world.diagrams.substitute(pair, lambda p: _is_broken(world, trend, *p))


def _is_broken(world: World, trend: Trend, first: Any, second: Any) -> Node:
    """Whether the target goes where it must not, between the lower and the higher value of the driver."""
    diagrams = world.diagrams
    if first is None or second is None:
        return diagrams.false
    if isinstance(first, Linear):
        symbol = {1: "<", -1: ">", 0: "!="}[trend.forbidden]
        return world.compare(symbol, first, second)
    return diagrams.result(moved(trend.orders, trend.target, first, second) in _wrong(trend.forbidden))


def _wrong(forbidden: int) -> tuple[int, ...]:
    return (1, -1) if forbidden == 0 else (forbidden,)


def moved(orders: Orders, name: str, first: Any, second: Any) -> int:
    """1 where the second is higher or better, -1 where it is lower or worse, 0 where they are alike."""
    if first == second:
        return 0
    if isinstance(first, str):
        order = orders.get(name)
        return 1 if order is None or order.index(second) > order.index(first) else -1
    return 1 if second > first else -1


def _confirmed(
    way: Way, *, flow: Flow, trend: Trend, proposition: str | None, values: tuple[Any, Any] | None
) -> Judgement | None:
    """Refuted, if the strategy itself treats the two inputs so."""
    driver = trend.driver
    if values is None:
        twin = Twins(flow.world, driver).driver
        inputs: tuple[Example | None, ...] = (example(flow, way, {driver: driver}), example(flow, way, {driver: twin}))
    else:
        inputs = tuple(example(flow, way, fixed={driver: value}) for value in values)
    lower, upper = inputs
    if lower is None or upper is None:
        return None
    results = [_target(flow, trend, proposition, found) for found in (lower, upper)]
    if None in results or moved(trend.orders, trend.target, *results) not in _wrong(trend.forbidden):
        return None
    types = _types(flow)
    first, last = (
        f"{told(flow, {driver: found.facts[driver]})} gives {told_values(types, {trend.target: result})}"
        for found, result in zip((lower, upper), results, strict=True)
    )
    rest = {name: fact for name, fact in lower.facts.items() if name != driver}
    of_offer = f" for {proposition}" if proposition is not None else ""
    return Judgement("refuted", f"{first}, {last}{of_offer}, both with {told(flow, rest)}")


def _target(flow: Flow, trend: Trend, proposition: str | None, found: Example) -> Any:
    """What the strategy gives; None where the input does not count."""
    worked = asked(flow, found)
    values = None if worked is None else worked.values
    if worked is not None and proposition is not None:
        kept = (own for name, own, reason in worked.propositions if name == proposition and reason is None)
        values = next(kept, None)
    return values[trend.target] if values is not None and holds(trend.given, values) else None


def _types(flow: Flow) -> Types:
    return {**names_of(flow.model), **names_of_offers(flow.model)}
