"""Reading a scorecard's characteristics: special values, attributes, missing and otherwise, each with its points."""

from dataclasses import dataclass, replace

from app.decisioning.engine.model import Characteristic
from app.decisioning.language.core import Arithmetic, Constant, Core
from app.decisioning.language.types import integer
from app.decisioning.tables.cells import Cell, anything
from app.decisioning.tables.table import Given, Input, Output, Row, Table
from app.domain.decision import Reason
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, TablePlace, expression, numeral
from app.strategies.tables import knowing, output_column, prove, read_cell
from app.strategies.yaml_tree import Node

POINTS = integer(unit="points")


@dataclass(frozen=True, slots=True)
class Card:
    """What every characteristic of one scorecard has to say."""

    weighted: bool
    against: str                               # maximum, average, baseline


def read_characteristic(name: str, node: Node, scope: Scope, card: Card) -> Characteristic:
    """`value`, `attributes` of [condition, points], and where they apply `special` values, which no attribute's range
    takes, `missing` and `otherwise`; `weight`, `average` or `baseline` as the card asks. Points after `=` are an
    expression."""
    body = Fields(node, f"characteristic {name}")
    value = body.take("value")
    column = Input(name, expression(value, scope, f"value of {name}"), fields.sentence(value, "value"))
    found = _attributes(body, column, scope)
    reason = read_reason(body.take("reason"), "scorecard")
    weight = numeral(body.take("weight"), f"weight of {name}") if card.weighted else (1, 0)
    scopes = [knowing((cell,), (column,), scope) for cell, _ in found]
    type_, points = output_column([given for _, given in found], f"points of {name}", POINTS, scopes)
    if type_.optional:
        raise body.place.error(f"points of {name}: they may be missing")
    table = Table(
        name, "first", (column,), (Output("points", type_),),
        tuple(
            Row(n, (cell,), (given,), (fields.sentence(node_, "points"),))
            for n, ((cell, node_), given) in enumerate(zip(found, points, strict=True), 1)
        ),
    )
    prove(table, TablePlace(body.place, tuple(node_.place for _, node_ in found)), scope)
    if card.against == "maximum":
        reference = (_most(table, body), type_.scale)
    else:
        reference = numeral(body.take(card.against), f"{card.against} of {name}")
    body.done()
    return _weighted(Characteristic(name, table, reason, reference[0]), weight, reference[1])


def _attributes(body: Fields, column: Input, scope: Scope) -> list[tuple[Cell, Node]]:
    """Cells and points in the order in which they are tried."""
    name = column.label
    special = body.get("special")
    rows = [] if special is None else [*fields.items(special, f"special values of {name}")]
    rows += fields.items(body.take("attributes"), f"attributes of {name}")
    found = [_attribute(row, number, column, scope) for number, row in enumerate(rows, 1)]
    missing = body.get("missing")
    if missing is not None:
        if not column.type.optional:
            raise missing.place.error(f"{name} is never missing: delete this line")
        found.append((Cell("missing", missing=True), missing))
    otherwise = body.get("otherwise")
    if otherwise is not None:
        found.append((anything(column.type, "otherwise", missing=False), otherwise))
    return found


def _attribute(row: Node, number: int, column: Input, scope: Scope) -> tuple[Cell, Node]:
    """`[condition, points]`."""
    pair = fields.items(row, f"attribute {number} of {column.label}")
    if len(pair) != 2:
        raise row.place.error(f"attribute {number} of {column.label} is a pair: [condition, points]")
    return read_cell(pair[0], number, column, scope), pair[1]


def _most(table: Table, body: Fields) -> int:
    """The best that the characteristic can give."""
    highest = table.outputs[0].type.high
    if highest is None:
        raise body.place.error(f"the most that {table.name} can give is not known: give the card a baseline instead")
    return highest


def _weighted(card: Characteristic, weight: tuple[int, int], reference_scale: int) -> Characteristic:
    """With its points and reference times the weight, all at one scale."""
    factor, finer = weight
    own = card.table.outputs[0].type.scale
    scale = max(own, reference_scale) + finer
    by = factor * 10 ** (scale - finer - own)
    reference = card.reference * factor * 10 ** (scale - finer - reference_scale)
    return replace(_times(card, by, scale), reference=reference)


def at_card_scale(card: Characteristic, scale: int) -> Characteristic:
    """The same characteristic in finer units."""
    by = 10 ** (scale - card.table.outputs[0].type.scale)
    return replace(_times(card, by, scale), reference=card.reference * by)


def _times(card: Characteristic, by: int, scale: int) -> Characteristic:
    (output,) = card.table.outputs
    rows = tuple(replace(row, outputs=(_product(row.outputs[0], by, scale),)) for row in card.table.rows)
    low, high = _scaled(output.type.low, by), _scaled(output.type.high, by)
    if by < 0:
        low, high = high, low
    type_ = replace(output.type, scale=scale, low=low, high=high)
    return replace(card, table=replace(card.table, rows=rows, outputs=(Output(output.name, type_),)))


def _product(given: Given, by: int, scale: int) -> Given:
    """Points times a whole factor, which also takes them to the scale."""
    if isinstance(given, Core):
        type_ = replace(given.type, scale=scale, low=None, high=None)
        return given if by == 1 else Arithmetic("*", given, Constant(by, integer(by, by)), type_)
    assert isinstance(given, int)
    return given * by


def _scaled(bound: int | None, by: int) -> int | None:
    return None if bound is None else bound * by


def read_reason(node: Node, source: str) -> Reason:
    """`code` and the `text` that a customer may read."""
    body = Fields(node, "a reason")
    found = Reason(fields.code(body.take("code"), "code"), fields.sentence(body.take("text"), "text"), source)
    body.done()
    return found
