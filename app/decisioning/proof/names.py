"""The names that a strategy's flow defines, with their types: those of the whole, and those of each offer."""

from app.decisioning.engine.model import (
    FilterStep,
    OffersStep,
    OutcomeStep,
    ReportStep,
    RulesStep,
    ScorecardStep,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.engine.vocabulary import CASE_FACTS, GIVEN, PROPOSITION_GIVEN
from app.decisioning.language.checker import present_after
from app.decisioning.language.types import BOOLEAN, Type, one_of
from app.decisioning.tables.table import Table

Types = dict[str, Type]

STATES = ("COMPLETE", "DECLINE", "REFER")      # what `evidence` can be


def names_of(model: StrategyModel) -> Types:
    """Every name at the end of the flow, those inside the offers apart."""
    found: Types = {name: fact.type for name, fact in CASE_FACTS.items()}
    found |= {"currency": one_of(*model.currencies), "product": one_of(*sorted(model.products))}
    found |= {**GIVEN, "evidence": one_of(*STATES)}
    found |= {parameter.name: parameter.type for parameter in model.parameters}
    for step in model.steps:
        match step:
            case ReportStep():
                found |= {a.name: a.type for a in step.aggregates} | {p.name: p.type for p in step.picks}
            case ScorecardStep():
                found |= {step.score: step.bands.inputs[0].type, **_of_table(step.bands)}
            case RulesStep():
                found[step.output] = BOOLEAN
            case OffersStep():
                found["offer_left"] = one_of("REQUESTED", "ALTERNATIVE", "NONE")
            case ValuesStep() | TableStep() | OutcomeStep():
                found |= _of_part(TableStep(step.name, step.table) if isinstance(step, OutcomeStep) else step)
    return found


def names_of_offers(model: StrategyModel) -> Types:
    """What only an offer has: the propositions' columns and the names that the offers' steps set."""
    found: Types = {}
    for step in model.steps:
        if isinstance(step, OffersStep):
            found |= {**PROPOSITION_GIVEN, "proposition": one_of(*(p.name for p in step.propositions))}
            found |= dict(zip(step.columns, step.column_types, strict=True))
            for part in step.parts:
                found |= _of_part(part) if not isinstance(part, FilterStep) else _known_present(part, found)
    return found


def _known_present(part: FilterStep, names: Types) -> Types:
    """What an offer that passed the filter must have."""
    known = frozenset().union(*(present_after(rule.condition) for rule in part.rules))
    return {name: names[name].present() for name in known if name in names}


def _of_part(part: ValuesStep | TableStep) -> Types:
    if isinstance(part, ValuesStep):
        return {named.name: named.expression.type for named in part.values}
    return _of_table(part.table)


def _of_table(table: Table) -> Types:
    return {output.name: output.type for output in table.result_types}
