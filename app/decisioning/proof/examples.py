"""A way through the diagrams made into evidence, so that the strategy itself can be asked about it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from app.decisioning.engine.vocabulary import CASE_FACTS
from app.decisioning.language.interpreter import FUNCTIONS
from app.decisioning.proof.feasibility import Within, solve
from app.decisioning.proof.flow import APPLIED_AT, SCENARIO, Flow
from app.decisioning.proof.linear import Atom, Linear, single
from app.decisioning.proof.ways import Fact, Way, conditions_of
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.decision import Evidence, Missing

_DAY = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
DATES_ASKED = ("years_between", "months_between")
_FAR = 366 * 150                               # days within which an inverse of a date function is looked for

# What is not asked about: an ordinary application.
_ORDINARY: dict[str, Any] = {
    "date_of_birth": date(1985, 5, 5), "marital_status": "MARRIED", "employment_status": "EMPLOYED",
    "last_employment_start": date(2015, 1, 1), "accommodation": "OWNER", "has_insurance": True, "months_on_book": 40,
    "monthly_income": 250_000, "monthly_expenses": 100_000, "region": "ZZ", "main_document_expires": date(2099, 1, 1),
    "requested_amount": 500_000, "requested_term": 24, "preferred_propositions": (),
}
_TODAY = date(2026, 3, 2).toordinal()

PREFERRED: dict[Atom, int] = {
    **{name: v.toordinal() if isinstance(v, date) else v for name, v in _ORDINARY.items() if isinstance(v, int | date)},
    "today": _TODAY,
}


@dataclass(frozen=True, slots=True)
class Example:
    """`facts`: what matters of it, dates as day numbers. `pinned`: names whose values are given, not worked out."""

    facts: Mapping[str, Fact]
    evidence: Evidence
    pinned: Mapping[str, Any]


def example(
    flow: Flow, way: Way, changes: Mapping[Atom, Atom] | None = None, fixed: Mapping[str, Fact] | None = None
) -> Example | None:
    """Facts that take the way, as evidence; None when they cannot be found. `changes` reads some facts' values from
    other atoms: those of the second of two inputs. `fixed` facts are given."""
    numbers = _numbers(flow, way)
    if numbers is None:
        return None
    facts = {**_dates(flow, way, numbers), **Way(way.result, way.asked, numbers, way.also).facts(flow.world)}
    for atom, other in (changes or {}).items():
        facts[atom] = numbers.get(other, numbers.get(atom))
    facts |= fixed or {}
    shown = {name: value for name, value in facts.items() if name in flow.world.facts}
    return Example(shown, _evidence(flow, {**shown, "today": numbers.get("today", _TODAY)}), _pinned(flow, shown))


def _numbers(flow: Flow, way: Way) -> dict[Atom, int] | None:
    """A solution on one day, on which months and years between dates are bounds of the dates themselves."""
    conditions = conditions_of(flow.world, way.asked, way.also)
    today = max(way.numbers.get("today", _TODAY), flow.world.quantities["today"].low or 1)
    conditions.append(Within(single("today"), today, today))
    inverted: list[Within] = []
    for condition in conditions:
        inverse = _inverse(flow, condition, today)
        inverted.extend([condition] if inverse is None else inverse)
    found = solve(inverted, PREFERRED)
    return {"today": today, **found} if found else None


def _dates(flow: Flow, way: Way, numbers: Mapping[Atom, int]) -> dict[str, Fact]:
    """The dates of which a number of months or years was asked."""
    forms = [flow.world.forms[place] for place, span in way.asked.items() if span and place in flow.world.forms]
    quantities = [flow.world.quantities[atom] for form in forms for atom in form.atoms]
    read = {a for q in quantities if q.function in DATES_ASKED for form in q.arguments for a in form.atoms}
    return {atom: numbers[atom] for atom in sorted(read) if atom in numbers}


def _inverse(flow: Flow, condition: Within, today: int) -> list[Within] | None:
    """Bounds of a date for which a number of months or years until a known day lies within bounds."""
    if len(condition.form.terms) != 1 or condition.form.terms[0][1] != 1:
        return None
    quantity = flow.world.quantities[condition.form.terms[0][0]]
    if quantity.function not in DATES_ASKED:
        return None
    start, end = quantity.arguments
    call = FUNCTIONS[quantity.function]
    if end == single("today") and len(start.terms) == 1 and start.terms[0][1] == 1 and not start.constant:
        first, last = _days(condition, lambda day: -call(date.fromordinal(day), date.fromordinal(today)), _span(today))
        return [Within(start, first, last)] if first <= last else [Within(Linear(), 1, None)]
    return None


def _days(condition: Within, less: Callable[[int], int], span: Sequence[int]) -> tuple[int, int]:
    """The first and the last day on which the condition holds. The later the day, the fewer the months until another:
    `less` is their number with the sign turned, so that it grows."""
    offset = condition.form.constant
    first = 0 if condition.high is None else bisect_left(span, offset - condition.high, key=less)
    after = len(span) if condition.low is None else bisect_right(span, offset - condition.low, key=less)
    return span[0] + first, span[0] + after - 1


def _span(today: int) -> Sequence[int]:
    return range(max(1, today - _FAR), min(date.max.toordinal(), today + _FAR))


def _evidence(flow: Flow, facts: Mapping[str, Fact]) -> Evidence:
    given = {name: _value(flow, name, fact) for name, fact in facts.items() if name in CASE_FACTS}
    first = {"product": min(flow.model.products), "currency": next(iter(flow.model.currencies))}
    names = {**first, **_ORDINARY, **given}
    body: dict[str, Any] = {
        "event_id": "example", "customer_id": "example", "application_id": "example", "bureau_consent": True,
        "applicant": {},
    }
    for name, fact in CASE_FACTS.items():
        group, field = fact.path.split(".")
        (body if group == "application" else body["applicant"])[field] = names[name]
    scenario = flow.scenarios[int(str(facts.get(SCENARIO, "0")))]
    lacks = dict(scenario.lacks)
    responses = tuple(
        msgspec.convert(
            {"event_id": bureau.name, "customer_id": "example", "application_id": "example", "bureau": bureau.name,
             "result": "HIT", "report": {}},
            BureauResponse,
        )
        for bureau in flow.model.bureaus
        if bureau.name not in lacks
    )
    missing = tuple(Missing(bureau, reason) for bureau, reason in scenario.lacks)
    as_of = (int(facts["today"] or 0) - _EPOCH) * _DAY + _DAY // 2
    applied_at = facts.get(APPLIED_AT)
    return Evidence(
        msgspec.convert(body, LoanApplication), responses, missing, as_of,
        applied_at=applied_at if isinstance(applied_at, int) else None,
    )


def _pinned(flow: Flow, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Figures of bureaus, and names that are taken as given: what evidence alone would not bring about."""
    own = {SCENARIO, APPLIED_AT, "today", *CASE_FACTS}
    return {name: _value(flow, name, fact) for name, fact in facts.items() if name not in own}


def _value(flow: Flow, name: str, fact: Fact) -> Any:
    dated = flow.world.facts[name].kind == "date" and isinstance(fact, int)
    return date.fromordinal(fact) if dated and isinstance(fact, int) else fact
