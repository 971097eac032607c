"""Reading what stands around the flow: bureaus, currencies, what a lack of evidence means, parameters."""

from dataclasses import dataclass, replace
from typing import get_args

from app.decisioning.engine.model import Change, Parameter, Treatment, Use
from app.decisioning.engine.standing import LACKS
from app.decisioning.language.core import Value
from app.decisioning.language.runtime import Rounding
from app.decisioning.language.types import DATE, Kind, Type, rescaled
from app.decisioning.strategy import BureauPolicy
from app.domain.consent import Purpose
from app.domain.decision import Reason
from app.domain.iso import CURRENCIES
from app.domain.quantities import Millis
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, amounts, column_type, numeral
from app.strategies.yaml_tree import Node, Scalar


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    other_currency: Treatment
    treatments: dict[tuple[bool, str], Treatment]

    def states(self) -> tuple[str, ...]:
        """What `evidence` can be in a flow that scores: what scores nothing never gets that far."""
        outcomes = {t.outcome for t in self.treatments.values() if t.outcome is not None and t.use != "nothing"}
        return ("COMPLETE", *sorted(outcomes))


def read_bureaus(node: Node) -> tuple[BureauPolicy, ...]:
    """In the order in which the strategy prefers them."""
    found = []
    for item in fields.items(node, "bureaus"):
        body = Fields(item, "a bureau")
        name_node = body.take("name")
        policy = BureauPolicy(
            name=fields.code(name_node, "name"),
            required=fields.truth(body.take("required"), "required"),
            purpose=fields.choice(body.take("purpose"), "purpose", get_args(Purpose)),  # type: ignore[arg-type]
            subject=fields.choice(body.take("subject"), "subject", ("PERSON", "CARD")),  # type: ignore[arg-type]
        )
        body.done()
        found.append((policy, name_node.place))
    fields.unique(((policy.name, place) for policy, place in found), "the bureau")
    return tuple(policy for policy, _ in found)


def read_currencies(node: Node) -> dict[str, Rounding]:
    """The currencies served, and how each rounds its minor unit."""
    found: dict[str, Rounding] = {}
    for key, value in fields.entries(node, "currencies"):
        if key.text not in CURRENCIES:
            raise key.place.error(f"{key.text!r} is not a currency in force (ISO 4217)")
        found[key.text] = fields.choice(value, key.text, get_args(Rounding))  # type: ignore[assignment]
    if not found:
        raise node.place.error("currencies: at least one is needed")
    return found


def read_evidence(node: Node) -> EvidencePolicy:
    """`other_currency`, and for required and optional bureaus what every kind of lack means."""
    body = Fields(node, "evidence")
    other = body.take("other_currency")
    other_body = Fields(other, "other_currency")
    outcome = fields.choice(other_body.take("outcome"), "outcome", ("REFER", "DECLINE"))
    reason = Reason(
        fields.code(other_body.take("code"), "code"), fields.sentence(other_body.take("text"), "text"), "evidence"
    )
    other_body.done()
    treatments: dict[tuple[bool, str], Treatment] = {}
    for group, required in (("required", True), ("optional", False)):
        section = Fields(body.take(group), f"evidence.{group}")
        for lack in sorted(LACKS):
            treatments[required, lack] = _treatment(section.take(lack), lack)
        section.done()
    body.done()
    return EvidencePolicy(Treatment("nothing", outcome, reason), treatments)  # type: ignore[arg-type]


def _treatment(node: Node, lack: str) -> Treatment:
    body = Fields(node, lack)
    use: Use = fields.choice(body.take("use"), "use", get_args(Use))  # type: ignore[assignment]
    outcome_node, text_node = body.get("outcome"), body.get("text")
    body.done()
    if (outcome_node is None) != (text_node is None):
        raise node.place.error(f"{lack}: an `outcome` goes with a `text` for the customer, and the other way round")
    if outcome_node is None or text_node is None:
        if use == "nothing":
            raise node.place.error(f"{lack}: where nothing is scored, an `outcome` (REFER or DECLINE) is needed")
        return Treatment(use, None, None)
    outcome = fields.choice(outcome_node, "outcome", ("REFER", "DECLINE"))
    return Treatment(use, outcome, Reason(lack, fields.sentence(text_node, "text"), "evidence"))  # type: ignore[arg-type]


