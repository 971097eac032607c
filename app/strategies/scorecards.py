"""Reading scorecards: characteristics with their attributes and points, and the bands of the sum.

What a characteristic gave is judged against its reference: the most that it can give (`reasons_against: maximum`), or
what it gives on average over a `population` that the card names (`reasons_against: average`).
"""

from dataclasses import replace

from app.decisioning.engine.model import Characteristic, ScorecardStep
from app.decisioning.language.core import Reference
from app.decisioning.language.types import Type
from app.decisioning.tables.cells import Cell, anything
from app.decisioning.tables.table import Input, Output, Row, Table
from app.domain.decision import Reason
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, expression, numeral
from app.strategies.tables import build_table, prove, read_cell
from app.strategies.yaml_tree import Node

MAX_REASONS = 4


def read_scorecard(body: Fields, name: str, scope: Scope) -> ScorecardStep:
    """Points are summed over the characteristics, from `initial`; `bands` cut the sum into named bands."""
    fields.choice(body.take("combine"), "combine", ("sum",))
    initial, initial_scale = numeral(body.take("initial"), "initial")
    against_average = _against_average(body)
    cards = [
        _characteristic(fields.name(key, "characteristic"), value, scope, against_average=against_average)
        for key, value in fields.entries(body.take("characteristics"), "characteristics")
    ]
    if not cards:
        raise body.place.error("a scorecard has at least one characteristic")
    scale = max([initial_scale, *(card.table.outputs[0].type.scale for card in cards)])
    cards = [_at_scale(card, scale) for card in cards]
    start = initial * 10 ** (scale - initial_scale)
    score_node = body.take("score")
    score = fields.name(score_node, "score")
    points = [[int(str(row.outputs[0])) for row in card.table.rows] for card in cards]
    type_ = Type(
        "number", scale=scale, low=start + sum(map(min, points)), high=start + sum(map(max, points))
    )
    scope.define(score, type_, score_node.place)
    bands = _bands(body.take("bands"), name, score, scope)
    limit = fields.whole(body.take("reason_limit"), "reason_limit", 1, MAX_REASONS)
    return ScorecardStep(name, tuple(cards), start, scale, score, bands, limit)


def _against_average(body: Fields) -> bool:
    """Whether reasons come from averages; then the card says over whom."""
    method = body.get("reasons_against")
    average = method is not None and fields.choice(method, "reasons_against", ("maximum", "average")) == "average"
    if average:
        fields.sentence(body.take("population"), "population")
    return average


def _characteristic(name: str, node: Node, scope: Scope, *, against_average: bool) -> Characteristic:
    body = Fields(node, f"characteristic {name}")
    column = Input(name, expression(body.take("value"), scope, f"value of {name}"))
    found = [
        _attribute(row, number, column)
        for number, row in enumerate(fields.items(body.take("attributes"), f"attributes of {name}"), 1)
    ]
    missing = body.get("missing")
    if missing is not None:
        if not column.type.optional:
            raise missing.place.error(f"{name} is never missing: delete this line")
        found.append((Cell("missing", missing=True), missing))
    otherwise = body.get("otherwise")
    if otherwise is not None:
        found.append((anything(column.type, "otherwise", missing=False), otherwise))
    reason = read_reason(body.take("reason"), "scorecard")
    points = [numeral(node_, f"points of {name}") for _, node_ in found]
    average = numeral(body.take("average"), f"average of {name}") if against_average else (0, 0)
    body.done()
    scale = max(own for _, own in [*points, average])
    units = [value * 10 ** (scale - own) for value, own in points]
    table = Table(
        name,
        "first",
        (column,),
        (Output("points", Type("number", scale=scale)),),
        tuple(Row(n, (cell,), (u,)) for n, ((cell, _), u) in enumerate(zip(found, units, strict=True), 1)),
    )
    prove(table, [node_.place for _, node_ in found], body.place)
    reference = average[0] * 10 ** (scale - average[1]) if against_average else max(units)
    return Characteristic(name, table, reason, reference)


def _attribute(row: Node, number: int, column: Input) -> tuple[Cell, Node]:
    """`[condition, points]`."""
    pair = fields.items(row, f"attribute {number} of {column.label}")
    if len(pair) != 2:
        raise row.place.error(f"attribute {number} of {column.label} is a pair: [condition, points]")
    return read_cell(pair[0], number, column), pair[1]


def _at_scale(card: Characteristic, scale: int) -> Characteristic:
    own = card.table.outputs[0].type.scale
    factor = 10 ** (scale - own)
    rows = tuple(replace(row, outputs=(int(str(row.outputs[0])) * factor,)) for row in card.table.rows)
    outputs = (Output("points", Type("number", scale=scale)),)
    return replace(card, table=replace(card.table, rows=rows, outputs=outputs), reference=card.reference * factor)


def _bands(node: Node, scorecard: str, score: str, scope: Scope) -> Table:
    """`name`, and `rows` of `[condition on the score, band]`."""
    body = Fields(node, "bands")
    name_node = body.take("name")
    name = fields.name(name_node, "name of the bands")
    rows = fields.items(body.take("rows"), "bands")
    body.done()
    bands = [fields.text(fields.items(row, "a band")[-1], "a band") for row in rows]
    column = Input(score, Reference(score, scope.types[score]))
    declared = Type("text", values=frozenset(bands))
    table = build_table(f"{scorecard}.bands", "unique", (column,), [(name, declared)], rows, node.place)
    prove(table, [row.place for row in rows], node.place)
    scope.define(name, declared, name_node.place)
    return table


def read_reason(node: Node, source: str) -> Reason:
    """`code` and the `text` that a customer may read."""
    body = Fields(node, "a reason")
    found = Reason(
        fields.code(body.take("code"), "code"), fields.sentence(body.take("text"), "text"), source
    )
    body.done()
    return found


