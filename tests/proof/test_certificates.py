"""A worker decides only by strategies that were proved just as they are."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import StrategyError
from app.strategies.certificates import CERTIFICATE
from app.strategies.shelf import SHIPPED, load_shelf, strategy_folders
from app.strategies.strategy import EXPECTATIONS, MAIN

FOLDERS = strategy_folders()[1]


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED / "cash-loan" / "v1", tmp_path / "v1")


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("shipped", FOLDERS, ids=lambda f: f"{f.parent.name} {f.name}")
def test_the_certificate_of_a_shipped_strategy_is_up_to_date(shipped, verified):
    found = verified(shipped)
    assert found.problems == []
    assert not found.certify(), "run `creditstream check`: the certificate is not what it would write"


def test_the_shipped_strategies_are_certified():
    assert list(load_shelf(certified=True))


def test_a_strategy_without_a_certificate_is_refused(folder):
    (folder / CERTIFICATE).unlink()
    with pytest.raises(StrategyError, match=r"v1/certificate\.json: there is none, .* run `creditstream check .*v1`"):
        load_shelf(folder.parent, certified=True)
    assert list(load_shelf(folder.parent)), "only what decides for real needs one"


def test_a_strategy_that_was_changed_since_is_refused(folder):
    change(folder / "pricing.yaml", "0.0690", "0.0691")
    with pytest.raises(StrategyError, match=r"it was changed since; run `creditstream check .*v1`"):
        load_shelf(folder.parent, certified=True)


def test_expectations_that_were_changed_since_are_refused(folder):
    change(folder / EXPECTATIONS, "0.109", "0.2")
    with pytest.raises(StrategyError, match=r"expectations\.yaml was changed since: run `creditstream check"):
        load_shelf(folder.parent, certified=True)


def test_comments_and_layout_need_no_new_certificate(folder):
    change(folder / MAIN, "strategy: cash-loan", "# a comment\nstrategy:   cash-loan")
    change(folder / EXPECTATIONS, "expect:", "# another\nexpect:")
    assert list(load_shelf(folder.parent, certified=True))


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\x00", "nul"])
def test_what_is_no_certificate_is_refused(folder, text):
    (folder / CERTIFICATE).write_text(text)
    with pytest.raises(StrategyError, match=r"v1/certificate\.json: .* delete it and run `creditstream check`"):
        load_shelf(folder.parent, certified=True)


def test_check_writes_what_a_worker_demands(folder):
    change(folder / "eligibility.yaml", "applicants without work", "people without work")
    said = CliRunner().invoke(app, ["check", str(folder.parent)])
    assert said.exit_code == 0, said.output
    assert "certificate written" in said.output
    assert list(load_shelf(folder.parent, certified=True))
    found = json.loads((folder / CERTIFICATE).read_text())
    assert list(found) == sorted(found)
    assert {"what": "always amount <= requested_amount", "by": "regions"} in found["proved"]


def test_check_writes_no_certificate_for_what_it_refuses(folder):
    (folder / CERTIFICATE).unlink()
    change(folder / EXPECTATIONS, "always annual_rate <= 0.109", "always annual_rate <= 0.108")
    said = CliRunner().invoke(app, ["check", str(folder.parent)])
    assert said.exit_code != 0
    assert "`always annual_rate <= 0.108` does not hold: " in " ".join(said.output.split())
    assert not (folder / CERTIFICATE).exists()
