"""The names known at one place of the flow, and reading expressions over them."""

from dataclasses import dataclass, field
from typing import get_args

from app.decisioning.language import checker
from app.decisioning.language.core import Constant, Core, names_in
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import BOOLEAN, DATE, TEXT, TEXTS, Type, Unit, integer, money, one_of, scaled
from app.domain.iso import minor_unit_decimals
from app.strategies.fields import entries, items, text
from app.strategies.yaml_tree import Node, Place, Sequence


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table or characteristic stands, and each of its rows and inputs as written; a default row stands with the
    table."""

    table: Place
    rows: tuple[Place, ...]
    inputs: tuple[Place, ...] = ()

    def of(self, row: int | None, column: int | None = None) -> Place:
        if row is not None and row <= len(self.rows):
            return self.rows[row - 1]
        return self.table if column is None or column >= len(self.inputs) else self.inputs[column]


@dataclass(frozen=True, slots=True)
class Places:
    """Where each table or characteristic stands, and each name where it is defined."""

    tables: dict[str, TablePlace] = field(default_factory=dict)
    names: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """Names and their types, in order of definition; `currencies` are those that the strategy serves."""

    currencies: tuple[str, ...]
    types: dict[str, Type] = field(default_factory=dict)
    written: list[tuple[Place, frozenset[str]]] = field(default_factory=list)    # each expression: where, what it reads
    places: Places = field(default_factory=Places)

    def define(self, name: str, type_: Type, place: Place) -> None:
        if name in self.types:
            raise place.error(f"{name!r} already has a meaning here: choose another name")
        self.types[name] = type_
        self.places.names.setdefault(name, place)

    def inner(self) -> "Scope":
        """A scope that sees all this and keeps its own additions."""
        return Scope(self.currencies, dict(self.types), self.written, self.places)

    def place_of(self, name: str, file: str) -> Place | None:
        """Where a file first reads a name."""
        return next((place for place, read in self.written if place.file == file and name in read), None)

    def narrow(self, condition: Core) -> None:
        """From here on the condition is known to hold."""
        for known in checker.present_after(condition):
            self.types[known] = self.types[known].present()


def expression(node: Node, scope: Scope, what: str) -> Core:
    """A checked expression; the message shows the text and points at the column."""
    written = text(node, what)
    try:
        core = checker.check(written, scope.types)
    except ExpressionError as error:
        shown = " ".join(written.split()) if "\n" in written else written
        pointer = "" if "\n" in written else f"\n    {' ' * error.at}^"
        raise node.place.error(f"{what}: {error}\n    {shown}{pointer}") from None
    scope.written.append((node.place, frozenset(names_in(core))))
    return core


def condition(node: Node, scope: Scope, what: str) -> Core:
    """An expression that is true or false, and not always the same."""
    core = expression(node, scope, what)
    if core.type != BOOLEAN:
        raise node.place.error(f"{what}: this is {core.type}; a condition is true or false")
    if isinstance(core, Constant):
        raise node.place.error(f"{what}: this is always {str(core.value).lower()}; delete it")
    return core


def column_type(node: Node, what: str) -> Type:
    """`money`, `rate`, `months`, `years`, `days`, `points`, `number`, `boolean`, `date`, `text`, `texts`; or the list
    of the texts that are possible."""
    if isinstance(node, Sequence):
        return one_of(*(text(item, what) for item in items(node, what)))
    simple = {
        "money": money(), "number": integer(), "boolean": BOOLEAN, "date": DATE, "text": TEXT, "texts": TEXTS,
        **{unit: integer(unit=unit) for unit in get_args(Unit)},
    }
    word = text(node, what)
    if word not in simple:
        raise node.place.error(f"{what}: {word!r} is no type; there is {', '.join(simple)}, or a list of texts")
    return simple[word]


def numeral(node: Node, what: str) -> tuple[int, int]:
    """Units and scale of a decimal number."""
    found = scaled(text(node, what))
    if found is None:
        raise node.place.error(f"{what}: {text(node, what)!r} is not a number (at most 18 digits and 12 decimals)")
    return found


def amounts(node: Node, currencies: tuple[str, ...], what: str) -> dict[str, int]:
    """Minor units by currency of `{EUR: 12.50, USD: 14}`; every currency of the strategy, and no other."""
    found: dict[str, int] = {}
    for key, value in entries(node, what):
        if key.text not in currencies:
            raise key.place.error(f"{what}: the strategy does not serve {key.text!r}, only {', '.join(currencies)}")
        units, scale = numeral(value, what)
        decimals = minor_unit_decimals(key.text)
        if scale > decimals:
            raise value.place.error(f"{what}: {key.text} has {decimals} decimals")
        found[key.text] = units * 10 ** (decimals - scale)
    lacking = [currency for currency in currencies if currency not in found]
    if lacking:
        raise node.place.error(f"{what}: the amount in {', '.join(lacking)} is missing")
    return found


