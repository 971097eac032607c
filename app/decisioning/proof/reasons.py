"""Where a decision gives a reason, as a diagram."""

from functools import partial

from app.decisioning.engine.model import ScorecardStep
from app.decisioning.engine.reasons import parts
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.flow import Flow


def with_reason(flow: Flow, within: Node, code: str, *, alone: bool) -> Node:
    """Where, within some region, the decision gives the reason `code`; `alone`: and no other."""
    diagrams = flow.world.diagrams
    found = _given(flow, within, code)
    for other in codes(flow) if alone else ():
        if other != code and found != diagrams.false:
            found = diagrams.both(found, diagrams.negated(_given(flow, found, other)))
    return found


def codes(flow: Flow) -> list[str]:
    """Every reason that a decision of the strategy may give."""
    found = {**flow.rules}
    outcome = flow.outcome
    reasons = [] if outcome is None else [*outcome.reasons]
    dropped = {
        value
        for offer in flow.offers
        for result in flow.world.diagrams.results(offer.dropped)
        if (value := flow.world.diagrams.value(result)) is not None
    }
    evidence = {code for scenario in flow.scenarios for code in scenario.reasons}
    cards = {c.reason.code for s in flow.model.steps if isinstance(s, ScorecardStep) for c in s.characteristics}
    return sorted({*found, *reasons, *dropped, *evidence, *cards})


def _given(flow: Flow, within: Node, code: str) -> Node:
    """By the cell that says where reasons come from, and always by what the evidence lacks."""
    diagrams = flow.world.diagrams
    nowhere = diagrams.result("NONE")
    because = diagrams.choose(within, {diagrams.true: flow.names["because"], diagrams.false: nowhere})
    by_cell = diagrams.substitute(because, partial(_named, flow, code))
    lack = diagrams.substitute(flow.scenario, lambda k: diagrams.result(code in flow.scenarios[int(k)].reasons))
    return diagrams.both(within, diagrams.either(by_cell, lack))


def _named(flow: Flow, code: str, because: str | None) -> Node:
    diagrams = flow.world.diagrams
    found = [_in_group(flow, part, code) for part in parts(because or "NONE")]
    if code in parts(because or "NONE"):
        return diagrams.true
    return diagrams.either(*found)


def _in_group(flow: Flow, group: str, code: str) -> Node:
    diagrams = flow.world.diagrams
    if group == "ELIGIBILITY":
        return flow.rules.get(code, diagrams.false)
    if group == "OFFERS":
        return _of_offers(flow, code)
    cards = [s for s in flow.model.steps if isinstance(s, ScorecardStep) and group in ("SCORECARD", s.name)]
    if any(c.reason.code == code for card in cards for c in card.characteristics):
        return flow.world.unfollowed_truth(f"{code} is among the scorecard's reasons")
    return diagrams.false


def _of_offers(flow: Flow, code: str) -> Node:
    """Why the requested proposition was dropped; of all, where none was requested or the requested one was kept."""
    diagrams = flow.world.diagrams
    product = flow.names["product"]
    found = diagrams.false
    requested_dropped = diagrams.false
    for offer in flow.offers:
        is_requested = diagrams.apply(lambda text, name=offer.proposition: text == name, product)
        with_code = diagrams.apply(lambda own: own == code, offer.dropped)
        dropped = diagrams.negated(offer.offered)
        requested_dropped = diagrams.either(requested_dropped, diagrams.both(is_requested, dropped))
        found = diagrams.either(found, diagrams.both(is_requested, with_code))
    anywhere = diagrams.either(
        *(diagrams.apply(lambda own: own == code, offer.dropped) for offer in flow.offers)
    )
    return diagrams.choose(requested_dropped, {diagrams.true: found, diagrams.false: anywhere})
