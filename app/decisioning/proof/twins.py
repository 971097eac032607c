"""The second of two inputs that differ in one number only: a copy of a diagram over that number's twin."""

from app.decisioning.proof.diagrams import Node, Variable
from app.decisioning.proof.linear import Atom, Linear, linear, single
from app.decisioning.proof.world import Quantity, World


class Twins:
    """`driver` is the atom that stands for the number in the second input. What is worked out from the number and not
    followed further has a twin too; everything else is shared."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self._memo: dict[Node, Node] = {}
        self.driver = self._twin(name)

    def affects(self, node: Node) -> bool:
        """Whether more of the diagram than the number's own branches depends on it."""
        diagrams = self._world.diagrams
        own = diagrams.place_of(("value of", single(self._name)))
        forms = [self._world.forms[p] for p in diagrams.support(node) if p in self._world.forms and p != own]
        forms += [v for r in diagrams.results(node) if isinstance(v := diagrams.value(r), Linear)]
        return any(self._depends(atom) for form in forms for atom in form.atoms)

    def second(self, node: Node) -> Node:
        found = self._memo.get(node)
        if found is None:
            found = self._memo[node] = self._copied(node)
        return found

    def _copied(self, node: Node) -> Node:
        diagrams = self._world.diagrams
        if diagrams.is_result(node):
            value = diagrams.value(node)
            return diagrams.result(self._form(value)) if isinstance(value, Linear) else node
        place, missing, ends, branches = diagrams.asked(node)
        children = [self.second(child) for child in branches]
        after = self.second(missing) if missing >= 0 else -1
        form = self._world.forms.get(place)
        if form is None or not any(self._depends(atom) for atom in form.atoms):
            return diagrams.branch(place, ends, children, after)
        tags = [diagrams.result(("branch", k)) for k in range(len(children) + 1)]
        selector = diagrams.branch(self._place(place, form), ends, tags[:-1], tags[-1] if missing >= 0 else -1)
        chosen = dict(zip(tags, [*children, after], strict=True))
        return diagrams.choose(selector, {tag: child for tag, child in chosen.items() if child >= 0})

    def _place(self, place: int, form: Linear) -> int:
        """The variable that asks the form of the second input."""
        own = self._form(form)
        variable = self._world.diagrams.variables[place]
        twin = self._world.diagrams.variable(
            Variable(("value of", own), variable.low, variable.high, variable.optional)
        )
        self._world.forms[twin] = own
        self._world.texts[twin] = str(own)
        return twin

    def _form(self, form: Linear) -> Linear:
        return linear({self._twin(atom) if self._depends(atom) else atom: c for atom, c in form.terms}, form.constant)

    def _twin(self, atom: Atom) -> Atom:
        twin = f"{atom} [second by {self._name}]"
        quantity = self._world.quantities[atom]
        if twin not in self._world.quantities:
            self._world.quantities[twin] = Quantity(quantity.low, quantity.high)
            arguments = tuple(self._form(a) if isinstance(a, Linear) else a for a in quantity.arguments)
            self._world.quantities[twin] = Quantity(quantity.low, quantity.high, quantity.function, arguments)
        return twin

    def _depends(self, atom: Atom) -> bool:
        if atom == self._name:
            return True
        arguments = self._world.quantities[atom].arguments
        return any(self._depends(a) for form in arguments if isinstance(form, Linear) for a in form.atoms)
