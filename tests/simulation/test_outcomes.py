"""Two strategies on the same applications."""

import shutil

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.decisioning.engine.strategy import ReadyStrategy
from app.demo.judged import evidences
from app.errors import UsageError
from app.simulation.outcomes import compare_outcomes
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy

AT = 1_790_000_000_000                         # 2026-09-21T14:13:20Z
V1 = SHIPPED / "cash-loan" / "v1"


@pytest.fixture
def stricter(tmp_path):
    """Nobody with a bureau score below 600 is eligible."""
    folder = shutil.copytree(V1, tmp_path / "v2")
    parameters = folder / "parameters.yaml"
    parameters.write_text(parameters.read_text().replace("value: 450", "value: 600"))
    return folder


def test_a_strategy_against_itself_changes_nothing():
    same = ReadyStrategy(read_strategy(V1, "v1"))
    found = compare_outcomes(evidences(same.bureaus, AT), same, same)
    assert (found.cases, found.decided_otherwise) == (1_000, 0)
    assert found.offers_changed == found.reasons_changed == found.unserved == []


def test_a_stricter_rule_only_ever_declines_more(stricter):
    old, new = (ReadyStrategy(read_strategy(folder, "v")) for folder in (V1, stricter))
    found = compare_outcomes(evidences(old.bureaus, AT), old, new)
    assert found.decided_otherwise > 0
    assert {after[0] for (before, after) in found.moves if before != after} == {"DECLINE"}


def test_the_command_tells_words_and_outcomes(stricter):
    result = CliRunner().invoke(app, ["check", "--diff", str(V1), str(stricter)])
    assert result.exit_code == 0
    assert "parameter lowest_bureau_score: 600 instead of 450" in result.output
    assert "1,000 of the demo's applications" in result.output
    assert "application-" in result.output


def test_what_is_no_strategy_is_named(tmp_path):
    result = CliRunner().invoke(app, ["check", "--diff", str(V1), str(tmp_path)])
    assert isinstance(result.exception, UsageError)
