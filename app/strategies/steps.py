"""Reading the steps of the flow, each with the names that it reads and those that it defines."""

from collections.abc import Callable
from typing import get_args

from app.decisioning.engine.model import (
    Aggregate,
    Combination,
    Extreme,
    Named,
    OutcomeStep,
    Over,
    Pick,
    ReportStep,
    Rule,
    RulesStep,
    TableStep,
    ValuesStep,
)
from app.decisioning.engine.reasons import GROUPS, parts
from app.decisioning.engine.vocabulary import ITEM_FACTS
from app.decisioning.language.types import BOOLEAN, Type, integer
from app.domain.decision import Reason
from app.domain.quantities import Outcome, Segment
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, condition, expression
from app.strategies.tables import read_table
from app.strategies.yaml_tree import Node

_OPERATIONS = ("sum", "count", "min", "max", "any", "all")


def read_values(body: Fields, name: str, scope: Scope) -> ValuesStep:
    """`values`: names and expressions, in order; a later one may use an earlier."""
    found = []
    for key, node in fields.entries(body.take("values"), "values"):
        own = fields.name(key, "value")
        core = expression(node, scope, own)
        scope.define(own, core.type, key.place)
        found.append(Named(own, core, fields.sentence(node, own)))
    return ValuesStep(name, tuple(found))


def read_table_step(body: Fields, name: str, scope: Scope) -> TableStep:
    table = read_table(body, name, scope)
    for output in table.result_types:
        scope.define(output.name, output.type, body.place)
    return TableStep(name, table)


def read_rules(body: Fields, name: str, scope: Scope) -> RulesStep:
    """`rules`: a list of `code`, `text` and `when`; `output` is true when no rule holds."""
    rules = []
    for node in fields.items(body.take("rules"), "rules"):
        rule = Fields(node, "a rule")
        code = rule.take("code")
        reason = Reason(fields.code(code, "code"), fields.sentence(rule.take("text"), "text"), name)
        when = rule.take("when")
        core = condition(when, scope, f"rule {reason.code}")
        rules.append((Rule(reason, core, fields.sentence(when, "when")), code.place))
        rule.done()
    fields.unique(((rule.reason.code, place) for rule, place in rules), "the rule")
    output = body.take("output")
    scope.define(fields.name(output, "output"), BOOLEAN, output.place)
    return RulesStep(name, tuple(rule for rule, _ in rules), fields.name(output, "output"))


def read_report(body: Fields, name: str, scope: Scope) -> ReportStep:
    """`aggregates` over liabilities or summaries, and `picks` of what bureaus state themselves."""
    listed, picked = (fields.entries(body.take(what), what) for what in ("aggregates", "picks"))
    aggregates = tuple(_aggregate(fields.name(key, "aggregate"), node, scope) for key, node in listed)
    picks = tuple(_pick(fields.name(key, "pick"), node) for key, node in picked)
    named = [*((own.name, own.type) for own in aggregates), *((own.name, own.type) for own in picks)]
    for (own_name, type_), (key, _) in zip(named, (*listed, *picked), strict=True):
        scope.define(own_name, type_, key.place)
    return ReportStep(name, aggregates, picks)


def _aggregate(name: str, node: Node, scope: Scope) -> Aggregate:
    body = Fields(node, f"aggregate {name}")
    written = [operation for operation in _OPERATIONS if body.has(operation)]
    if len(written) != 1:
        raise node.place.error(f"aggregate {name} has one of {', '.join(_OPERATIONS)}")
    operation = written[0]
    what = body.take(operation)
    named = what if operation == "count" else body.get("over")
    over: Over = "liabilities" if named is None else fields.choice(named, "over", ITEM_FACTS)  # type: ignore[assignment]
    inner = scope.inner()
    for known, fact in ITEM_FACTS[over].items():
        inner.define(known, fact.type, node.place)
    kept = body.get("where")
    where = None if kept is None else condition(kept, inner, "where")
    if where is not None:
        inner.narrow(where)
    if operation == "count":
        item, type_ = None, integer(0)
    elif operation in ("any", "all"):
        item, type_ = condition(what, inner, operation), BOOLEAN
    else:
        item = expression(what, inner, operation)
        if item.type.kind != "number" or item.type.optional:
            raise what.place.error(f"{operation} needs a number of each of the {over}; this is {item.type}")
        low = 0 if item.type.low is not None and item.type.low >= 0 else None
        type_ = Type("number", scale=item.type.scale, money=item.type.money, unit=item.type.unit, low=low)
    body.done()
    texts = fields.sentence(what, operation), "" if kept is None else fields.sentence(kept, "where")
    return Aggregate(name, operation, item, where, type_.maybe(), *texts, over)  # type: ignore[arg-type]


