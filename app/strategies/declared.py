"""What a step says of itself: `reads`, the names that it looks at, and `gives`, those that it sets with their types."""

from dataclasses import replace

from app.decisioning.engine.dataflow import uses_of
from app.decisioning.engine.model import OfferPart, Step
from app.decisioning.language.types import Type
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, column_type
from app.strategies.yaml_tree import Node, Scalar

_MAYBE = " or missing"


def check_declared(body: Fields, step: Step | OfferPart, before: frozenset[str], scope: Scope) -> None:
    """Refuse a step that reads or gives other than it declares. Where it declares nothing, nothing is checked."""
    reads, gives = body.get("reads"), body.get("gives")
    if reads is not None:
        _check_reads(reads, step, before, body.what)
    if gives is not None:
        _check_gives(gives, before, scope, body.what)


def _check_reads(node: Node, step: Step | OfferPart, before: frozenset[str], what: str) -> None:
    declared = [(fields.text(item, "reads"), item.place) for item in fields.items(node, "reads", at_least=0)]
    fields.unique(declared, "the name")
    read = frozenset().union(*(use.reads for use in uses_of(step))) & before
    for name in sorted(read - {name for name, _ in declared}):
        raise node.place.error(f"{what} reads {name!r}, which is not among its `reads`: add it")
    for name, place in declared:
        if name not in read:
            raise place.error(f"{what} declares that it reads {name!r} but does not: delete it")


def _check_gives(node: Node, before: frozenset[str], scope: Scope, what: str) -> None:
    given = set(scope.types) - before
    declared = {key.text: (key.place, value) for key, value in fields.entries(node, "gives")}
    for name in sorted(given - set(declared)):
        raise node.place.error(f"{what} gives {name!r}, which is not among its `gives`: add it")
    for name, (place, value) in declared.items():
        if name not in given:
            raise place.error(f"{what} declares that it gives {name!r} but does not: delete it")
        wanted, found = _type(value, name), scope.types[name]
        if not _fits(found, wanted):
            raise place.error(f"{what} declares {name} to be {wanted}; it is {found}")
        scope.types[name] = replace(found, unit=wanted.unit)


def _type(node: Node, name: str) -> Type:
    """A type, or a type `or missing`."""
    if isinstance(node, Scalar) and node.text.endswith(_MAYBE):
        return column_type(replace(node, text=node.text.removesuffix(_MAYBE)), name).maybe()
    return column_type(node, name)


def _fits(found: Type, wanted: Type) -> bool:
    """A plain number may be declared to count something; what counts something else may not."""
    alike = (found.kind, found.money, found.optional) == (wanted.kind, wanted.money, wanted.optional)
    among = wanted.values is None or (found.values is not None and found.values <= wanted.values)
    return alike and among and found.unit in (None, wanted.unit)
