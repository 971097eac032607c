"""Interpreter, compiler and batch agree on strategies that nobody wrote, over evidence that nobody sent.

    python -m tests.strategies.test_random_strategies 100000

decides that many and more, and says how many disagreed.
"""

import sys
from collections.abc import Iterator
from itertools import product

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.decisioning.batch.evaluator import decide_batch
from app.decisioning.engine.compiler import compile_strategy
from app.decisioning.engine.interpreter import interpret
from app.decisioning.engine.model import StrategyModel
from app.domain.decision import Evidence
from tests.strategies.evidence import evidences
from tests.strategies.random_strategies import BUREAUS, CHANGED, models

# Some applications are recorded before the random strategies' parameters change, others after.
applied_at = st.sampled_from([None, CHANGED - 1, CHANGED])
drawn = st.lists(st.tuples(evidences(BUREAUS, ("EUR", "USD", "JPY")), applied_at), min_size=2, max_size=3)


def crossed(few: list[tuple[Evidence, int | None]]) -> Iterator[Evidence]:
    """Each one's application with each one's answers, at each one's instants: many rows of a few drawn."""
    for (one, _), (other, _), (third, applied) in product(few, repeat=3):
        yield Evidence(one.application, other.responses, other.missing, third.as_of, applied)


def disagreements(model: StrategyModel, rows: list[Evidence]) -> list[tuple[str, Evidence]]:
    """Which evaluator said other than the interpreter, of which row."""
    wanted = [interpret(model, evidence) for evidence in rows]
    compiled = compile_strategy(model)
    found = {"compiler": [compiled(evidence) for evidence in rows], "batch": decide_batch(model, rows)}
    return [
        (name, evidence)
        for name, verdicts in found.items()
        for evidence, verdict, judge in zip(rows, verdicts, wanted, strict=True)
        if msgspec.json.encode(verdict) != msgspec.json.encode(judge) or verdict != judge
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(models(), drawn)
def test_the_three_evaluators_agree_on_random_strategies(model, few):
    assert disagreements(model, list(crossed(few))) == []


def main(decisions: int) -> int:
    """Decides until so many are decided; the exit code is 1 when any disagreed."""
    done, strategies, wrong = 0, 0, 0
    most = st.lists(st.tuples(evidences(BUREAUS, ("EUR", "USD", "JPY")), applied_at), min_size=5, max_size=5)

    @settings(max_examples=decisions, deadline=None, suppress_health_check=list(HealthCheck), database=None,
              phases=[Phase.generate])  # fmt: skip
    @given(models(), most)
    def decide(model: StrategyModel, few: list[tuple[Evidence, int | None]]) -> None:
        nonlocal done, strategies, wrong
        if done < decisions:
            rows = list(crossed(few))
            wrong += len(disagreements(model, rows))
            done += len(rows)
            strategies += 1
            if strategies % 50 == 0:
                sys.stderr.write(f"\r{done:,} decisions, {strategies:,} strategies, {wrong:,} disagreements")
        if done >= decisions:
            raise KeyboardInterrupt

    try:
        decide()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
    sys.stdout.write(f"{done:,} decisions of {strategies:,} random strategies: {wrong:,} disagreements\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
