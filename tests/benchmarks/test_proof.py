"""What benchmarks/proof.py asks others and tells people; the proofs themselves are tests/proof's."""

import json
import xml.etree.ElementTree as ET
from random import Random

import pytest

from benchmarks.peers.kie.dmn import dmn
from benchmarks.peers.region_proof import main
from benchmarks.proof_report import Answer, Line, beside, slowest
from benchmarks.proof_tables import PUBLISHED, table_named
from benchmarks.table_shapes import SHAPES

MODEL = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


def entries(table):
    """The conditions of a table's first row, as KIE reads them."""
    root = ET.fromstring(dmn(table))
    return [entry.findtext(f"{MODEL}text") for entry in root.find(f".//{MODEL}rule").findall(f"{MODEL}inputEntry")]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_table_can_be_put_to_another_tool(shape):
    table = shape.make(Random(1), 30)
    root = ET.fromstring(dmn(table))
    assert len(root.findall(f".//{MODEL}rule")) == len(table.rows)
    assert len(root.findall(f".//{MODEL}inputEntry")) == len(table.rows) * len(table.inputs)


def test_whole_numbers_are_written_so_that_a_continuum_has_no_holes():
    assert entries(table_named("pre-bureau risk, as published")) == ["false", "< 100"]
    rows = ET.fromstring(dmn(table_named("income, as published"))).findall(f".//{MODEL}rule")
    assert [row.findtext(f"{MODEL}inputEntry/{MODEL}text") for row in rows] == ["< 1001", "[1001..2501)", ">= 1501"]


def test_missing_values_and_comparisons_are_put_to_another_tool_as_they_are():
    assert entries(table_named("income with its row for missing")) == ["null"]
    assert entries(table_named("inputs compared/30"))[-2:] == ["<= expenses", "<= most"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("pre-bureau risk, as published", {"gaps": 1, "overlaps": []}),
     ("income, as published", {"gaps": 0, "overlaps": [[2, 3]]}),
     ("income with its row for missing", {"gaps": 0, "overlaps": [[3, 4]]})],
)  # fmt: skip
def test_both_published_defects_are_found(name, found, capsys):
    assert name in PUBLISHED
    main(name, 1, 0, every=True)
    told = json.loads(capsys.readouterr().out)
    assert {key: told[key] for key in found} == found


def test_results_tell_what_either_found_and_what_it_refused():
    ours = Answer(process_s=0.5, cold_s=0.1, warm_s=0.01, gaps=1, overlaps=0)
    refused = Answer(process_s=3.0, cold_s=0.2, warm_s=0.1, refused="null | nothing")
    lines = [
        Line(table="one", ours=ours, kie=refused, compared="KIE refuses to analyse it"),
        Line(table="two", ours=ours, kie=Answer(stopped=True), compared="KIE did not finish"),
    ]
    found = beside("Both", lines, 60)
    assert found.rows == (
        ("one", 0.5, 3.0, 0.1, 0.2, 0.01, None, 0.1, "1 gap", "refused: null / nothing", "KIE refuses to analyse it"),
        ("two", 0.5, None, 0.1, None, 0.01, None, None, "1 gap", "stopped", "KIE did not finish"),
    )
    assert slowest(lines, 5.0).met and not slowest(lines, 0.005).met