def _pick(name: str, node: Node) -> Pick:
    body = Fields(node, f"pick {name}")
    if body.has("score") == body.has("summary"):
        raise node.place.error(f"pick {name} has either `score` (its type) or `summary` (the id of a data set)")
    combine: Combination = fields.choice(body.take("combine"), "combine", get_args(Combination))  # type: ignore[assignment]
    worst: Extreme = fields.choice(body.take("worst"), "worst", get_args(Extreme))  # type: ignore[assignment]
    if body.has("score"):
        key = fields.choice(body.take("score"), "score", ("CREDIT", "DELINQUENCY"))
        found = Pick(name, "score", key, combine, worst, integer(0, 9_999, "points").maybe())
    else:
        key = fields.text(body.take("summary"), "summary")
        scale = fields.whole(body.take("decimals"), "decimals", 0, 6)
        special = _special(body, scale)
        type_ = Type("number", scale=scale, optional=True, low=min(special, default=0))
        found = Pick(name, "summary", key, combine, worst, type_, special)
    body.done()
    return found


def _special(body: Fields, scale: int) -> frozenset[int]:
    """Negative codes that are values of their own, in units of the pick's scale."""
    node = body.get("special")
    if node is None:
        return frozenset()
    codes = [fields.whole(item, "a special value", -999, -1) for item in fields.items(node, "special")]
    return frozenset(code * 10**scale for code in codes)


def read_outcome(body: Fields, name: str, scope: Scope, cards: frozenset[str]) -> OutcomeStep:
    """A table with the outputs `outcome` and `because`; `reasons` gives the text of codes that `because` may name
    beside groups of reasons and `cards`."""
    table = read_table(body, name, scope)
    if [output.name for output in table.outputs] != ["outcome", "because"] or table.collects:
        raise body.place.error("the outcome's table has two outputs, `outcome` and `because`, and does not collect")
    outcome, because = (output.type for output in table.outputs)
    if outcome.optional or because.optional or outcome.values is None or not outcome.values <= set(get_args(Outcome)):
        raise body.place.error(f"`outcome` is one of {', '.join(get_args(Outcome))}, never missing")
    reasons = {
        fields.code(key, "reason"): Reason(key.text, fields.sentence(node, "text"), name)
        for key, node in fields.entries(body.take("reasons"), "reasons")
    }
    for row in table.every_row:
        for part in parts(str(row.outputs[1])):
            if part in GROUPS or part in reasons or part in cards:
                continue
            raise body.place.error(
                f"row {row.number}: {part!r} is neither a group of reasons ({', '.join(sorted(GROUPS | cards))}) "
                "nor listed under `reasons`"
            )
    with_offers = frozenset(
        fields.choice(node, "offers_with", get_args(Outcome))
        for node in fields.items(body.take("offers_with"), "offers_with")
    )
    return OutcomeStep(name, table, reasons, with_offers)


# What the verdict tells, and what those names must be by the end of the flow.
VERDICT_NAMES: dict[str, Callable[[Type], bool]] = {
    "segment": lambda t: t.values is not None and t.values <= set(get_args(Segment)) and not t.optional,
    "bureau_score": lambda t: t.kind == "number" and t.scale == 0,
}
