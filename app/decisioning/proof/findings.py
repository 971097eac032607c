"""What a proof finds amiss: a sentence for the author, and where in the table it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.decisioning.proof.axes import Plain

Kind = Literal[
    "gap",                                     # an input that no row matches
    "missing",                                 # a gap for missing values only
    "overlap",                                 # an input that two rows match, where the hit policy forbids it
    "shadowed",                                # a row whose inputs are all taken by rows before it
    "never",                                   # a row that matches nothing that can be
    "unused",                                  # an input or figure that changes nothing
    "unreachable",                             # a row or output that the steps before never bring about
    "expectation",                             # what the author stated does not hold
    "unproved",                                # open: the work was bounded
]

# Refused by the loader itself; everything else by `creditstream check`.
LOADING: frozenset[Kind] = frozenset(["gap", "missing", "overlap", "shadowed", "never"])


@dataclass(frozen=True, slots=True)
class Finding:
    """`point` is the input that shows it: a value a column, as cells test it."""

    kind: Kind
    message: str
    row: int | None = None                     # 1-based as written; None is the table as a whole
    point: tuple[Plain, ...] | None = None
    table: str | None = None                   # its name, where findings of several tables come together
    column: int | None = None                  # 0-based, where the finding is about an input as such


def listed(words: Iterable[object], last: str = "and") -> str:
    """`1, 2 and 3`."""
    found = [str(word) for word in words]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}"
