"""Published models as flows give what they publish, on both evaluators."""

import pytest

from tests.strategies.flows import Flow
from tests.strategies.places import DATA

FILES = sorted((DATA / "flows").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_published_model_gives_what_it_publishes(path):
    flow = Flow(path)
    compiled = flow.compiled()
    for given, gives in flow.expected:
        found = flow.interpreted(given)
        assert {name: found[name] for name in gives} == gives, given
        also = compiled(given)
        assert {name: also[name] for name in flow.types} == {name: found[name] for name in flow.types}


def test_the_published_annuity_agrees_to_a_ten_millionth():
    flow = Flow(DATA / "flows" / "dmn_lending.yaml")
    given, _ = flow.expected[1]
    assert abs(flow.interpreted(given)["required_instalment"] / 10**14 - 1680.880325608555) < 1e-7
