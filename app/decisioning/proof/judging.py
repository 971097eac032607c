"""What came of a statement, and how examples are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from app.decisioning.engine.interpreter import Workings, workings
from app.decisioning.language.core import Core
from app.decisioning.language.interpreter import evaluate
from app.decisioning.proof.axes import shown
from app.decisioning.proof.cover import UndecidedError
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.examples import PREFERRED, Example
from app.decisioning.proof.feasibility import Within
from app.decisioning.proof.flow import APPLIED_AT, SCENARIO, Flow
from app.decisioning.proof.names import Types
from app.decisioning.proof.smt import Solver
from app.decisioning.proof.ways import Fact, Way, find_way
from app.decisioning.proof.world import World

Values = Mapping[str, Any]
_Found = Way | Literal[False] | None

TURNS = 4                                      # ways that are tried before a refutation by regions is given up


@dataclass(frozen=True, slots=True)
class Judgement:
    """`how` proved it, or why it stays open, or the input that refutes it: a sentence each."""

    state: Literal["proved", "refuted", "open"]
    how: str


def settle(
    world: World, where: Node, solver: Solver | None, *, confirm: Callable[[Way], Judgement | None],
    suppose: Callable[[Node, Way], Node], also: Sequence[Within] = (),
) -> Judgement:
    """Whether the diagram is ever true: it must not be. `confirm` asks the strategy itself about an input; where that
    denies it, `suppose` says where to look once more."""
    why = "what regions take for a counter-example is none"

    def refuted(find: Callable[[Node], _Found], way: Way) -> Judgement | None:
        confirmed = confirm(way)
        if confirmed is None and (nearer := suppose(where, way)) != where:
            again = find(nearer)
            confirmed = confirm(again) if again else None
        return confirmed

    try:
        for turn in range(TURNS):
            find = partial(
                find_way, world, wanted=[world.diagrams.true], preferred=PREFERRED, also=also, turn=turn
            )
            way = find(where)
            if way is False:
                return Judgement("proved", "regions")
            if way is None:
                why = "whole numbers that would refute it are not ruled out"
                break
            confirmed = refuted(find, way)
            if confirmed is not None:
                return confirmed
    except UndecidedError as error:
        why = str(error)
    if solver is None or solver.version is None:
        return Judgement("open", f"{why}; an SMT solver may settle it: pip install 'creditstream[check]'")
    solve = partial(solver.way, world, also=also)
    way = solve(where)
    if way is False:
        return Judgement("proved", "z3")
    confirmed = refuted(solve, way) if way else None
    gave_up = "found a counter-example that is none" if way else "gave up"
    return confirmed or Judgement("open", f"{why}, and {solver.version} {gave_up}")


def asked(flow: Flow, example: Example) -> Workings | None:
    """What the strategy itself makes of an example."""
    return workings(flow.model, example.evidence, example.pinned)


def holds(tree: Core | None, values: Values) -> bool:
    return tree is None or bool(evaluate(tree, values))


def told(flow: Flow, facts: Mapping[str, Fact]) -> str:
    """Facts of an example, as a person would write them."""
    parts = []
    for name, fact in sorted(facts.items()):
        if name == SCENARIO:
            parts.append(_scenario(flow, int(str(fact))))
        elif name != APPLIED_AT:
            parts.append(f"{name} = {shown(fact, flow.world.facts[name])}")
    return ", ".join(parts)


def _scenario(flow: Flow, place: int) -> str:
    lacks = flow.scenarios[place].lacks
    return ", ".join(f"{bureau}: {lack}" for bureau, lack in lacks) or "every bureau answers"


def told_values(names: Types, values: Values) -> str:
    """Values that a flow worked out."""
    parts = []
    for name, value in values.items():
        plain = value.toordinal() if hasattr(value, "toordinal") else value
        parts.append(f"{name} = {shown(plain, names[name])}")
    return ", ".join(parts)
