"""What regions leave open, put to an SMT solver: with the quantities that regions do not follow defined exactly.

The solver (z3, the extra `check`) belongs to `creditstream check`; nothing that decides needs it. Its "never" counts as
a proof; its counter-examples are only believed when the strategy confirms them.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise, permutations
from typing import Any, Literal

from app.decisioning.language.interpreter import FUNCTIONS
from app.decisioning.proof.diagrams import Node
from app.decisioning.proof.feasibility import Within
from app.decisioning.proof.linear import Atom, Linear
from app.decisioning.proof.ways import Span, Way
from app.decisioning.proof.world import Quantity, World

MOST_MILLIS = 20_000                           # of thinking about one statement
_LONGEST = 120                                 # terms beyond which an annuity is not written out case by case
_INVERTED = ("years_between", "months_between")


class Solver:
    """z3, where it is installed; `version` is None where it is not."""

    def __init__(self, module: str = "z3") -> None:
        try:
            self._z3: Any = import_module(module)
        except ImportError:
            self._z3 = None

    @property
    def version(self) -> str | None:
        return None if self._z3 is None else f"z3 {self._z3.get_version_string()}"

    def way(self, world: World, node: Node, also: Sequence[Within] = ()) -> Way | Literal[False] | None:
        """Facts with which the diagram is true, False when there are none, None when that stays open."""
        problem = _Problem(self._z3, world)
        solver = self._z3.Solver()
        solver.set("timeout", MOST_MILLIS)
        solver.set("random_seed", 0)
        solver.add(problem.truth(node))
        for condition in also:
            solver.add(*problem.bounds(problem.form(condition.form), condition.low, condition.high))
        solver.add(*problem.definitions(), *problem.orders(), *problem.definitions())
        if solver.check() == self._z3.unsat:
            return False
        solver.add(*problem.annuities(), *problem.definitions())
        answer = solver.check()
        if answer == self._z3.unsat:
            return False
        return problem.way(solver.model(), node, also) if answer == self._z3.sat else None


class _Problem:
    def __init__(self, z3: Any, world: World) -> None:
        self._z3 = z3
        self._world = world
        self._atoms: dict[Atom, Any] = {}
        self._defined: set[Atom] = set()
        self._named: dict[int, Any] = {}
        self._bounded: set[int] = set()
        self._missing: dict[int, Any] = {}
        self._nodes: dict[Node, Any] = {}

    # -- the diagram

    def truth(self, node: Node) -> Any:
        diagrams = self._world.diagrams
        found = self._nodes.get(node)
        if found is None:
            if diagrams.is_result(node):
                found = self._z3.BoolVal(diagrams.value(node))
            else:
                place, missing, ends, branches = diagrams.asked(node)
                value = self._value(place)
                found = self.truth(branches[-1])
                for end, child in zip(reversed(ends), reversed(branches[:-1]), strict=True):
                    found = self._z3.If(value <= end, self.truth(child), found)
                if missing >= 0:
                    found = self._z3.If(self._is_missing(place), self.truth(missing), found)
            self._nodes[node] = found
        return found

    def _value(self, place: int) -> Any:
        form = self._world.forms.get(place)
        if form is not None:
            return self.form(form)
        return self._named.setdefault(place, self._z3.Int(f"named {place}"))

    def _is_missing(self, place: int) -> Any:
        return self._missing.setdefault(place, self._z3.Bool(f"missing {place}"))

    def form(self, form: Linear) -> Any:
        total = self._z3.IntVal(form.constant)
        for atom, coefficient in form.terms:
            total += coefficient * self._atom(atom)
        return total

    def _atom(self, atom: Atom) -> Any:
        return self._atoms.setdefault(atom, self._z3.Int(atom))

    # -- what is known of its variables

    def definitions(self) -> list[Any]:
        """Of every variable and atom met so far, and not defined yet."""
        found = []
        for place in set(self._named) - self._bounded:
            variable = self._world.diagrams.variables[place]
            found += self.bounds(self._named[place], variable.low, variable.high)
            self._bounded.add(place)
        while left := set(self._atoms) - self._defined:
            for atom in sorted(left):
                self._defined.add(atom)
                quantity = self._world.quantities[atom]
                found += self.bounds(self._atom(atom), quantity.low, quantity.high)
                exact = _EXACT.get(quantity.function or "")
                value = None if exact is None else exact(self, quantity)
                if value is not None:
                    found.append(self._atom(atom) == value)
                else:
                    found += [c for k in quantity.known for c in self.bounds(self.form(k.form), k.low, k.high)]
        return found

    @staticmethod
    def bounds(value: Any, low: int | None, high: int | None) -> list[Any]:
        return [*([] if low is None else [value >= low]), *([] if high is None else [value <= high])]

    def whole(self, quantity: Quantity) -> Any:
        """Rounding to a multiple; z3 divides towards the lower for divisors above zero, as Python does."""
        value, unit = quantity.arguments
        if not unit.plain:
            return None
        x, u, z3 = self.form(value), unit.constant, self._z3
        match quantity.function:
            case "floor":
                return x / u
            case "ceiling":
                return -((-x) / u)
            case "half_up":
                return z3.If(x >= 0, (2 * x + u) / (2 * u), -((u - 2 * x) / (2 * u)))
            case "half_even":
                over = z3.Or(2 * (x % u) > u, z3.And(2 * (x % u) == u, (x / u) % 2 == 1))
                return x / u + z3.If(over, 1, 0)
            case _:
                return x - x % u

    def extreme(self, quantity: Quantity) -> Any:
        a, b = (self.form(argument) for argument in quantity.arguments)
        return self._z3.If((a <= b) if quantity.function == "min" else (a >= b), a, b)

    def annuities(self) -> list[Any]:
        """What annuities are, exactly: left out at first, for that is much to think about."""
        found = ((atom, self._world.quantities[atom]) for atom in sorted(self._atoms))
        exact = ((atom, self.annuity(q)) for atom, q in found if q.function in MONOTONE)
        return [self._atom(atom) == value for atom, value in exact if value is not None]

    def orders(self) -> list[Any]:
        """Which of two annuities is the larger, as far as that follows from what they are made of."""
        atoms = [(a, q) for a in sorted(self._atoms) if (q := self._world.quantities[a]).function in MONOTONE]
        found = []
        for (first, a), (second, b) in permutations(atoms, 2):
            if a.function != b.function or not never_larger(self._world, a, b):
                continue
            (mine, _, month), (other, _, months) = a.arguments, b.arguments
            sooner, later = (month, months) if MONOTONE[str(a.function)] > 0 else (months, month)
            smaller = self._z3.And(
                self.form(mine) <= self.form(other), self.form(other) >= 0, self.form(sooner) <= self.form(later)
            )
            found.append(self._z3.Implies(smaller, self._atom(first) <= self._atom(second)))
        return found

    def annuity(self, quantity: Quantity) -> Any:
        """With a known rate, one multiple of the amounts for each term."""
        *amounts, rate, term = quantity.arguments
        low, high = self._world.range_of(term)
        if not rate.plain or low is None or high is None or high - low > _LONGEST:
            return None
        call = FUNCTIONS[str(quantity.function)]
        months, found = self.form(term), self._z3.IntVal(0)
        for length in range(low, high + 1):
            total = self._z3.IntVal(0)
            for place, amount in enumerate(amounts):
                unit = [int(place == k) for k in range(len(amounts))]
                total += call(*unit, rate.constant, length) * self.form(amount)
            found = self._z3.If(months == length, total, found)
        return found

    # -- its answer

    def way(self, model: Any, node: Node, also: Sequence[Within]) -> Way:
        """The way that a solution takes, its facts settled; what follows from them is left to the strategy.

        Dates of which a number of months or years is asked stay open: the solver knows nothing of calendars.
        """
        world = self._world
        asked: dict[int, Span] = {}
        numbers = {atom: self._number(model, own) for atom, own in self._atoms.items()}
        at = node
        while not world.diagrams.is_result(at):
            place, *_ = world.diagrams.asked(at)
            value = self._number(model, self._value(place))
            absent = place in self._missing and self._true(model, self._missing[place])
            for low, high, missing, child in world.diagrams.branches(at):
                inside = (low is None or low <= value) and (high is None or value <= high)
                if missing if absent else inside and not missing:
                    asked[place] = None if absent else (low, high)
                    at = child
                    break
        quantities = [world.quantities[atom] for atom in numbers]
        dates = {a for q in quantities if q.function in _INVERTED for form in q.arguments for a in form.atoms}
        for place, form in world.forms.items():
            (atom, _), *more = form.terms
            fact = not more and atom in numbers and world.quantities[atom].function is None
            if fact and atom not in dates and asked.get(place, ()) is not None:
                asked[place] = (numbers[atom], numbers[atom])
        return Way(at, asked, numbers, also)

    def _true(self, model: Any, own: Any) -> bool:
        return bool(self._z3.is_true(model.eval(own, model_completion=True)))

    @staticmethod
    def _number(model: Any, own: Any) -> int:
        return int(model.eval(own, model_completion=True).as_long())


# Functions of one amount, a rate and a term: whether they grow (1) or shrink (-1) with the term.
MONOTONE = {"annuity_amount": 1, "annuity_instalment": -1, "annuity_last": 0}


def never_larger(world: World, first: Quantity, second: Quantity) -> bool:
    """Whether, of one amount and for any term, the first is at most the second: looked up in the factors' tables."""
    way = MONOTONE[str(first.function)]
    rates = [quantity.arguments[-2] for quantity in (first, second)]
    spans = [world.range_of(quantity.arguments[-1]) for quantity in (first, second)]
    if not way or not all(rate.plain for rate in rates) or any(None in span for span in spans):
        return False
    lows, highs = zip(*spans, strict=True)
    call, months = FUNCTIONS[str(first.function)], range(min(lows), max(highs) + 1)
    mine, other = ([call(1, rate.constant, month) for month in months] for rate in rates)
    grows = all(way * a <= way * b for row in (mine, other) for a, b in pairwise(row))
    return grows and all(a <= b for a, b in zip(mine, other, strict=True))


_Exact = Callable[[_Problem, Quantity], Any]
_EXACT: dict[str, _Exact] = {
    **dict.fromkeys(("floor", "ceiling", "half_up", "half_even", "round_down"), _Problem.whole),
    **dict.fromkeys(("min", "max"), _Problem.extreme),
    "*": lambda problem, quantity: problem.form(quantity.arguments[0]) * problem.form(quantity.arguments[1]),
}
