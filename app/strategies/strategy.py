"""Reading a strategy's folder: `strategy.yaml`, the sections and steps beside it, and the checks over the whole.

Every section (`evidence`, `parameters`, and `notices` if there is one) and every step of the flow stands in
strategy.yaml itself or in a file of its name beside it.
"""

import hashlib
import json
from collections import Counter
from pathlib import Path

from app.decisioning.engine.model import (
    INTERNAL_SCORE,
    Exemption,
    OfferPart,
    OffersStep,
    OutcomeStep,
    ReportStep,
    RulesStep,
    ScorecardStep,
    Step,
    StrategyModel,
)
from app.decisioning.engine.vocabulary import CASE_FACTS, GIVEN
from app.decisioning.language.types import one_of
from app.strategies import fields
from app.strategies.declared import check_declared
from app.strategies.fields import Fields
from app.strategies.jurisdictions import findings, jurisdictions
from app.strategies.notices import read_notices
from app.strategies.offers import read_filter, read_offers
from app.strategies.policies import read_bureaus, read_currencies, read_evidence, read_parameters
from app.strategies.scope import Places, Scope
from app.strategies.scorecards import read_scorecard
from app.strategies.steps import VERDICT_NAMES, read_outcome, read_report, read_rules, read_table_step, read_values
from app.strategies.yaml_tree import Node, Place, Scalar, plain, read_yaml

LANGUAGE = 1                                   # raised when the same text comes to mean something else
MAIN = "strategy.yaml"
CASES = "cases.yaml"
EXPECTATIONS = "expectations.yaml"

_BESIDE = (CASES, EXPECTATIONS)                # what says of the strategy what it must do, and is no part of it
_KINDS = ("report", "values", "scorecard", "table", "rules", "offers", "outcome")
_OFFER_KINDS = ("values", "table", "filter")


def read_strategy(folder: Path, label: str) -> StrategyModel:
    """The checked strategy of a folder; `label` is what messages call the folder. StrategyError when it is refused."""
    return read_with_places(folder, label)[0]


def read_with_places(folder: Path, label: str) -> tuple[StrategyModel, Places]:
    """The strategy, and where its tables, characteristics and names stand."""
    found = _Folder(folder, label)
    return found.strategy(), found.places


