"""Every way in which bureaus may answer or not, as far as a strategy tells them apart."""

from dataclasses import dataclass, field

from app.decisioning.engine.model import StrategyModel, Treatment
from app.decisioning.engine.standing import LACKS


@dataclass(frozen=True, slots=True)
class Scenario:
    """`lacks`: one way to bring it about, by bureau; a bureau that is not in it answers. Compared without that."""

    use: int                                   # 0 nothing, 1 internal only, 2 the rest
    outcomes: frozenset[str]
    reasons: tuple[str, ...]
    answers: bool                              # some bureau that may be used answered
    credit_answers: bool                       # a credit bureau among them
    lacks: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def state(self) -> str:
        return "DECLINE" if "DECLINE" in self.outcomes else "REFER" if "REFER" in self.outcomes else "COMPLETE"


_USES = {"nothing": 0, "internal_only": 1, "rest": 2}


def scenarios(model: StrategyModel) -> list[Scenario]:
    """Those in which something is scored, in the order in which they are met."""
    found = [Scenario(2, frozenset(), (), answers=False, credit_answers=False)]
    for bureau in model.bureaus:
        met: dict[Scenario, Scenario] = {}
        for before in found:
            credit = bureau.purpose == "CREDIT_BUREAU"
            answered = Scenario(
                before.use, before.outcomes, before.reasons,
                answers=True, credit_answers=before.credit_answers or credit, lacks=before.lacks,
            )
            met.setdefault(answered, answered)
            for lack in sorted(LACKS):
                after = _lacking(before, model.treatments[bureau.required, lack], bureau.name, lack)
                met.setdefault(after, after)
        found = list(met.values())
    scored: dict[Scenario, Scenario] = {}
    for scenario in found:
        if scenario.use:
            own = _usable(scenario)
            scored.setdefault(own, own)
    return list(scored.values())


def _lacking(before: Scenario, treatment: Treatment, bureau: str, lack: str) -> Scenario:
    reasons = before.reasons
    if treatment.reason is not None and treatment.reason.code not in reasons:
        reasons = (*reasons, treatment.reason.code)
    outcomes = before.outcomes if treatment.outcome is None else before.outcomes | {treatment.outcome}
    return Scenario(
        min(before.use, _USES[treatment.use]), outcomes, reasons,
        answers=before.answers, credit_answers=before.credit_answers, lacks=(*before.lacks, (bureau, lack)),
    )


def _usable(scenario: Scenario) -> Scenario:
    """What was answered counts only where the rest may be used."""
    return Scenario(
        scenario.use, scenario.outcomes, scenario.reasons,
        answers=scenario.answers and scenario.use == 2,
        credit_answers=scenario.credit_answers and scenario.use == 2,
        lacks=scenario.lacks,
    )
