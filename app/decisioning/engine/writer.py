"""Python source under construction: indented lines, constants by name, and what the strategy's names are called."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from app.decisioning.engine.model import Over
from app.decisioning.engine.telling import as_it_is
from app.decisioning.engine.vocabulary import CASE_FACTS, ITEM_FACTS
from app.decisioning.language import source
from app.decisioning.language.core import Constant, Core, Reference
from app.decisioning.language.types import Type
from app.decisioning.strategy import Ready


class Writer:
    """`namespace` is what the finished source refers to; `facts` are the application's fields that it reads."""

    def __init__(
        self, namespace: dict[str, Any], rounding: str = "round_money", ready: Ready = as_it_is
    ) -> None:
        """`rounding` is the name of what rounds money."""
        self.namespace = namespace
        self.ready = ready
        self.facts: set[str] = set()
        self.lines: list[str] = []
        self._indent = 1
        self._inline = {"round_money": rounding}
        self._known: dict[str, Constant] = {}
        self._locals = 0
        self._matches: list[str] = []          # what gives the rows that matched, in order
        self._repeated = False                 # inside what is done for each proposition

    def line(self, text: str) -> None:
        self.lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.line(head)
        self._indent += 1
        yield
        self._indent -= 1

    def constant(self, value: object) -> str:
        """The name under which the source finds this object."""
        name = f"K{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def told(self, value: object) -> str:
        """The same of an object that verdicts tell."""
        return self.constant(self.ready(value))

    def local(self) -> str:
        """A local name that nothing else has."""
        self._locals += 1
        return f"t{self._locals}"

    def matched(self) -> str:
        """A name for the row, or rows, that a table will find."""
        return self.local()

    def note(self, match: str) -> None:
        """This name, or `*` and the name of a list, is among the rows that the verdict tells."""
        if self._repeated:
            self.line(f"rows.extend({match[1:]})" if match[0] == "*" else f"rows.append({match})")
        else:
            self._matches.append(match)

    @contextmanager
    def repeated(self) -> Iterator[None]:
        """What is written here is left halfway as often as not: rows matched in it gather in the list `rows`."""
        self._matches.append("*rows")
        self._repeated = True
        yield
        self._repeated = False

    @property
    def rows(self) -> str:
        """Source for the tuple of all rows that matched."""
        return f"({', '.join(self._matches)}{',' * bool(self._matches)})"

    def inline(self, name: str, constant: Constant) -> None:
        """From here on, the name stands for this literal."""
        self._known[name] = constant
        literal = not isinstance(constant.value, date)
        self._inline[name] = source.python(constant, self.name) if literal else self.constant(constant.value)

    def known(self, tree: Core) -> Constant | None:
        """The literal that the expression is, or is a name of."""
        if isinstance(tree, Constant):
            return tree
        return self._known.get(tree.name) if isinstance(tree, Reference) else None

    def name(self, name: str) -> str:
        """What Python calls a name of the strategy."""
        if name in self._inline:
            return self._inline[name]
        if name in CASE_FACTS:
            self.facts.add(name)
        return f"v_{name}"

    def expression(self, tree: Core) -> str:
        return source.python(tree, self.name)

    def item_expression(self, tree: Core, over: Over) -> str:
        """Inside a loop over items, whose fields are read where they are used."""
        facts = ITEM_FACTS[over]
        return source.python(tree, lambda name: fact.path if (fact := facts.get(name)) else self.name(name))

    def value(self, tree: Core) -> str:
        """An expression short enough to repeat: a name, or a local that holds the value."""
        text = self.expression(tree)
        if text.isidentifier():
            return text
        local = self.local()
        self.line(f"{local} = {text}")
        return local


def shown(name: str, type_: Type) -> str:
    """Source for a value as the audit record shows it: dates as text, scaled numbers as floats."""
    if type_.kind == "date":
        text = f"{name}.isoformat()"
    elif type_.kind == "texts":
        text = f"', '.join({name})"
    elif type_.kind == "numbers":
        each = f"u / {10**type_.scale}" if type_.scale else "u"
        text = f"', '.join([str({each}) for u in {name}])"
    elif type_.kind == "number" and type_.scale:
        text = f"{name} / {10**type_.scale}"
    else:
        return name
    return f"(None if {name} is None else {text})" if type_.optional else text
