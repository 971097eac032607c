"""Reading what stands around the flow: bureaus, currencies, what a lack of evidence means, parameters."""

from dataclasses import dataclass
from typing import get_args

from app.decisioning.engine.model import Parameter, Treatment, Use
from app.decisioning.engine.standing import LACKS
from app.decisioning.language.core import Value
from app.decisioning.language.runtime import Rounding
from app.decisioning.language.types import DATE, Type, money
from app.decisioning.strategy import BureauPolicy
from app.domain.consent import Purpose
from app.domain.decision import Reason
from app.domain.iso import CURRENCIES
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope, amounts, numeral
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
    """Figures with their `reference`: a `value` (number or date), or an `amount` a currency."""
    return tuple(_parameter(key, value, scope) for key, value in fields.entries(node, "parameters"))


def _parameter(key: Scalar, node: Node, scope: Scope) -> Parameter:
    name = fields.name(key, "parameter")
    body = Fields(node, f"parameter {name}")
    fields.sentence(body.take("reference"), "reference")
    if body.has("value") == body.has("amount"):
        raise node.place.error(f"parameter {name} has either a `value` or an `amount` (one a currency)")
    values: dict[str, Value]
    if body.has("amount"):
        per_currency = amounts(body.take("amount"), scope.currencies, name)
        type_ = money(min(per_currency.values()), max(per_currency.values()))
        values = dict(per_currency)
    else:
        type_, value = _value(body.take("value"), name)
        values = dict.fromkeys(scope.currencies, value)
    body.done()
    scope.define(name, type_, key.place)
    return Parameter(name, type_, values)


def _value(node: Node, name: str) -> tuple[Type, Value]:
    day = fields.day_or_none(node, name)
    if day is not None:
        return DATE, day
    units, scale = numeral(node, name)
    return Type("number", scale=scale, low=units, high=units), units
