"""Reading scorecards: characteristics, how their points become one score, and the bands of the score.

What a characteristic gave is judged against its reference (`reasons_against`): the most that it can give (`maximum`),
what it gives on average over a `population` that the card names (`average`), or a `baseline` of its own. It counts
against the applicant on one side of it: `reason_method: below`, or `above` where many points are bad.
"""

from typing import get_args

from app.decisioning.engine.model import Characteristic, Combiner, ReasonMethod, ScorecardStep
from app.decisioning.language.core import Reference
from app.decisioning.language.runtime import half_up
from app.decisioning.language.types import Type
from app.decisioning.tables.table import Input, Table
from app.strategies import fields
from app.strategies.characteristics import Card, at_card_scale, read_characteristic
from app.strategies.fields import Fields
from app.strategies.scope import Scope, TablePlace, numeral
from app.strategies.tables import build_table, prove
from app.strategies.yaml_tree import Node

MAX_REASONS = 4


def read_scorecard(body: Fields, name: str, scope: Scope) -> ScorecardStep:
    """`combine` makes the characteristics' points one, on top of `initial`; `bands` cut the score into named bands."""
    combine: Combiner = fields.choice(body.take("combine"), "combine", get_args(Combiner))  # type: ignore[assignment]
    initial, initial_scale = numeral(body.take("initial"), "initial")
    method = _reason_method(body)
    card = Card(combine == "weighted", _against(body, method))
    cards = [
        read_characteristic(fields.name(key, "characteristic"), value, scope, card)
        for key, value in fields.entries(body.take("characteristics"), "characteristics")
    ]
    if not cards:
        raise body.place.error("a scorecard has at least one characteristic")
    decimals = fields.whole(body.take("decimals"), "decimals", 0, 6) if combine == "average" else 0
    scale = max([initial_scale, decimals, *(card.table.outputs[0].type.scale for card in cards)])
    cards = [at_card_scale(card, scale) for card in cards]
    start = initial * 10 ** (scale - initial_scale)
    score_node = body.take("score")
    score = fields.name(score_node, "score")
    scope.define(score, _score_type(cards, combine, start, scale), score_node.place)
    bands = _bands(body.take("bands"), name, score, scope)
    limit = fields.whole(body.take("reason_limit"), "reason_limit", 1, MAX_REASONS)
    return ScorecardStep(name, tuple(cards), start, scale, score, bands, limit, combine, method)


def _reason_method(body: Fields) -> ReasonMethod:
    node = body.get("reason_method")
    if node is None:
        return "below"
    return fields.choice(node, "reason_method", get_args(ReasonMethod))  # type: ignore[return-value]


def _against(body: Fields, method: ReasonMethod) -> str:
    """What reasons are measured from; of averages, the card says over whom."""
    node = body.get("reasons_against")
    against = "maximum" if node is None else fields.choice(node, "reasons_against", ("maximum", "average", "baseline"))
    if against == "average":
        fields.sentence(body.take("population"), "population")
    if against == "maximum" and method == "above":
        raise body.place.error("no points are above the maximum: reasons_against is `average` or `baseline` here")
    return against


def _score_type(cards: list[Characteristic], combine: Combiner, start: int, scale: int) -> Type:
    """The score's range, from what each characteristic can give."""
    lows = [card.table.outputs[0].type.low for card in cards]
    highs = [card.table.outputs[0].type.high for card in cards]
    low = None if None in lows else start + _combined(combine, [x for x in lows if x is not None])
    high = None if None in highs else start + _combined(combine, [x for x in highs if x is not None])
    return Type("number", scale=scale, low=low, high=high, unit="points")


def _combined(combine: Combiner, points: list[int]) -> int:
    match combine:
        case "min":
            return min(points)
        case "max":
            return max(points)
        case "average":
            return half_up(sum(points), len(points))
        case _:
            return sum(points)


def _bands(node: Node, scorecard: str, score: str, scope: Scope) -> Table:
    """`name`, and `rows` of `[condition on the score, band]`."""
    body = Fields(node, "bands")
    name_node = body.take("name")
    name = fields.name(name_node, "name of the bands")
    rows = fields.items(body.take("rows"), "bands")
    body.done()
    bands = [fields.text(fields.items(row, "a band")[-1], "a band") for row in rows]
    column = Input(score, Reference(score, scope.types[score]), score)
    declared = Type("text", values=frozenset(bands))
    table = build_table(f"{scorecard}.bands", "unique", (column,), [(name, declared)], rows, node.place, scope)
    prove(table, TablePlace(node.place, tuple(row.place for row in rows)), scope)
    scope.define(name, declared, name_node.place)
    return table
