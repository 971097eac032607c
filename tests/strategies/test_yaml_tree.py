"""YAML is read as text with lines, and nothing in it can hurt."""

import time
from itertools import pairwise

import pytest

from app.errors import StrategyError
from app.strategies.yaml_tree import MAX_BYTES, parse_yaml, plain, read_yaml


def test_scalars_stay_as_they_are_written():
    tree = parse_yaml("region: 001\nanswer: no\nrate: 0.0490\nday: 2020-01-01\nnothing: null\n", "f.yaml")
    assert plain(tree) == {
        "region": "001", "answer": "no", "rate": "0.0490", "day": "2020-01-01", "nothing": "null",
    }


BOMB = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [{', '.join([f'*{last}'] * 9)}]\n" for last, n in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.yaml:1: the file is empty"),
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3: 'a' stands twice \\(first on line 1\\)"),
        ("a: &x 1\n", "f.yaml:1: the anchor &x is not allowed"),
        ("a: 1\nb: *x\n", "f.yaml:2: the alias \\*x is not allowed"),
        (BOMB, "f.yaml:1: the anchor &a is not allowed"),
        ("a: !!python/object:os.system x\n", "f.yaml:1: the tag .* is not allowed"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: a second document starts here"),
        ("a: [1, 2\nb: 3\n", "f.yaml:[23]: not YAML"),
        ("a:\n\t- 1\n", "f.yaml:2: not YAML"),
        ("? [a, b]\n: 1\n", "f.yaml:1: a key is a word"),
        ("[" * 100_000, "f.yaml:1: nested deeper than 16"),
        ("- " * 100_000 + "x", "f.yaml:1: nested deeper than 16"),
        ("\n".join(["- x"] * 60_000), "f.yaml:50000: more than 50,000 values"),
        ("a: \x00", "f.yaml:1: not YAML"),
    ],
    ids=range(14),
)
def test_what_is_refused_is_refused_fast_and_with_its_line(text, message):
    start = time.process_time()                # whatever else the machine does meanwhile
    with pytest.raises(StrategyError, match=message):
        parse_yaml(text, "f.yaml")
    assert time.process_time() - start < 5


def test_a_file_that_is_too_large_or_not_utf8_is_refused(tmp_path):
    (tmp_path / "large.yaml").write_bytes(b"# " + b"x" * MAX_BYTES)
    with pytest.raises(StrategyError, match=r"large\.yaml:1: 524,290 bytes; a strategy file has at most 524,288"):
        read_yaml(tmp_path / "large.yaml", "large.yaml")
    (tmp_path / "latin.yaml").write_bytes("a: é".encode("latin-1"))
    with pytest.raises(StrategyError, match=r"latin\.yaml:1: not UTF-8"):
        read_yaml(tmp_path / "latin.yaml", "latin.yaml")
