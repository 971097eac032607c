"""What scorecards can say: combiners, weights, special values, points above and below; on both evaluators."""

import pytest

from app.errors import StrategyError
from tests.strategies.flows import Flow

CARD = """
names: {{utilisation: number may be missing, inquiries: number}}
steps:
  - step: card
    kind: scorecard
    combine: {combine}
    initial: 10
    score: score
    reason_limit: 2
    {more}
    characteristics:
      utilisation:
        value: utilisation
        special: [["-3", 30], ["-4", 2]]
        attributes: [["<= 30", 40], ["> 30", "= 100 - utilisation"]]
        missing: 1
        {first}
        reason: {{code: UTILISATION, text: Utilisation.}}
      inquiries:
        value: inquiries
        attributes: [["0", 20], ["[1..3]", 11]]
        otherwise: 5
        {second}
        reason: {{code: INQUIRIES, text: Inquiries.}}
    bands: {{name: band, rows: [["< 40", LOW], [">= 40", HIGH]]}}
expect:
  - {{given: {{utilisation: {utilisation}, inquiries: {inquiries}}}, gives: {{score: {score}, reasons: [{reasons}]}}}}
"""


def run(tmp_path, **words):
    words = {"more": "", "first": "", "second": "", "reasons": "", **words}
    path = tmp_path / "card.yaml"
    path.write_text(CARD.format(**words))
    flow = Flow(path)
    ((given, gives),) = flow.expected
    found = flow.interpreted(given)
    assert {name: found[name] for name in gives} == gives
    assert flow.compiled()(given)["score"] == found["score"]
    assert flow.compiled()(given)["reasons"] == found["reasons"]


BASELINES = {"first": "baseline: 25", "second": "baseline: 15"}


@pytest.mark.parametrize(
    ("combine", "more", "score"),
    [
        ("sum", "", 61), ("min", "", 21), ("max", "", 50),
        ("average", "decimals: 1", 35.5), ("average", "decimals: 0", 36),
    ],
)
def test_combiners_work_on_top_of_the_initial_score(tmp_path, combine, more, score):
    baseline = f"reasons_against: baseline\n    {more}"
    seen = {"utilisation": 20, "inquiries": 2}
    run(tmp_path, combine=combine, more=baseline, score=score, reasons="INQUIRIES", **seen, **BASELINES)


def test_weights_are_in_points_and_references(tmp_path):
    run(
        tmp_path, combine="weighted", more="reasons_against: baseline", utilisation=60, inquiries=9, score=35,
        reasons="INQUIRIES", first="baseline: 25\n        weight: 0.5", second="baseline: 15\n        weight: 1",
    )


@pytest.mark.parametrize(
    ("seen", "score"), [("-3", 60), ("-4", 32), ("-5", 70), ("missing", 31), ("60", 70), ("95", 35)]
)
def test_special_values_stand_apart_from_ranges_and_from_missing(tmp_path, seen, score):
    run(
        tmp_path, combine="sum", more="reasons_against: baseline", utilisation=seen, inquiries=0, score=score,
        first="baseline: -100", second="baseline: 0",
    )


def test_where_many_points_are_bad_reasons_come_from_above(tmp_path):
    above = "reasons_against: baseline\n    reason_method: above"
    seen = {"utilisation": 20, "inquiries": 0}
    run(tmp_path, combine="sum", more=above, score=70, reasons="UTILISATION, INQUIRIES", **seen, **BASELINES)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"combine": "sum", "more": "reason_method: above"}, "no points are above the maximum"),
        ({"combine": "sum"}, "the most that utilisation can give is not known"),
        ({"combine": "weighted", "more": "reasons_against: baseline", **BASELINES}, "lacks `weight`"),
        ({"combine": "average", "more": "reasons_against: baseline", **BASELINES}, "lacks `decimals`"),
        ({"combine": "mean"}, "'mean' is not one of sum, min, max, average, weighted"),
    ],
)
def test_a_wrong_scorecard_is_refused_with_its_line(tmp_path, words, message):
    with pytest.raises(StrategyError) as refusal:
        run(tmp_path, utilisation=1, inquiries=1, score=0, **words)
    assert str(refusal.value).startswith("card.yaml:")
    assert message in str(refusal.value)
