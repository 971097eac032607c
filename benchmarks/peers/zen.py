"""The scorecard and the tables of a strategy in the ZEN engine: one JSON decision model, evaluated through Python."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import zen

from app.decisioning.engine.model import OffersStep, ScorecardStep, StrategyModel, TableStep
from app.decisioning.language.types import Type
from app.decisioning.tables.cells import Cell
from app.decisioning.tables.table import Table


class ZenPeer:
    """Points a characteristic, score, band, segment, and the price of one proposition."""

    def __init__(self, model: StrategyModel) -> None:
        self._decision = zen.ZenEngine().create_decision(json.dumps(decision_model(model)))

    def evaluate(self, facts: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._decision.evaluate(facts)["result"]
        return found


def decision_model(model: StrategyModel) -> dict[str, Any]:
    """A chain of table nodes, each of which passes on what it was given."""
    nodes = [{"id": "input", "name": "input", "type": "inputNode"}, *_nodes(model)]
    nodes.append({"id": "output", "name": "output", "type": "outputNode"})
    edges = [
        {"id": f"{first['id']}-{second['id']}", "sourceId": first["id"], "targetId": second["id"], "type": "edge"}
        for first, second in pairwise(nodes)
    ]
    return {"nodes": nodes, "edges": edges}


def _nodes(model: StrategyModel) -> Iterator[dict[str, Any]]:
    for step in model.steps:
        if isinstance(step, ScorecardStep):
            for card in step.characteristics:
                yield _table(card.table, card.name, {"points": f"points_{card.name}"})
            total = " + ".join(f"points_{card.name}" for card in step.characteristics)
            expression = {"id": "sum", "key": step.score, "value": f"{step.initial} + {total}"}
            yield _node("score", "expressionNode", {"expressions": [expression]})
            yield _table(step.bands, "bands", {})
        elif isinstance(step, TableStep):
            yield _table(step.table, step.name, {})
        elif isinstance(step, OffersStep):
            for part in step.parts:
                if isinstance(part, TableStep):
                    yield _table(part.table, part.name, {})


def _table(table: Table, name: str, renamed: dict[str, str]) -> dict[str, Any]:
    inputs = [{"id": f"i{i}", "name": column.label, "field": column.text} for i, column in enumerate(table.inputs)]
    names = [renamed.get(output.name, output.name) for output in table.outputs]
    outputs = [{"id": f"o{i}", "name": name, "field": name} for i, name in enumerate(names)]
    rules = [
        {"_id": f"r{row.number}"}
        | {f"i{i}": _condition(c, k.type) for i, (c, k) in enumerate(zip(row.cells, table.inputs, strict=True))}
        | {f"o{i}": json.dumps(value) for i, value in enumerate(row.outputs)}
        for row in table.rows
    ]
    content = {"hitPolicy": "first", "inputs": inputs, "outputs": outputs, "rules": rules}
    return _node(name, "decisionTableNode", content)


def _node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    whole = {**content, "passThrough": True, "inputField": None, "outputPath": None, "executionMode": "single"}
    return {"id": f"n-{name}", "name": name, "type": kind, "content": whole}


def _condition(cell: Cell, type_: Type) -> str:
    """The cell in ZEN's words; empty admits everything."""
    if type_.kind in ("number", "date"):
        tests = [_interval(low, high) for low, high in cell.intervals]
        test = " or ".join(f"({own})" for own in tests if own) if all(tests) else ""
        nothing = not tests
    else:
        members = json.dumps(sorted(cell.members))
        test = f"$ {'not in' if cell.complement else 'in'} {members}" if cell.members else ""
        nothing = not cell.members and not cell.complement
    if nothing:
        return "$ == null"
    if not type_.optional:
        return test
    if cell.missing:
        return f"$ == null or ({test})" if test else ""
    return f"$ != null and ({test})" if test else "$ != null"


def _interval(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return f"$ <= {high}" if low is None and high is not None else "" if low is None else f"$ >= {low}"
    return f"$ in [{low}..{high}]"
