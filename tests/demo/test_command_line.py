"""The command line: help that teaches, errors as sentences, exit codes that scripts can trust."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from app import errors
from app.cli import main as command_line
from app.cli.wording import paragraphs
from app.contracts.decode import decoders
from app.contracts.names import INPUTS

runner = CliRunner()


def commands(app: typer.Typer, *path: str) -> Iterator[list[str]]:
    for command in app.registered_commands:
        yield [*path, command.name or command.callback.__name__]
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from commands(group.typer_instance, *path, group.name or "")


ALL_COMMANDS = list(commands(command_line.app))


def exit_code(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["creditstream", *arguments])
    with pytest.raises(SystemExit) as exited:
        command_line.main()
    assert isinstance(exited.value.code, int)
    return exited.value.code


def test_help_lists_every_command_and_all_exit_codes() -> None:
    shown = " ".join(runner.invoke(command_line.app, ["--help"]).output.split())
    for path in ALL_COMMANDS:
        assert path[0] in shown
    classes = [errors.CreditstreamError, *errors.CreditstreamError.__subclasses__()]
    for code in {each.exit_code for each in classes if each.__module__ == errors.__name__}:
        assert f" {code} " in shown.partition("Exit codes")[2]


@pytest.mark.parametrize("path", ALL_COMMANDS, ids=" ".join)
def test_the_help_of_a_command_teaches(path: list[str]) -> None:
    shown = runner.invoke(command_line.app, [*path, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.split()) > 15


@pytest.mark.parametrize("path", [p for p in ALL_COMMANDS if p[0] in {"demo", "send", "explain"}], ids=" ".join)
def test_help_shows_an_example(path: list[str]) -> None:
    assert f"creditstream {path[0]}" in runner.invoke(command_line.app, [*path, "--help"]).output


def test_an_unknown_topic_is_a_wrong_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(monkeypatch, "send", "decisions") == errors.UsageError.exit_code
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert "loan-applications" in told


def test_a_cluster_that_is_not_there_is_a_broker_error(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("explain", "a", "--customer", "c", "--bootstrap-servers", "127.0.0.1:1")
    assert exit_code(monkeypatch, *arguments) == errors.BrokerError.exit_code


def test_a_misspelt_command_is_a_wrong_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exit_code(monkeypatch, "dmeo") == errors.UsageError.exit_code


def test_a_refused_event_is_named_by_its_line_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No cluster is needed to refuse: the address is one where nothing listens."""
    good = json.dumps(json.loads(runner.invoke(command_line.app, ["send", "consents", "--example"]).output))
    file = tmp_path / "events.jsonl"
    file.write_text(f"{good}\n{good.replace('GRANTED', 'BORROWED')}\n")
    arguments = ("send", "consents", str(file), "--bootstrap-servers", "127.0.0.1:1")
    assert exit_code(monkeypatch, *arguments) == errors.UsageError.exit_code
    told = capsys.readouterr().err
    assert "line 2" in told
    assert "Nothing was sent" in told


def test_a_file_that_is_not_there_is_a_wrong_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exit_code(monkeypatch, "send", "consents", "no-such-file.json") == errors.UsageError.exit_code


def test_events_come_from_standard_input_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    assert exit_code(monkeypatch, "send", "consents", "-") == errors.UsageError.exit_code
    assert "MISSING_FIELD" in capsys.readouterr().err


@pytest.mark.parametrize("topic", INPUTS)
def test_an_example_is_valid(topic: str) -> None:
    shown = runner.invoke(command_line.app, ["send", topic, "--example"]).output
    event, unknown_fields = decoders()[topic].decode(shown.encode(), [], 1_800_000_000_000)
    assert unknown_fields == 0
    assert msgspec.json.decode(shown)["customer_id"] == event.customer_id


def test_paragraphs_wrap_and_examples_do_not() -> None:
    text = """First line
    goes on.

    Example:  one
              two
    """
    assert paragraphs(text) == "First line goes on.\n\nExample:  one\n          two"
