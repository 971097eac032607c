"""Pages of figures: for programs and for people, with everything that a reader needs to doubt or repeat them."""

from xml.etree import ElementTree

import msgspec
import pytest

from benchmarks.chart import line_chart
from benchmarks.sheet import Sheet, Table, Verdict, told, write

SHEET = Sheet(
    benchmark="example",
    question="How long?",
    tables=(Table(title="Times", columns=("load", "ms"), rows=(("25%", 12.345), ("50%", None)), notes=("quiet",)),),
    verdicts=(Verdict(what="ratio", figure=1.5, bar=1.4), Verdict(what="growth", figure=-0.01, bar=0.05)),
    chart=line_chart("t", "x", "y", {"a": [(1, 10), (1_000_000, 20)]}, log_x=True),
    command="python -m benchmarks.example",
)


def test_a_sheet_is_written_for_programs_and_for_people(tmp_path):
    path = write(SHEET, tmp_path / "results")
    text = path.read_text()
    assert "| 25% | 12.3 |" in text
    assert "| 50% |  |" in text
    assert "![example](example.svg)" in text
    assert "with `python -m benchmarks.example`" in text
    assert "Kafka 4." in text
    read = msgspec.json.decode(path.with_suffix(".json").read_bytes())
    assert read["tables"][0]["rows"][0] == ["25%", 12.345]
    assert path.with_suffix(".svg").read_text().startswith("<svg")


def test_a_missed_bar_says_so():
    missed, met = SHEET.verdicts
    assert (missed.met, met.met) == (False, True)
    assert str(missed).endswith("the bar is at most 1.4: MISSED")


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1234567, "1,234,567"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123"), ("a", "a")],
)
def test_three_digits_that_matter(cell, text):
    assert told(cell) == text


@pytest.mark.parametrize("logarithmic", [False, True])
def test_every_point_of_a_chart_lies_within_it(logarithmic):
    series = {"a & b": [(1, 3), (10, 300), (5_000, 90)], "c": [(2, 5), (4_000, 7)]}
    svg = ElementTree.fromstring(line_chart("a < b", "x", "y", series, log_x=logarithmic, log_y=logarithmic))
    lines = list(svg.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(lines) == 2
    for line in lines:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 70 <= x <= 760 - 190
            assert 46 <= y <= 400 - 52
