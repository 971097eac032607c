"""How a decision was worked out: every expression of the strategy, as written, with the value that it had."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from app.audit.explanation import money
from app.contracts.names import LOAN_APPLICATIONS
from app.decisioning.engine.interpreter import workings
from app.decisioning.engine.model import FilterStep, OffersStep, ReportStep, Rule, RulesStep, StrategyModel, ValuesStep
from app.decisioning.engine.telling import shown
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.types import Type
from app.domain.decision import DecisionMade, Evidence


class Worked(Struct, frozen=True):
    """One expression: where it stands, what it defines, how it is written, what it came to."""

    step: str
    name: str
    text: str
    value: str


def evidence_of(decision: DecisionMade) -> Evidence:
    """What the decision was judged on, from its audit record."""
    applied = [fact.timestamp for fact in decision.facts if fact.topic == LOAN_APPLICATIONS]
    return Evidence(
        decision.application, decision.responses, decision.missing, decision.as_of, min(applied, default=None)
    )


def worked_out(model: StrategyModel, evidence: Evidence) -> list[Worked]:
    """Every value, rule and condition in the order of the flow; those of the offers once a proposition."""
    found = workings(model, evidence)
    if found is None:
        return []
    currency = evidence.application.currency
    lines: list[Worked] = []
    for step in model.steps:
        match step:
            case ReportStep():
                for aggregate in step.aggregates:
                    over = f"{aggregate.operation} of {aggregate.text or 'liabilities'}"
                    text = f"{over} where {aggregate.where_text}" if aggregate.where_text else over
                    value = said(found.values[aggregate.name], aggregate.type, currency)
                    lines.append(Worked(step.name, aggregate.name, text, value))
                for pick in step.picks:
                    value = said(found.values[pick.name], pick.type, currency)
                    lines.append(Worked(step.name, pick.name, f"{pick.combine} {pick.source} {pick.key}", value))
            case ValuesStep():
                lines += _values(step, step.name, found.values, currency)
            case RulesStep():
                lines += _rules(step.rules, step.name, found.values)
            case OffersStep():
                for proposition, values, _ in found.propositions:
                    lines += _offer(step, proposition, values, currency)
    return lines


def _values(step: ValuesStep, where: str, values: Mapping[str, Any], currency: str) -> Iterator[Worked]:
    for named in step.values:
        if named.name in values:
            value = said(values[named.name], named.expression.type, currency)
            yield Worked(where, named.name, _one_line(named.text), value)


def _rules(rules: Iterable[Rule], where: str, values: Mapping[str, Any]) -> Iterator[Worked]:
    for rule in rules:
        held = evaluate(rule.condition, values)
        yield Worked(where, rule.reason.code, _one_line(rule.text), "holds" if held else "does not hold")


def _offer(step: OffersStep, proposition: str, values: Mapping[str, Any], currency: str) -> Iterator[Worked]:
    """As far as the proposition got: after a condition that failed nothing was worked out."""
    where = f"{step.name}, {proposition}"
    for part in step.parts:
        if isinstance(part, ValuesStep):
            yield from _values(part, where, values, currency)
        elif isinstance(part, FilterStep):
            for rule in part.rules:
                kept = evaluate(rule.condition, values)
                yield Worked(where, rule.reason.code, _one_line(rule.text), "kept" if kept else "dropped")
                if not kept:
                    return


def said(value: Any, type_: Type, currency: str) -> str:
    """A value as people read it: amounts as money, the unknown as unknown."""
    if value is None:
        return "unknown"
    if type_.money and type_.scale == 0:
        return money(value, currency)
    told = shown(value, type_)
    if isinstance(told, bool):
        return "yes" if told else "no"
    return f"{told:g}" if isinstance(told, float) else str(told)


def _one_line(text: str) -> str:
    return " ".join(text.split())
