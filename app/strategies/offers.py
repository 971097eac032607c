"""Reading the offers step: propositions, what is worked out for each, and how the offers are ranked."""

from collections.abc import Callable
from dataclasses import replace

from app.decisioning.engine.model import FilterStep, OfferPart, OffersStep, Proposition, RankKey, Rule, ValuesStep
from app.decisioning.engine.vocabulary import OFFER_NAMES, PROPOSITION_GIVEN
from app.decisioning.language.core import Apply, Core, Reference, Value
from app.decisioning.language.loans import DISCLOSED
from app.decisioning.language.types import Type, one_of, rescaled
from app.decisioning.money.annuity import LONGEST_TERM
from app.domain.decision import Reason
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, amounts, column_type, condition, expression, numeral
from app.strategies.yaml_tree import Mapping, Node, Place, Scalar

ADVANCE = "advance"
ReadPart = Callable[[Node, Scope], OfferPart]


def read_offers(body: Fields, name: str, scope: Scope, products: frozenset[str], part: ReadPart) -> OffersStep:
    """`propositions` (columns and rows), `steps` for each, `rank` keys. Defines `offer_left` for later steps."""
    listed = Fields(body.take("propositions"), "propositions")
    types = [
        (fields.name(key, "column"), column_type(value, f"column {key.text}"), key.place)
        for key, value in fields.entries(listed.take("columns"), "columns")
    ]
    rows = fields.entries(listed.take("rows"), "rows of propositions")
    listed.done()
    for key, _ in rows:
        if key.text not in products:
            raise key.place.error(f"{key.text!r} is not among the strategy's products: {', '.join(sorted(products))}")
    inner = scope.inner()
    for given, type_ in PROPOSITION_GIVEN.items():
        inner.define(given, one_of(*(k.text for k, _ in rows)) if given == "proposition" else type_, body.place)
    columns, propositions = _propositions(types, rows, inner)
    parts = tuple(part(node, inner) for node in fields.items(body.take("steps"), "steps of the offers"))
    _require_offer_names(inner, body.place)
    rank = tuple(_rank_key(node, inner) for node in fields.items(body.take("rank"), "rank"))
    scope.define("offer_left", one_of("REQUESTED", "ALTERNATIVE", "NONE"), body.place)
    column_types = tuple(inner.types[column] for column in columns)
    advance = ADVANCE if ADVANCE in inner.types else "amount"
    _require_own_rates(parts, advance, body.place)
    term = inner.types["term"]
    terms = (max(term.low or 1, 1), min(term.high or LONGEST_TERM, LONGEST_TERM))
    rate_scale = inner.types["annual_rate"].scale
    return OffersStep(name, columns, propositions, parts, rank, rate_scale, column_types, advance, terms)


def _propositions(
    types: list[tuple[str, Type, Place]], rows: list[tuple[Scalar, Node]], scope: Scope
) -> tuple[tuple[str, ...], tuple[Proposition, ...]]:
    """Column by column, so that the numbers of one column share their scale and its range is known."""
    bodies = [(key.text, Fields(value, f"proposition {key.text}")) for key, value in rows]
    table: dict[str, list[dict[str, Value]]] = {}
    for column, type_, place in types:
        cells = [_cell(body.take(column), f"{column} of {own}", type_, scope) for own, body in bodies]
        scale = max(own for _, own in cells)
        table[column] = [
            {c: _at(v, own, scale) if type_.kind == "number" else v for c, v in cell.items()} for cell, own in cells
        ]
        scope.define(column, _ranged(type_, scale, table[column]), place)
    for _, body in bodies:
        body.done()
    propositions = tuple(
        Proposition(
            own, {c: tuple(table[column][row][c] for column, _, _ in types) for c in scope.currencies}
        )
        for row, (own, _) in enumerate(bodies)
    )
    return tuple(column for column, _, _ in types), propositions


def _at(value: Value, own: int, scale: int) -> Value:
    return rescaled(value, own, scale) if isinstance(value, int) else value


