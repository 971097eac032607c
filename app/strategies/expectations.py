"""What the author of a strategy states of it, in `expectations.yaml` beside it: sentences that `creditstream check`
proves for every input, or refutes with one.

    orders:                      # of texts that improve and worsen, the worst first
      segment: [RED, YELLOW, GREEN]
    expect:
      - annual_rate does not rise when bureau_score rises
      - never outcome = "APPROVE" while segment = "RED"
      - {state: always amount <= maximum, unproved: accepted while no proof is found, for ...}

A statement that can be neither proved nor refuted keeps the strategy from being certified, unless `unproved` says why
it may stay so.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from app.decisioning.engine.model import StrategyModel
from app.decisioning.language.values import suggestion
from app.decisioning.proof.names import Types, names_of, names_of_offers
from app.decisioning.proof.statements import Statement, parse_statement
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.yaml_tree import Mapping, Node, Place, plain, read_yaml


@dataclass(frozen=True, slots=True)
class Expectation:
    statement: Statement
    place: Place
    unproved: str | None                       # why it may stay open


def read_expectations(path: Path, name: str, model: StrategyModel) -> tuple[Expectation, ...]:
    """The statements of a file, in order. StrategyError with file and line when one cannot be read."""
    body = Fields(read_yaml(path, name), "the expectations")
    names, offers = names_of(model), names_of_offers(model)
    listed = body.get("orders")
    orders = {} if listed is None else _orders(listed, {**names, **offers})
    found = []
    for node in fields.items(body.take("expect"), "expect"):
        sentence, unproved = _entry(node)
        text = fields.sentence(sentence, "a statement")
        statement = fields.placed_in(
            node.place, f"`{text}`", lambda text=text: parse_statement(text, names, offers, orders)  # type: ignore[misc]
        )
        found.append(Expectation(statement, node.place, unproved))
    body.done()
    fields.unique(((expectation.statement.text, expectation.place) for expectation in found), "the statement")
    return tuple(found)


def expectations_hash(path: Path, name: str) -> str | None:
    """SHA-256 of what is stated, not of its layout; None where there is no file."""
    if not path.exists():
        return None
    canonical = json.dumps(plain(read_yaml(path, name)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _entry(node: Node) -> tuple[Node, str | None]:
    if not isinstance(node, Mapping):
        return node, None
    body = Fields(node, "a statement")
    state, unproved = body.take("state"), fields.sentence(body.take("unproved"), "unproved")
    body.done()
    return state, unproved


def _orders(node: Node, names: Types) -> dict[str, tuple[str, ...]]:
    found = {}
    for key, listed in fields.entries(node, "orders"):
        type_ = names.get(key.text)
        if type_ is None:
            raise key.place.error(f"{key.text!r} is not known here{suggestion(key.text, names)}")
        if type_.kind != "text" or type_.values is None:
            raise key.place.error(f"{key.text} is {type_}; only texts of a list have an order to state")
        values = [fields.text(item, key.text) for item in fields.items(listed, key.text)]
        fields.unique(((value, listed.place) for value in values), "the value")
        for value in values:
            if value not in type_.values:
                raise listed.place.error(f"{value!r} is no value of {key.text}{suggestion(value, type_.values)}")
        lacking = sorted(type_.values - set(values))
        if lacking:
            raise listed.place.error(f"{key.text} may also be {', '.join(lacking)}: say where that stands")
        found[key.text] = tuple(values)
    return found
