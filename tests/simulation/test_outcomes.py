"""Two strategies on the same applications."""

import shutil

import msgspec
import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.contracts.names import DECISIONS
from app.decisioning.engine.strategy import ReadyStrategy
from app.demo.judged import evidences
from app.errors import UsageError
from app.simulation.outcomes import compare_outcomes
from app.simulation.recording import Recorded, Recording, write_recording
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy
from tests.demo.decided import decided

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


def test_recorded_decisions_are_decided_by_both(stricter, tmp_path):
    made = [decided(number).decision for number in range(1, 30)]
    records = [
        Recorded(DECISIONS, 0, offset, d.as_of, d.customer_id.encode(), msgspec.json.encode(d))
        for offset, d in enumerate(made)
    ]
    write_recording(tmp_path / "day.jsonl", Recording(4, records))
    words = ["check", "--diff", str(V1), str(stricter), "--applications", str(tmp_path / "day.jsonl")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0
    assert f"{len(made)} of the decisions recorded in" in " ".join(result.output.split())


def test_a_recording_without_decisions_says_how_to_make_one(stricter, tmp_path):
    write_recording(tmp_path / "empty.jsonl", Recording(4, []))
    words = ["check", "--diff", str(V1), str(stricter), "--applications", str(tmp_path / "empty.jsonl")]
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, UsageError)
    assert "simulate --record" in str(result.exception)


def test_what_is_no_strategy_is_named(tmp_path):
    result = CliRunner().invoke(app, ["check", "--diff", str(V1), str(tmp_path)])
    assert isinstance(result.exception, UsageError)
