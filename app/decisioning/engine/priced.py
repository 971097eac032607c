"""Whether the offers are repaid by their nominal rate's own instalments, so that what they cost can be looked up."""

from typing import NamedTuple

from app.decisioning.engine.model import OffersStep, ValuesStep
from app.decisioning.language.core import Apply, Constant, Core, Reference
from app.decisioning.money.annuity import FACTOR_SCALE

_TO_NEAREST = frozenset({"round_money", "half_up", "half_even"})


class Priced(NamedTuple):
    """As money.nominal wants it: nothing is kept back, and both instalments are rounded to the nearest minor unit."""

    loan: tuple[Core, ...]                     # what is paid out, instalment, last instalment, term: `apr`'s arguments
    rate: Core                                 # nominal, a year, as annuities take it


def priced(step: OffersStep) -> Priced | None:
    """The loan that the step offers, if it is such a loan."""
    known = {own.name: own.expression for part in step.parts if isinstance(part, ValuesStep) for own in part.values}
    for own in known.values():
        match own:
            case Apply("apr", (advance, Reference(instalment), Reference(last), term) as loan):
                pass
            case _:
                continue
        match _annuity(known.get(instalment)), _annuity(known.get(last)):
            case (
                Apply("annuity_instalment", (Reference(amount), rate, months)),
                Apply("annuity_last", (Reference(again), Reference(level), other_rate, other_months)),
            ) if (
                amount == again == _meant(advance, known)
                and (level, other_rate, other_months) == (instalment, rate, months)
                and months == term
            ):
                return Priced(loan, rate)
    return None


def _annuity(rounded: Core | None) -> Core | None:
    """What is rounded to the nearest minor unit."""
    match rounded:
        case Apply(function, (inner, Constant(unit))) if function in _TO_NEAREST and unit == 10**FACTOR_SCALE:
            return inner
    return None


def _meant(tree: Core, known: dict[str, Core]) -> str | None:
    """The name that is not merely another one for a name."""
    while isinstance(tree, Reference) and isinstance(known.get(tree.name), Reference):
        tree = known[tree.name]
    return tree.name if isinstance(tree, Reference) else None
