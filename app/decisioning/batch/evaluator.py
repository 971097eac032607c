"""Deciding many evidences at once."""

from collections.abc import Sequence

from app.decisioning.batch.flow import FlowIndex
from app.decisioning.batch.reading import Reading
from app.decisioning.batch.result import BatchResult
from app.decisioning.engine.model import StrategyModel
from app.domain.decision import Evidence, Verdict


class BatchEvaluator:
    """A strategy made ready for batches: made once, good for any number of them."""

    def __init__(self, model: StrategyModel) -> None:
        self._model = model
        self._flow = FlowIndex(model)

    def read(self, evidences: Sequence[Evidence]) -> Reading:
        """The evidences as columns."""
        return Reading(self._model, evidences)

    def decide(self, reading: Reading) -> BatchResult:
        """What the strategy says of every row; equal to its row evaluators."""
        parts = [self._flow.decide(reading, currency, rows) for currency, rows in reading.scored().items()]
        return BatchResult(reading, parts)


def decide_batch(model: StrategyModel, evidences: Sequence[Evidence]) -> list[Verdict]:
    """The verdicts of a strategy on these evidences, in their order."""
    evaluator = BatchEvaluator(model)
    return evaluator.decide(evaluator.read(evidences)).verdicts()
