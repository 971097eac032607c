"""What a jurisdiction says of a strategy: prohibited and discouraged characteristics, followed through what is derived
from them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from app.decisioning.engine.dataflow import uses
from app.decisioning.engine.model import StrategyModel
from app.decisioning.engine.vocabulary import CASE_FACTS
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.yaml_tree import Node, read_yaml

_FILE = Path(__file__).parent / "data" / "jurisdictions.yaml"


@dataclass(frozen=True, slots=True)
class Characteristic:
    """Something that the law speaks of, and the facts that carry it."""

    name: str
    facts: tuple[str, ...]
    reference: str
    law: Literal["prohibited", "discouraged"]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    key: str
    name: str
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of a strategy that decides on such a characteristic; `chain` leads from what it reads to the fact."""

    characteristic: Characteristic
    step: str
    part: str
    chain: tuple[str, ...]
    exempt: str                                # the exemption's reference; empty where there is none

    @property
    def refused(self) -> bool:
        return self.characteristic.law == "prohibited" and not self.exempt

    def __str__(self) -> str:
        way = "" if len(self.chain) == 1 else f" (through {' <- '.join(self.chain)})"
        law = f"{self.characteristic.law} ({self.characteristic.reference})"
        exempt = f"; exempt: {self.exempt}" if self.exempt else ""
        return f"step {self.step}, {self.part}: {self.characteristic.name}{way} is {law}{exempt}"


@cache
def jurisdictions() -> dict[str, Jurisdiction]:
    """Every jurisdiction that strategies can name, by its key."""
    found = {}
    for key, node in fields.entries(read_yaml(_FILE, _FILE.name), "jurisdictions"):
        body = Fields(node, f"jurisdiction {key.text}")
        name = fields.sentence(body.take("name"), "name")
        prohibited = _listed(body.take("prohibited"), "prohibited")
        found[key.text] = Jurisdiction(
            key.text, name, (*prohibited, *_listed(body.take("discouraged"), "discouraged"))
        )
        body.done()
    return found


def _listed(node: Node, law: Literal["prohibited", "discouraged"]) -> list[Characteristic]:
    found = []
    for key, value in fields.entries(node, law):
        body = Fields(value, key.text)
        listed = fields.items(body.take("facts"), "facts", at_least=0)
        facts = tuple(fields.choice(item, "facts", CASE_FACTS) for item in listed)
        found.append(Characteristic(key.text, facts, fields.sentence(body.take("reference"), "reference"), law))
        body.done()
    return found


def findings(model: StrategyModel, jurisdiction: Jurisdiction) -> list[Finding]:
    """Every part of the strategy that decides on what the jurisdiction speaks of, in flow order.

    Values derived from a fact carry it on; points, rows and rules are where it is found, and no further.
    """
    return [found for characteristic in jurisdiction.characteristics for found in _of(model, characteristic)]


def _of(model: StrategyModel, characteristic: Characteristic) -> list[Finding]:
    chains: dict[str, tuple[str, ...]] = {fact: (fact,) for fact in characteristic.facts}
    exempt = {e.step: e.reference for e in model.exemptions if e.characteristic == characteristic.name}
    found = []
    for use in uses(model):
        reached = min((chains[name] for name in use.reads if name in chains), default=None)
        if reached is None:
            continue
        if use.decides:
            found.append(Finding(characteristic, use.step, use.part, reached, exempt.get(use.step, "")))
        else:
            for name in use.sets:
                chains.setdefault(name, (name, *reached))
    return found
