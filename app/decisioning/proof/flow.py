"""A whole strategy followed: every name of its flow as a diagram over the facts, step by step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from app.decisioning.engine.model import (
    FilterStep,
    OffersStep,
    OutcomeStep,
    Parameter,
    Proposition,
    ReportStep,
    RulesStep,
    ScorecardStep,
    Step,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.engine.vocabulary import CASE_FACTS
from app.decisioning.language.runtime import utc_date
from app.decisioning.language.types import DATE, Type, integer, one_of
from app.decisioning.proof.applications import applied
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.evidence import Scenario, scenarios
from app.decisioning.proof.expressions import Expressions, constant
from app.decisioning.proof.linear import Linear, number
from app.decisioning.proof.regions import FollowedTable, extreme, follow_table, gathered
from app.decisioning.proof.world import World
from app.decisioning.tables.table import Table
from app.domain.quantities import Millis

APPLIED_AT = "applied_at"                      # when the application was recorded: it settles parameters
SCENARIO = "bureau answers"
_LATEST = 253_402_300_799_999                  # the last instant of the year 9999


@dataclass(frozen=True, slots=True)
class FollowedOffer:
    """One proposition: its own names, where it is offered, and the code of the rule that drops it elsewhere."""

    proposition: str
    names: Mapping[str, Node]
    offered: Node
    dropped: Node                              # None where it is offered


@dataclass(slots=True)
class Flow:
    """`pinned` names keep the diagrams that are given for them, whatever the steps make of them."""

    model: StrategyModel
    pinned: Mapping[str, Type] = field(default_factory=dict)
    world: World = field(default_factory=lambda: World(fine=False))
    names: dict[str, Node] = field(default_factory=dict)
    tables: list[FollowedTable] = field(default_factory=list)
    offers: list[FollowedOffer] = field(default_factory=list)
    rules: dict[str, Node] = field(default_factory=dict)      # code of an eligibility rule -> where it holds
    scenarios: list[Scenario] = field(default_factory=list)
    rounding: Node = 0
    scenario: Node = 0
    outcome: OutcomeStep | None = None


def follow(
    model: StrategyModel, pinned: Mapping[str, Type] | None = None, until: Collection[str] | None = None
) -> Flow:
    """Every step of the strategy, or those that `until` names need. TooLargeError when its regions are too many."""
    flow = Flow(model, pinned or {})
    _start(flow)
    for step in model.steps:
        if until is not None and set(until) <= set(flow.names):
            break
        _step(flow, step)
    return flow


def _start(flow: Flow) -> None:
    model, world = flow.model, flow.world
    for name, fact in CASE_FACTS.items():
        closed = {"currency": tuple(model.currencies), "product": tuple(sorted(model.products))}.get(name)
        _define(flow, name, world.fact(name, fact.type if closed is None else one_of(*closed)))
    first = utc_date(model.effective_from)
    world.bound("today", first.toordinal(), date.max.toordinal())
    _define(flow, "today", world.fact("today", DATE))
    flow.scenarios = scenarios(model)
    flow.scenario = world.fact(SCENARIO, one_of(*(str(k) for k in range(len(flow.scenarios)))))
    _define(flow, "evidence", _by_scenario(flow, lambda s: s.state))
    _define(flow, "basis", _by_scenario(flow, lambda s: "INTERNAL_AND_BUREAU" if s.answers else "INTERNAL_ONLY"))
    diagrams = world.diagrams
    currency = flow.names["currency"]
    flow.rounding = diagrams.substitute(currency, lambda c: diagrams.result(model.currencies[c]))
    applied_at = world.fact(APPLIED_AT, integer(model.effective_from, _LATEST))
    for parameter in model.parameters:
        _define(flow, parameter.name, diagrams.substitute(currency, partial(_parameter, flow, applied_at, parameter)))


def _by_scenario(flow: Flow, told: Any) -> Node:
    diagrams = flow.world.diagrams
    return diagrams.substitute(flow.scenario, lambda k: diagrams.result(told(flow.scenarios[int(k)])))


def _parameter(flow: Flow, applied_at: Node, parameter: Parameter, currency: str) -> Node:
    """The figure in a currency, by the instant from which it is in force."""
    diagrams = flow.world.diagrams
    found = diagrams.result(constant(parameter.values[currency]))
    for change in parameter.later:
        later = diagrams.result(constant(change.values[currency]))
        since = diagrams.substitute(applied_at, partial(_at_least, flow.world, change.since))
        found = diagrams.choose(since, {diagrams.true: later, diagrams.false: found})
    return found


def _at_least(world: World, since: Millis, instant: Linear) -> Node:
    return world.within(instant, since, None)


def _define(flow: Flow, name: str, node: Node) -> None:
    type_ = flow.pinned.get(name)
    flow.names[name] = node if type_ is None else flow.world.fact(name, type_)


def _expressions(flow: Flow, names: Mapping[str, Node] | None = None) -> Expressions:
    return Expressions(flow.world, flow.names if names is None else names, flow.rounding)


def _step(flow: Flow, step: Step) -> None:
    match step:
        case ReportStep():
            _report(flow, step)
        case ValuesStep():
            for named in step.values:
                _define(flow, named.name, _expressions(flow).node(named.expression))
        case ScorecardStep():
            _scorecard(flow, step)
        case TableStep(_, table):
            _table(flow, table)
        case RulesStep():
            _rules(flow, step)
        case OffersStep():
            _offers(flow, step)
        case OutcomeStep(_, table):
            _table(flow, table)
            flow.outcome = step


def _table(flow: Flow, table: Table) -> None:
    followed = follow_table(_expressions(flow), table, flow.world.diagrams.true)
    flow.tables.append(followed)
    for name, node in followed.outputs.items():
        _define(flow, name, node)


def _report(flow: Flow, step: ReportStep) -> None:
    """Figures from bureaus are facts, of which all that is known is when they are missing."""
    diagrams = flow.world.diagrams
    missing = diagrams.result(None)
    credit, any_answer = (
        _by_scenario(flow, told) for told in (lambda s: s.credit_answers, lambda s: s.answers)
    )
    for aggregate in step.aggregates:
        present = aggregate.type if aggregate.operation in ("min", "max") else aggregate.type.present()
        known = flow.world.fact(aggregate.name, present)
        answered = any_answer if aggregate.over == "summaries" else credit
        _define(flow, aggregate.name, diagrams.choose(answered, {diagrams.true: known, diagrams.false: missing}))
    for pick in step.picks:
        known = flow.world.fact(pick.name, pick.type)
        _define(flow, pick.name, diagrams.choose(any_answer, {diagrams.true: known, diagrams.false: missing}))


def _scorecard(flow: Flow, step: ScorecardStep) -> None:
    world, diagrams = flow.world, flow.world.diagrams
    points = []
    for characteristic in step.characteristics:
        followed = follow_table(_expressions(flow), characteristic.table, diagrams.true)
        flow.tables.append(followed)
        points.append(followed.outputs["points"])
    if step.combine in ("min", "max"):
        combined = points[0]
        for other in points[1:]:
            combined = extreme(world, step.combine, combined, other)
    else:
        combined = gathered(world, "sum", points)
    if step.combine == "average":
        count, type_ = number(len(points)), Type("number", scale=step.scale)
        combined = diagrams.substitute(combined, lambda total: applied(world, "half_up", (total, count), type_))
    _define(flow, step.score, diagrams.apply(lambda value: value + number(step.initial), combined))
    _table(flow, step.bands)


def _rules(flow: Flow, step: RulesStep) -> None:
    names = _expressions(flow)
    held = {rule.reason.code: names.node(rule.condition) for rule in step.rules}
    flow.rules |= held
    _define(flow, step.output, flow.world.diagrams.negated(flow.world.diagrams.either(*held.values())))


def _offers(flow: Flow, step: OffersStep) -> None:
    diagrams = flow.world.diagrams
    flow.offers = [_offer(flow, step, proposition) for proposition in step.propositions]
    requested = [
        diagrams.both(offer.offered, diagrams.apply(partial(_is, offer.proposition), flow.names["product"]))
        for offer in flow.offers
    ]
    some = diagrams.either(*(offer.offered for offer in flow.offers))
    left = diagrams.apply(_left, diagrams.either(*requested), some)
    _define(flow, "offer_left", left)


def _is(wanted: str, text: str) -> bool:
    return text == wanted


def _left(requested: bool, some: bool) -> str:
    return "REQUESTED" if requested else "ALTERNATIVE" if some else "NONE"


def _offer(flow: Flow, step: OffersStep, proposition: Proposition) -> FollowedOffer:
    diagrams = flow.world.diagrams
    names = dict(flow.names)
    for place, column in enumerate(step.columns):
        by_currency = {currency: constant(values[place]) for currency, values in proposition.columns.items()}
        names[column] = diagrams.apply(partial(_looked_up, by_currency), flow.names["currency"])
    names["proposition"] = diagrams.result(proposition.name)
    is_requested = diagrams.apply(partial(_is, proposition.name), flow.names["product"])
    names["ranking"] = diagrams.apply(lambda own: "REQUESTED" if own else "ALTERNATIVE", is_requested)
    for name in flow.pinned.keys() & names.keys():
        _name(flow, names, name, names[name])
    offered, dropped = diagrams.true, diagrams.result(None)
    for part in step.parts:
        if isinstance(part, ValuesStep):
            for named in part.values:
                _name(flow, names, named.name, _expressions(flow, names).node(named.expression))
        elif isinstance(part, TableStep):
            followed = follow_table(_expressions(flow, names), part.table, offered)
            flow.tables.append(followed)
            for name, node in followed.outputs.items():
                _name(flow, names, name, node)
        elif isinstance(part, FilterStep):
            for rule in part.rules:
                held = _expressions(flow, names).node(rule.condition)
                code = rule.reason.code
                dropped = diagrams.apply(partial(_drop, code), dropped, held)
                offered = diagrams.both(offered, held)
    return FollowedOffer(proposition.name, names, offered, dropped)


def _name(flow: Flow, names: dict[str, Node], name: str, node: Node) -> None:
    names[name] = flow.world.fact(name, flow.pinned[name]) if name in flow.pinned else node


def _looked_up(values: Mapping[str, Any], key: str) -> Any:
    return values[key]


def _drop(code: str, before: str | None, held: bool) -> str | None:
    return before if before is not None or held else code
