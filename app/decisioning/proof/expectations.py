"""Statements that something never happens: proved for every input, or refuted by one that the strategy confirms."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from app.decisioning.language.core import names_in
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.examples import example
from app.decisioning.proof.expressions import Expressions
from app.decisioning.proof.flow import Flow
from app.decisioning.proof.judging import Judgement, asked, holds, settle, told, told_values
from app.decisioning.proof.names import names_of, names_of_offers
from app.decisioning.proof.reasons import with_reason
from app.decisioning.proof.smt import Solver
from app.decisioning.proof.statements import Bound
from app.decisioning.proof.supposing import as_it_really_was
from app.decisioning.proof.ways import Way


@dataclass(frozen=True, slots=True)
class Violation:
    """Where a statement would be broken: by a decision, or by the offer of one proposition."""

    where: Node
    proposition: str | None


def violations(flow: Flow, bound: Bound) -> Iterator[Violation]:
    diagrams = flow.world.diagrams
    if not bound.of_offers:
        where = _where(flow, bound, Expressions(flow.world, flow.names, flow.rounding))
        if bound.code is not None:
            where = with_reason(flow, where, bound.code, alone=bound.alone)
        yield Violation(where, None)
        return
    for offer in flow.offers:
        where = _where(flow, bound, Expressions(flow.world, offer.names, flow.rounding))
        yield Violation(diagrams.both(offer.offered, where), offer.proposition)


def _where(flow: Flow, bound: Bound, names: Expressions) -> Node:
    found = names.node(bound.condition)
    return found if bound.given is None else flow.world.diagrams.both(names.node(bound.given), found)


def judge_bound(flow: Flow, bound: Bound, solver: Solver | None) -> Judgement:
    """By regions; where these are too coarse, by the solver. Refuted only by an input that the strategy confirms."""
    by: set[str] = set()
    for violation in violations(flow, bound):
        found = settle(
            flow.world, violation.where, solver,
            confirm=partial(confirm_bound, flow, bound, violation.proposition),
            suppose=partial(as_it_really_was, flow),
        )
        if found.state != "proved":
            return found
        by.add(found.how)
    return Judgement("proved", " and ".join(sorted(by)))


def confirm_bound(flow: Flow, bound: Bound, proposition: str | None, way: Way) -> Judgement | None:
    """Refuted, if the strategy itself does so with this input."""
    found = example(flow, way)
    seen = None if found is None else asked(flow, found)
    if found is None or seen is None:
        return None
    offers = [(name, values) for name, values, reason in seen.propositions if reason is None]
    worked_out = [("", seen.values)] if proposition is None else [o for o in offers if o[0] == proposition]
    names = {**names_of(flow.model), **names_of_offers(flow.model)}
    for _, values in worked_out:
        if not (holds(bound.given, values) and holds(bound.condition, values)):
            continue
        codes = [reason.code for reason in seen.verdict.reasons]
        if bound.code is not None and not (codes == [bound.code] if bound.alone else bound.code in codes):
            continue
        read = dict.fromkeys([*names_in(bound.condition), *(names_in(bound.given) if bound.given is not None else ())])
        said = told_values(names, {name: values[name] for name in read if name not in found.facts})
        of_offer = f" for {proposition}" if proposition is not None else ""
        return Judgement("refuted", f"{told(flow, found.facts)}{of_offer}" + (f" gives {said}" if said else ""))
    return None
