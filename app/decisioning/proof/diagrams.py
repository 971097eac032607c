"""Decision diagrams: functions of facts with finitely many results, each held once.

A node asks one variable and branches by intervals of whole numbers, or by its being missing; texts and truths are
numbered. Variables are asked in one fixed order and equal branches are one, so that a function has exactly one diagram:
two are equal when their numbers are. Work is bounded: TooLargeError says so.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from app.decisioning.proof.cover import UndecidedError

Node = int                                     # number of a node or of a result

MOST_NODES = 400_000
_LAST = 1 << 60                                # the place of results in the order of variables


class TooLargeError(UndecidedError):
    """The diagrams outgrew their bound."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`low..high` is its domain (None is unbounded); `names` are the texts that stand for 0, 1, 2, ..."""

    key: Hashable
    low: int | None
    high: int | None
    optional: bool = False
    names: tuple[str, ...] | None = None


class _Branching(NamedTuple):
    place: int                                 # of the variable
    missing: Node                              # -1: never missing
    ends: tuple[int, ...]                      # greatest value of every branch but the last
    branches: tuple[Node, ...]

    def at(self, value: int) -> Node:
        """The branch for a value."""
        return self.branches[bisect_left(self.ends, value)]


class Diagrams:
    def __init__(self, most_nodes: int = MOST_NODES) -> None:
        self._most = most_nodes
        self._nodes: list[_Branching | None] = []
        self._results: list[Any] = []
        self._unique: dict[_Branching, Node] = {}
        self._terminals: dict[Hashable, Node] = {}
        self.variables: list[Variable] = []
        self._places: dict[Hashable, int] = {}
        self._leads: dict[Node, frozenset[Node]] = {}
        self._ands: dict[tuple[Node, Node], Node] = {}
        self._steps = 0
        self.false, self.true = self.result(False), self.result(True)

    # -- making

    def result(self, value: Hashable) -> Node:
        """A function that is always this."""
        key = (type(value), value)
        if key not in self._terminals:
            self._terminals[key] = len(self._nodes)
            self._nodes.append(None)
            self._results.append(value)
        return self._terminals[key]

    def variable(self, variable: Variable) -> int:
        """Its place in the order; a variable is known by its key."""
        if variable.key not in self._places:
            self._places[variable.key] = len(self.variables)
            self.variables.append(variable)
        return self._places[variable.key]

    def rename(self, place: int, variable: Variable) -> None:
        """Replace what is known of a variable: its names may grow."""
        self.variables[place] = variable

    def place_of(self, key: Hashable) -> int | None:
        return self._places.get(key)

    def branch(self, place: int, ends: Sequence[int], branches: Sequence[Node], missing: Node = -1) -> Node:
        """Branches must ask later variables only; `choose` puts others in order."""
        kept_ends: list[int] = []
        kept = [branches[0]]
        for end, node in zip(ends, branches[1:], strict=True):
            if node != kept[-1]:
                kept_ends.append(end)
                kept.append(node)
        if len(kept) == 1 and missing in (-1, kept[0]):
            return kept[0]
        node_ = _Branching(place, missing, tuple(kept_ends), tuple(kept))
        found = self._unique.get(node_)
        if found is None:
            if len(self._nodes) >= self._most:
                raise TooLargeError(f"more than {self._most:,} regions have to be told apart")
            found = self._unique[node_] = len(self._nodes)
            self._nodes.append(node_)
            self._results.append(None)
        return found

    def test(self, place: int, low: int | None, high: int | None) -> Node:
        """True where the variable is present and lies in low..high."""
        variable = self.variables[place]
        ends: list[int] = []
        branches: list[Node] = []
        if low is not None and (variable.low is None or low > variable.low):
            ends.append(low - 1)
            branches.append(self.false)
        branches.append(self.true)
        if high is not None and (variable.high is None or high < variable.high):
            ends.append(high)
            branches.append(self.false)
        if (low is not None and variable.high is not None and low > variable.high) or (
            high is not None and variable.low is not None and high < variable.low
        ):
            return self.false
        return self.branch(place, ends, branches, self.false if variable.optional else -1)

    # -- reading

    def value(self, node: Node) -> Any:
        return self._results[node]

    def is_result(self, node: Node) -> bool:
        return self._nodes[node] is None

    def asked(self, node: Node) -> tuple[int, Node, tuple[int, ...], tuple[Node, ...]]:
        """Place of the variable, the branch for missing (-1: none), the ends and the branches of a node."""
        found = self._nodes[node]
        assert found is not None
        return found.place, found.missing, found.ends, found.branches

    def results(self, node: Node) -> frozenset[Node]:
        """The results that the diagram leads to."""
        return self._results_of(node)

    def reachable(self, node: Node) -> set[Node]:
        seen = {node}
        waiting = [node]
        while waiting:
            found = self._nodes[waiting.pop()]
            if found is None:
                continue
            for child in (*found.branches, found.missing):
                if child >= 0 and child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return seen

    def support(self, node: Node) -> set[int]:
        """Places of the variables that the diagram asks."""
        return {found.place for n in self.reachable(node) if (found := self._nodes[n]) is not None}

    # -- combining

    def apply(self, function: Callable[..., Hashable], *nodes: Node) -> Node:
        """The function of several diagrams' results."""
        memo: dict[tuple[Node, ...], Node] = {}

        def walk(own: tuple[Node, ...]) -> Node:
            found = memo.get(own)
            if found is None:
                if all(self._nodes[n] is None for n in own):
                    found = self.result(function(*(self._results[n] for n in own)))
                else:
                    found = self._spread(own, walk)
                memo[own] = found
            return found

        return walk(nodes)

    def substitute(self, node: Node, function: Callable[[Any], Node]) -> Node:
        """The diagram with every result replaced by a diagram of its own."""
        return self.choose(node, {n: function(self._results[n]) for n in self.results(node)})

    def choose(self, selector: Node, chosen: dict[Node, Node]) -> Node:
        """By the selector's result, one of several diagrams."""
        if all(self._nodes[n] is None for n in chosen.values()):
            return self._mapped(selector, chosen)
        memo: dict[tuple[Node, ...], Node] = {}

        def walk(wider: tuple[Node, ...]) -> Node:
            """The selector, then result and choice in turn, for the results that it may still come to, or for more."""
            own = self._relevant(wider)
            if self._nodes[own[0]] is None:
                return own[2]
            found = memo.get(own)
            if found is None:
                found = memo[own] = self._spread(own, walk)
            return found

        return walk((selector, *(n for pair in sorted(chosen.items()) for n in pair)))

    def _relevant(self, own: tuple[Node, ...]) -> tuple[Node, ...]:
        """A selector with the choices that are left to it."""
        results = self._results_of(own[0])
        if len(own) == 1 + 2 * len(results):
            return own
        kept = [own[0]]
        for k in range(1, len(own), 2):
            if own[k] in results:
                kept += own[k : k + 2]
        return tuple(kept)

    def _results_of(self, node: Node) -> frozenset[Node]:
        found = self._leads.get(node)
        if found is None:
            own = self._nodes[node]
            if own is None:
                found = frozenset([node])
            else:
                children = (*own.branches, own.missing) if own.missing >= 0 else own.branches
                found = frozenset().union(*map(self._results_of, children))
            self._leads[node] = found
        return found

    def _mapped(self, node: Node, results: dict[Node, Node]) -> Node:
        memo = dict(results)

        def walk(own: Node) -> Node:
            found = memo.get(own)
            if found is None:
                place, missing, ends, branches = self.asked(own)
                after = walk(missing) if missing >= 0 else -1
                found = memo[own] = self.branch(place, ends, [walk(n) for n in branches], after)
            return found

        return walk(node)

    def _spread(self, own: tuple[Node, ...], walk: Callable[[tuple[Node, ...]], Node]) -> Node:
        """One step of several diagrams at once: by the first variable that any of them asks."""
        self._steps += 1
        if self._steps > 8 * self._most:
            raise TooLargeError(f"more than {self._most:,} regions have to be told apart")
        asked = list(map(self._nodes.__getitem__, own))
        place = min([found.place for found in asked if found is not None])
        here = [k for k, found in enumerate(asked) if found is not None and found.place == place]
        if len(here) == 1:
            return self._spread_one(own, here[0], walk)
        pairs = [(n, found if k in here else None) for k, (n, found) in enumerate(zip(own, asked, strict=True))]
        ends = sorted({end for _, found in pairs if found is not None for end in found.ends})
        branches = [walk(tuple([n if f is None else f.at(end) for n, f in pairs])) for end in ends]
        branches.append(walk(tuple([n if f is None else f.branches[-1] for n, f in pairs])))
        missing = -1
        if self.variables[place].optional:
            missing = walk(tuple([n if f is None else f.missing for n, f in pairs]))
        return self.branch(place, ends, branches, missing)

    def _spread_one(self, own: tuple[Node, ...], at: int, walk: Callable[[tuple[Node, ...]], Node]) -> Node:
        """`_spread` where only the diagram at this place asks the variable."""
        place, missing, ends, branches = self.asked(own[at])
        before, after = own[:at], own[at + 1 :]
        walked = [walk((*before, n, *after)) for n in branches]
        return self.branch(place, ends, walked, walk((*before, missing, *after)) if missing >= 0 else -1)

    def restrict(self, node: Node, place: int, value: int | None) -> Node:
        """The diagram where the variable has this value; None is missing."""
        memo: dict[Node, Node] = {}

        def walk(own: Node) -> Node:
            found = self._nodes[own]
            if found is None or found.place > place:
                return own
            if own not in memo:
                if found.place == place:
                    memo[own] = found.missing if value is None else found.at(value)
                else:
                    missing = walk(found.missing) if found.missing >= 0 else -1
                    memo[own] = self.branch(found.place, found.ends, [walk(n) for n in found.branches], missing)
            return memo[own]

        return walk(node)

    # -- truths

    def both(self, *nodes: Node) -> Node:
        return reduce(self._and, nodes, self.true)

    def either(self, *nodes: Node) -> Node:
        return self.negated(self.both(*(self.negated(n) for n in nodes)))

    def negated(self, node: Node) -> Node:
        return self.apply(lambda a: not a, node)

    def _and(self, a: Node, b: Node) -> Node:
        if b in (a, self.true):
            return a
        key = (min(a, b), max(a, b))
        found = self._ands.get(key)
        if found is None:
            found = self._ands[key] = self.choose(a, {self.true: b, self.false: self.false})
        return found

    def branches(self, node: Node) -> Iterator[tuple[int | None, int | None, bool, Node]]:
        """Low, high, whether it is the branch for missing, and the node, for every branch."""
        place, missing, ends, branches = self.asked(node)
        low = self.variables[place].low
        for end, child in zip((*ends, self.variables[place].high), branches, strict=True):
            yield low, end, False, child
            low = None if end is None else end + 1
        if missing >= 0:
            yield None, None, True, missing