def read_parameters(node: Node, scope: Scope) -> tuple[Parameter, ...]:
    """Figures with their `reference`: a `value` (number or date), or an `amount` a currency; a `type` where a number is
    one of months, years, days, points or a rate; `changes`, each `from` an instant on."""
    return tuple(_parameter(key, value, scope) for key, value in fields.entries(node, "parameters"))


def _parameter(key: Scalar, node: Node, scope: Scope) -> Parameter:
    name = fields.name(key, "parameter")
    body = Fields(node, f"parameter {name}")
    reference = fields.sentence(body.take("reference"), "reference")
    unit = body.get("type")
    counted = None if unit is None else column_type(unit, f"type of {name}")
    if counted is not None and (counted.kind != "number" or counted.money):
        raise node.place.error(f"parameter {name}: a type says what a number counts; leave it out")
    first = _figure(body, name, scope)
    changes: list[tuple[Millis, _Figure, str]] = []
    listed = body.get("changes")
    for item in () if listed is None else fields.items(listed, f"changes of {name}"):
        own = Fields(item, f"a change of {name}")
        since = fields.instant(own.take("from"), "from")
        if changes and since <= changes[-1][0]:
            raise item.place.error(f"changes of {name} stand in the order of their instants")
        changes.append((since, _figure(own, name, scope), fields.sentence(own.take("reference"), "reference")))
        own.done()
    body.done()
    figures = [first, *(figure for _, figure, _ in changes)]
    if len({(figure.kind, figure.money) for figure in figures}) > 1:
        raise node.place.error(f"parameter {name}: what it changes to is of another kind")
    scale = max(figure.scale for figure in figures)
    values = [figure.at(scale) for figure in figures]
    type_ = _covering(first, values, scale)
    if counted is not None and type_.kind == "number":
        type_ = replace(type_, unit=counted.unit)
    scope.define(name, type_, key.place)
    later = [Change(since, own, why) for (since, _, why), own in zip(changes, values[1:], strict=True)]
    return Parameter(name, type_, values[0], reference, tuple(later))


@dataclass(frozen=True, slots=True)
class _Figure:
    kind: Kind
    money: bool
    scale: int
    values: dict[str, Value]                   # by currency

    def at(self, scale: int) -> dict[str, Value]:
        """The values in finer units."""
        return {
            currency: rescaled(value, self.scale, scale) if isinstance(value, int) else value
            for currency, value in self.values.items()
        }


def _figure(body: Fields, name: str, scope: Scope) -> _Figure:
    """`value`, or `amount` a currency."""
    if body.has("value") == body.has("amount"):
        raise body.place.error(f"parameter {name} has either a `value` or an `amount` (one a currency)")
    if body.has("amount"):
        return _Figure("number", True, 0, dict(amounts(body.take("amount"), scope.currencies, name)))
    node = body.take("value")
    day = fields.day_or_none(node, name)
    if day is not None:
        return _Figure("date", False, 0, dict.fromkeys(scope.currencies, day))
    units, scale = numeral(node, name)
    return _Figure("number", False, scale, dict.fromkeys(scope.currencies, units))


def _covering(figure: _Figure, values: list[dict[str, Value]], scale: int) -> Type:
    """The type of whatever the parameter ever is."""
    if figure.kind == "date":
        return DATE
    units = [value for own in values for value in own.values() if isinstance(value, int)]
    return Type("number", scale=scale, money=figure.money, low=min(units), high=max(units))