class _Folder:
    def __init__(self, path: Path, label: str) -> None:
        self._path = path
        self._label = label
        self._files: dict[str, Node] = {}
        self.places = Places()
        self._main = Fields(self._file(MAIN), "the strategy")

    def strategy(self) -> StrategyModel:
        main = self._main
        name = fields.text(main.take("strategy"), "strategy")
        version = fields.whole(main.take("version"), "version", 1, 1_000_000)
        effective_from = fields.instant(main.take("effective_from"), "effective_from")
        jurisdiction = fields.choice(main.take("jurisdiction"), "jurisdiction", jurisdictions())
        exemptions = _exemptions(main.get("exemptions"))
        products = self._products(main.take("products"))
        deadline = fields.duration(main.take("deadline"), "deadline")
        validity = fields.duration(main.take("offer_validity"), "offer_validity")
        bureaus = read_bureaus(main.take("bureaus"))
        currencies = read_currencies(main.take("currencies"))
        evidence = read_evidence(self._section("evidence"))
        scope = _first_scope(tuple(currencies), evidence.states(), main.place)
        self.places = scope.places
        parameters = read_parameters(self._section("parameters"), scope)
        steps = self._flow(main.take("flow"), scope, products)
        notices = None
        if self._has("notices"):
            notices = read_notices(self._section("notices"), scope, steps, bureaus, jurisdictions()[jurisdiction])
        main.done()
        self._refuse_stray_files()
        model = StrategyModel(
            name, version, self._hash(), products, effective_from, bureaus, deadline, validity,
            currencies, evidence.other_currency, evidence.treatments, parameters, steps, notices,
            jurisdiction, exemptions,
        )
        self._refuse_prohibited(model, scope)
        return model

    def _refuse_prohibited(self, model: StrategyModel, scope: Scope) -> None:
        """What its own jurisdiction prohibits may not decide, neither itself nor through what is derived from it."""
        for found in findings(model, jurisdictions()[model.jurisdiction]):
            if found.refused:
                files = (f"{self._label}/{found.step}.yaml", f"{self._label}/{MAIN}")
                places = (scope.place_of(found.chain[0], file) for file in files)
                place = next((place for place in places if place is not None), self._main.place)
                raise place.error(f"{found}. Leave it out, or state an exemption with its reference")

    @staticmethod
    def _products(node: Node) -> frozenset[str]:
        found = [(fields.text(item, "a product"), item.place) for item in fields.items(node, "products")]
        fields.unique(found, "the product")
        return frozenset(product for product, _ in found)

    def _file(self, file: str) -> Node:
        node = read_yaml(self._path / file, f"{self._label}/{file}")
        self._files[file] = node
        return node

    def _has(self, key: str) -> bool:
        """Whether an optional section is written, here or in its file."""
        return self._main.has(key) or (self._path / f"{key}.yaml").exists()

    def _section(self, key: str) -> Node:
        node = self._main.get(key)
        return self._file(f"{key}.yaml") if node is None else node

    def _flow(self, node: Node, scope: Scope, products: frozenset[str]) -> tuple[Step, ...]:
        steps: list[Step] = []
        places: list[tuple[str, Place]] = []
        for item in fields.items(node, "flow"):
            name, kind, body = self._step(item, _KINDS)
            places.append((name, item.place))
            before = frozenset(scope.types)
            steps.append(self._read(name, kind, body, scope, products, steps))
            check_declared(body, steps[-1], before, scope)
            body.done()
        fields.unique(places, "the step")
        _check_flow(steps, scope, node.place)
        return tuple(steps)

    def _step(self, node: Node, kinds: tuple[str, ...]) -> tuple[str, str, Fields]:
        """Name, kind and body of a step: written in place with its `step` name, or in the file of that name."""
        if isinstance(node, Scalar):
            name = fields.name(node, "step")
            body = Fields(self._file(f"{name}.yaml"), f"step {name}")
        else:
            body = Fields(node, "a step")
            name = fields.name(body.take("step"), "step")
            body.what = f"step {name}"
        return name, fields.choice(body.take("kind"), "kind", kinds), body

    def _read(  # noqa: PLR0911, PLR0917 - one return a kind
        self, name: str, kind: str, body: Fields, scope: Scope, products: frozenset[str], before: list[Step]
    ) -> Step:
        match kind:
            case "report":
                return read_report(body, name, scope)
            case "values":
                return read_values(body, name, scope)
            case "scorecard":
                return read_scorecard(body, name, scope)
            case "table":
                return read_table_step(body, name, scope)
            case "rules":
                return read_rules(body, name, scope)
            case "offers":
                return read_offers(body, name, scope, products, self._offer_part)
            case _:
                cards = frozenset(step.name for step in before if isinstance(step, ScorecardStep))
                return read_outcome(body, name, scope, cards)

    def _offer_part(self, node: Node, scope: Scope) -> OfferPart:
        name, kind, body = self._step(node, _OFFER_KINDS)
        part: OfferPart
        before = frozenset(scope.types)
        match kind:
            case "values":
                part = read_values(body, name, scope)
            case "table":
                part = read_table_step(body, name, scope)
            case _:
                part = read_filter(body, name, scope)
        check_declared(body, part, before, scope)
        body.done()
        return part

    def _refuse_stray_files(self) -> None:
        """A file that nothing names is a step that somebody believes to be in force."""
        for path in sorted(self._path.iterdir()):
            if path.suffix in (".yaml", ".yml") and path.name not in self._files and path.name not in _BESIDE:
                raise Place(f"{self._label}/{path.name}", 1).error(
                    f"no step or section of {MAIN} names this file: add it to the flow or delete it"
                )

    def _hash(self) -> str:
        """Of the content, not of its layout: comments and the order of keys change nothing, nor do the cases."""
        content = {
            file.removesuffix(".yaml"): plain(node) for file, node in sorted(self._files.items())
        }
        canonical = json.dumps([LANGUAGE, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def _exemptions(node: Node | None) -> tuple[Exemption, ...]:
    """`characteristic`, `step` and the `reference` that allows the one to bear on the other."""
    found = []
    for item in () if node is None else fields.items(node, "exemptions"):
        body = Fields(item, "an exemption")
        found.append(
            Exemption(
                fields.text(body.take("characteristic"), "characteristic"),
                fields.name(body.take("step"), "step"),
                fields.sentence(body.take("reference"), "reference"),
            )
        )
        body.done()
    return tuple(found)


def _first_scope(currencies: tuple[str, ...], states: tuple[str, ...], place: Place) -> Scope:
    scope = Scope(currencies)
    for known, fact in CASE_FACTS.items():
        scope.define(known, one_of(*currencies) if known == "currency" else fact.type, place)
    for known, type_ in GIVEN.items():
        scope.define(known, type_, place)
    scope.define("evidence", one_of(*states), place)
    return scope


def _check_flow(steps: list[Step], scope: Scope, place: Place) -> None:
    kinds = Counter(type(step) for step in steps)
    for kind, name in {ReportStep: "report", OutcomeStep: "outcome"}.items():
        if kinds[kind] != 1:
            raise place.error(f"the flow has exactly one step of kind {name}")
    if not kinds[ScorecardStep]:
        raise place.error("the flow has at least one step of kind scorecard")
    cards = [step for step in steps if isinstance(step, ScorecardStep)]
    fields.unique(((c.name, place) for card in cards for c in card.characteristics), "the characteristic")
    if len(cards) > 1 and all(card.score != INTERNAL_SCORE for card in cards):
        raise place.error(f"of several scorecards, one gives the score `{INTERNAL_SCORE}`, which every verdict tells")
    for kind, name in {OffersStep: "offers", RulesStep: "rules"}.items():
        if kinds[kind] > 1:
            raise place.error(f"the flow has at most one step of kind {name}")
    if not isinstance(steps[-1], OutcomeStep):
        raise place.error("the outcome is the last step of the flow")
    for wanted, fits in VERDICT_NAMES.items():
        type_ = scope.types.get(wanted)
        if type_ is None:
            raise place.error(f"no step defines `{wanted}`, which every verdict tells")
        if not fits(type_):
            raise place.error(f"`{wanted}` is {type_}, which a verdict cannot tell")


