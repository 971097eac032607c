"""A way through a diagram that some facts really take: what it asks of them, and facts that do so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.decisioning.proof.axes import unlike
from app.decisioning.proof.cover import Work
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.feasibility import Solution, Within, solve
from app.decisioning.proof.linear import Atom, single
from app.decisioning.proof.world import World

MOST_SOLVED = 20_000

Fact = int | str | bool | None                 # dates as day numbers; None is missing
Span = tuple[int | None, int | None] | None    # what a variable may be; None is missing


@dataclass(frozen=True, slots=True)
class Way:
    """`asked`: by place of the variable, what the way wants of it. `numbers`: a solution of all its conditions."""

    result: Node
    asked: Mapping[int, Span]
    numbers: Solution
    also: Sequence[Within] = ()

    def facts(self, world: World) -> dict[str, Fact]:
        """A value for every fact that the way asks about."""
        found: dict[str, Fact] = {}
        for place, span in self.asked.items():
            if place in world.forms:
                for atom in world.forms[place].atoms:
                    if atom in world.facts:
                        found.setdefault(atom, self.numbers.get(atom))
                if span is None:
                    found[world.texts[place]] = None
            elif span is None:
                found[world.texts[place]] = None
            else:
                names = world.diagrams.variables[place].names or ()
                code = span[0] or 0
                text = names[code] if code < len(names) else unlike(set(names))
                truth = world.facts.get(world.texts[place])
                found[world.texts[place]] = text == "true" if truth is None or truth.kind == "boolean" else text
        return found


def find_way(
    world: World,
    node: Node,
    wanted: Collection[Node],
    *,
    preferred: Mapping[Atom, int] | None = None,
    also: Sequence[Within] = (),
    turn: int = 0,
) -> Way | Literal[False] | None:
    """A way to one of the wanted results, False when no facts take any, None when that stays open.

    `also` are further conditions on the facts' numbers; another `turn` tries branches in another order.
    """
    return _Search(world, set(wanted), preferred or {}, also, turn).run(node)


@dataclass(slots=True)
class _Search:
    world: World
    wanted: set[Node]
    preferred: Mapping[Atom, int]
    also: Sequence[Within]
    turn: int
    open: bool = False
    _linked: frozenset[Atom] = frozenset()
    _leads: dict[Node, bool] = field(default_factory=dict)
    _failed: set[object] = field(default_factory=set)
    _work: Work = field(default_factory=lambda: Work(MOST_SOLVED))

    def run(self, node: Node) -> Way | Literal[False] | None:
        self._linked = _linked(self.world, node, self.also)
        found = self._walk(node, {})
        return found if found is not None else None if self.open else False

    def _walk(self, node: Node, asked: dict[int, Span]) -> Way | None:
        diagrams = self.world.diagrams
        if not self._leads_there(node):
            return None
        if diagrams.is_result(node):
            solved = self._solved(asked, last=True)
            return None if solved is None else Way(node, asked, solved, self.also)
        tied = (node, tuple(sorted((p, s) for p, s in asked.items() if self._tied(p))))
        if tied in self._failed:
            return None
        place, *_ = diagrams.asked(node)
        branches = list(diagrams.branches(node))
        first = self.turn * (place + 1) % len(branches) if self.turn % 2 == 0 else -1 - self.turn % len(branches)
        for low, high, missing, child in branches[first:] + branches[:first]:
            wider = {**asked, place: None if missing else (low, high)}
            if self._tied(place) and self._solved(wider) is None:
                continue
            found = self._walk(child, wider)
            if found is not None:
                return found
        self._failed.add(tied)
        return None

    def _leads_there(self, node: Node) -> bool:
        found = self._leads.get(node)
        if found is None:
            diagrams = self.world.diagrams
            if diagrams.is_result(node):
                found = node in self.wanted
            else:
                found = any(self._leads_there(child) for *_, child in diagrams.branches(node))
            self._leads[node] = found
        return found

    def _tied(self, place: int) -> bool:
        """Whether what this variable is bears on what others can be."""
        form = self.world.forms.get(place)
        return form is not None and any(atom in self._linked for atom in form.atoms)

    def _solved(self, asked: Mapping[int, Span], *, last: bool = False) -> Solution | None:
        """Numbers that meet what was asked so far; None when there are none, or when that stays open."""
        unsure = self._unsure(asked)
        found: Solution | Literal[False] | None = False
        if last or not unsure:
            found = self._solution(conditions_of(self.world, asked, self.also))
        if found is False and unsure:          # those may be missing yet
            found = self._solution(conditions_of(self.world, asked, self.also, unsure))
        if found is None:
            self.open = True
            return None if last else {}
        return None if found is False else found

    def _solution(self, conditions: Sequence[Within]) -> Solution | Literal[False] | None:
        self._work.spend(1)
        return solve(conditions, self.preferred)

    def _unsure(self, asked: Mapping[int, Span]) -> list[Atom]:
        """Numbers of which nothing was asked yet, not even whether they are there."""
        places = ((atom, self.world.diagrams.place_of(("value of", single(atom)))) for atom in self._linked)
        optional = ((a, p) for a, p in places if p is not None and self.world.diagrams.variables[p].optional)
        return [atom for atom, place in optional if place not in asked]


def conditions_of(
    world: World, asked: Mapping[int, Span], also: Sequence[Within] = (), unsure: Collection[Atom] = ()
) -> list[Within]:
    """What a way asks of numbers, and what is known of these anyway. Forms of several atoms mean nothing where one of
    them is missing, and are left out where it may be."""
    missing = {world.forms[p].atoms[0] for p, span in asked.items() if span is None and p in world.forms}
    found = [*also]
    for place, span in asked.items():
        form = world.forms.get(place)
        if form is None or span is None or missing & set(form.atoms):
            continue
        if len(form.terms) == 1 or not set(unsure) & set(form.atoms):
            found.append(Within(form, *span))
    return [*found, *_domains(world, found)]


def _linked(world: World, node: Node, also: Sequence[Within]) -> frozenset[Atom]:
    """Atoms whose values depend on other atoms': they share a form, or one is known by the other."""
    found = {atom for condition in also for atom in condition.form.atoms}
    for place in world.diagrams.support(node):
        form = world.forms.get(place)
        if form is not None and (len(form.terms) > 1 or world.quantities[form.atoms[0]].known):
            found |= set(form.atoms)
            found |= {a for atom in form.atoms for own in world.quantities[atom].known for a in own.form.atoms}
    return frozenset(found)


def _domains(world: World, conditions: Sequence[Within]) -> list[Within]:
    """What is known of every atom in the conditions, and of the atoms in that."""
    found: list[Within] = []
    seen: set[Atom] = set()
    waiting = [atom for condition in conditions for atom in condition.form.atoms]
    while waiting:
        atom = waiting.pop()
        if atom in seen:
            continue
        seen.add(atom)
        quantity = world.quantities[atom]
        if quantity.low is not None or quantity.high is not None:
            found.append(Within(single(atom), quantity.low, quantity.high))
        found.extend(quantity.known)
        waiting.extend(a for condition in quantity.known for a in condition.form.atoms)
    return found
