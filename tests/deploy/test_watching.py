"""Alerts and dashboard ask for what a worker shows: metrics, labels and states that there are."""

import json
import re
from collections.abc import Iterator

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.contracts.names import ROLES
from app.lane.records import Tally
from app.streaming.metrics import Metrics
from app.streaming.runner import LaneState
from tests.deploy.manifests import DEPLOY

RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
PANELS = DASHBOARD["panels"]
TARGETS = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]
ASKED = [
    *((rule["alert"], rule["expr"]) for rule in RULES),
    *((title, target["expr"].replace("$__rate_interval", "1m")) for title, target in TARGETS),
]


def shown() -> dict[str, set[str]]:
    """Every series that a worker shows when everything has happened once, and its labels."""
    metrics, one = Metrics(), {"one": 1}
    tally = Tally(
        events=one,
        decisions={("APPROVE", "GREEN"): 1},
        triggers=one,
        dead_letters={("consents", "CONFLICT"): 1},
        repeats=one,
        late=one,
        unknown_fields=one,
        requests=one,
        completing=[1],
    )
    metrics.committed(0, tally, {"commit": 0.1}, open_cases=1)
    metrics.recovered(0, records=1, seconds=0.1, open_cases=1)
    metrics.lag(0, "consents", 1)
    metrics.state(0, LaneState.OPEN, LaneState)
    metrics.failed("KafkaError")
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


SHOWN = shown()


def parts(node) -> Iterator:
    """The expression and all that it is made of."""
    yield node
    for name in ("lhs", "rhs", "expr", "args", "vector_selector"):
        below = getattr(node, name, None)
        for one in below if isinstance(below, list) else [below]:
            if one is not None and not isinstance(one, str):
                yield from parts(one)


def selectors(expression: str) -> list:
    found = [part for part in parts(promql_parser.parse(expression)) if type(part).__name__ == "VectorSelector"]
    assert found
    return found


@pytest.mark.parametrize(("name", "expression"), ASKED)
def test_what_is_asked_for_is_shown(name, expression):
    labels = set()
    for selector in selectors(expression):
        assert selector.name in SHOWN
        labels |= SHOWN[selector.name]
        for matcher in selector.matchers.matchers:
            assert matcher.name in SHOWN[selector.name]
            if matcher.name == "state":
                assert matcher.value in set(LaneState)
            if matcher.name == "topic":
                assert matcher.value in ROLES
    for part in parts(promql_parser.parse(expression)):
        if type(part).__name__ == "AggregateExpr" and part.modifier is not None:
            assert set(part.modifier.labels) <= labels


def test_a_metric_that_nobody_shows_is_noticed():
    """So that the test above can fail."""
    (selector,) = selectors("rate(creditstream_gossip_total[5m])")
    assert selector.name not in SHOWN


def test_every_metric_is_on_the_dashboard():
    asked = {selector.name for _, expression in ASKED for selector in selectors(expression)}
    families = {re.sub(r"_(bucket|count|sum|total|created)$", "", name) for name in SHOWN}
    assert families == {re.sub(r"_(bucket|total)$", "", name) for name in asked}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_what_to_do(rule):
    assert rule["labels"]["severity"] in {"page", "ticket"}
    file, _, heading = rule["annotations"]["runbook"].partition("#")
    assert heading == rule["alert"].lower()
    assert f"### {rule['alert']}\n" in (DEPLOY.parent / file).read_text()


def test_labels_in_words_are_those_of_the_expression():
    for rule in RULES:
        said = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        kept = re.search(r"by \((.*?)\)", rule["expr"])
        assert said <= set(kept[1].split(", ") if kept else ())


def test_legends_are_labels_that_are_left():
    for title, target in TARGETS:
        named = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
        kept = re.search(r"by \((.*?)\)", target["expr"])
        assert named <= set(kept[1].split(", ") if kept else ()), title


def test_panels_are_told_apart_and_do_not_overlap():
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not taken & cells, panel["title"]
        taken |= cells