def _cell(node: Node, what: str, type_: Type, scope: Scope) -> tuple[dict[str, Value], int]:
    """The value by currency, and its scale."""
    if type_.money:
        return dict(amounts(node, scope.currencies, what)), 0
    value: Value
    scale = 0
    if type_.kind == "number":
        value, scale = numeral(node, what)
    elif type_.kind == "boolean":
        value = fields.truth(node, what)
    elif type_.kind == "texts":
        value = tuple(fields.text(item, what) for item in fields.items(node, what, at_least=0))
    else:
        value = fields.choice(node, what, sorted(type_.values)) if type_.values else fields.text(node, what)
    return dict.fromkeys(scope.currencies, value), scale


def _ranged(type_: Type, scale: int, cells: list[dict[str, Value]]) -> Type:
    if type_.kind != "number":
        return type_
    units = [value for cell in cells for value in cell.values() if isinstance(value, int)]
    return replace(type_, scale=scale, low=min(units), high=max(units))


def read_filter(body: Fields, name: str, scope: Scope) -> FilterStep:
    """`keep`: a list of `when`, `code`, `text`; where one does not hold, the proposition is dropped with its reason."""
    rules = []
    for node in fields.items(body.take("keep"), "keep"):
        rule = Fields(node, "a condition of the filter")
        when = rule.take("when")
        core = condition(when, scope, "when")
        rules.append(Rule(_reason(rule, "offers"), core, fields.sentence(when, "when")))
        rule.done()
        scope.narrow(core)
    return FilterStep(name, tuple(rules))


def _reason(rule: Fields, source: str) -> Reason:
    return Reason(fields.code(rule.take("code"), "code"), fields.sentence(rule.take("text"), "text"), source)


def _rank_key(node: Node, scope: Scope) -> RankKey:
    body = Fields(node, "a rank key") if isinstance(node, Mapping) else None
    if body is None:
        raise node.place.error("a rank key is {by: expression, order: ascending or descending}")
    by = body.take("by")
    core = expression(by, scope, "by")
    if core.type.kind not in ("number", "boolean") or core.type.optional:
        raise node.place.error(f"offers are ranked by numbers that are always there; this is {core.type}")
    order = fields.choice(body.take("order"), "order", ("ascending", "descending"))
    body.done()
    return RankKey(core, order == "descending", fields.sentence(by, "by"))


def _require_offer_names(scope: Scope, place: Place) -> None:
    for wanted in (*OFFER_NAMES, *([ADVANCE] if ADVANCE in scope.types else [])):
        type_ = scope.types.get(wanted)
        if type_ is None:
            advice = f"add it to a `values` step{_example(wanted)}"
            raise place.error(f"the steps of the offers must set `{wanted}`: {advice}")
        rate = wanted in ("annual_rate", *DISCLOSED)
        money = not rate and wanted != "term"
        if type_.kind != "number" or type_.optional or type_.money != money or (not rate and type_.scale):
            advice = " (a filter may keep what `is present`)" if type_.optional else ""
            needed = "whole money" if money else "a number"
            raise place.error(f"`{wanted}` must be {needed} that is always there{advice}; it is {type_}")


def _example(wanted: str) -> str:
    return f" (`{wanted}: {wanted}(amount, instalment, last_instalment, term)`)" if wanted in DISCLOSED else ""


def _require_own_rates(parts: tuple[OfferPart, ...], advance: str, place: Place) -> None:
    """What is disclosed is the rate of the very payments that are offered."""
    loan = (advance, "instalment", "last_instalment", "term")
    set_by = {own.name: own.expression for part in parts if isinstance(part, ValuesStep) for own in part.values}
    for rate in sorted(DISCLOSED):
        match set_by.get(rate):
            case Apply(function, arguments) if function == rate and _names(arguments) == loan:
                continue
        raise place.error(f"`{rate}` is the rate of what is offered: write `{rate}: {rate}({', '.join(loan)})`")


def _names(arguments: tuple[Core, ...]) -> tuple[str, ...]:
    return tuple(own.name if isinstance(own, Reference) else "" for own in arguments)
