"""Published tables give their published results, on both evaluators; their published defects are refused."""

import pytest

from app.errors import StrategyError
from tests.strategies.golden import Golden, golden
from tests.strategies.places import GOLDEN

FILES = sorted(GOLDEN.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_published_table_gives_its_published_results(path):
    table = golden(path)
    compiled = table.compiled()
    assert table.expected
    for values, wanted in table.expected:
        assert table.interpreted(values)[0] == wanted, values
        assert compiled(values) == table.interpreted(values)


def test_the_published_hole_at_130_is_found():
    text = (GOLDEN / "pre_bureau_risk.yaml").read_text().replace("[120..130]", "[120..130)")
    with pytest.raises(StrategyError, match=r"no row matches existing customer = false, application risk score = 130:"):
        Golden(text, "pre_bureau_risk.yaml")


def test_the_published_overlap_of_income_rows_is_found():
    text = """
names: {income: number}
table:
  hit_policy: unique
  inputs: {income: income}
  outputs: {points: number}
  rows:
    - ["<= 1000", 26]
    - ["[1000..2500]", 5]
    - ["> 1500", 9]
"""
    with pytest.raises(StrategyError, match=r"income\.yaml:9: table income: rows 1 and 2 both match income = 1000"):
        Golden(text, "income.yaml")
