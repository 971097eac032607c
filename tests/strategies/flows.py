"""Flows that stand alone in a file: named inputs, steps, and what must come of them; for published models."""

from pathlib import Path
from typing import Any

from app.decisioning.engine import reasons
from app.decisioning.engine.model import ScorecardStep, Step, TableStep, ValuesStep
from app.decisioning.engine.scorecard_source import write_scorecard
from app.decisioning.engine.scoring import combined
from app.decisioning.engine.table_source import write_table
from app.decisioning.engine.writer import Writer
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.runtime import half_up
from app.decisioning.language.source import RUNTIME
from app.decisioning.language.types import Type
from app.decisioning.tables.table import Table, matching, result, worked_out
from app.domain.decision import Points
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.scope import Scope
from app.strategies.scorecards import read_scorecard
from app.strategies.steps import read_table_step, read_values
from app.strategies.yaml_tree import parse_yaml
from tests.strategies.golden import type_of, value_of

READERS = {"values": read_values, "table": read_table_step, "scorecard": read_scorecard}


class Flow:
    """`names` with their types, `steps`, and `expect`: a list of `given` and `gives`."""

    def __init__(self, path: Path) -> None:
        body = Fields(parse_yaml(path.read_text(), path.name), "the file")
        scope = Scope(("USD",))
        self.inputs: dict[str, Type] = {}
        for key, node in fields.entries(body.take("names"), "names"):
            self.inputs[key.text] = type_of(node)
            scope.define(key.text, self.inputs[key.text], key.place)
        self.steps: list[Step] = []
        for node in fields.items(body.take("steps"), "steps"):
            step = Fields(node, "a step")
            name, kind = fields.name(step.take("step"), "step"), fields.choice(step.take("kind"), "kind", READERS)
            self.steps.append(READERS[kind](step, name, scope))
            step.done()
        self.types = {**scope.types, "reasons": Type("texts")}
        self.expected = [self._case(node) for node in fields.items(body.take("expect"), "expect")]
        body.done()

    def _case(self, node: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        case = Fields(node, "a case")
        given, gives = (
            {key.text: self._value(key.text, value) for key, value in fields.entries(case.take(part), part)}
            for part in ("given", "gives")
        )
        return given, gives

    def _value(self, name: str, node: Any) -> Any:
        if self.types[name].kind in ("texts", "numbers"):
            single = Type("text") if self.types[name].kind == "texts" else Type("number", scale=self.types[name].scale)
            return tuple(value_of(fields.text(item, name), single) for item in fields.items(node, name, at_least=0))
        return value_of(fields.text(node, name), self.types[name])

    def interpreted(self, given: dict[str, Any]) -> dict[str, Any]:
        values = {**given, "round_money": half_up, "reasons": ()}
        for step in self.steps:
            match step:
                case ValuesStep():
                    for named in step.values:
                        values[named.name] = evaluate(named.expression, values)
                case TableStep():
                    _decide(step.table, values)
                case ScorecardStep():
                    points = []
                    for card in step.characteristics:
                        seen = [evaluate(card.table.inputs[0].expression, values)]
                        (row,) = matching(card.table, seen, values)
                        points.append(worked_out(row.outputs[0], values))
                    values[step.score] = combined(step, points)
                    values["reasons"] = tuple(reason.code for reason in reasons.of_scorecard(step, points))
                    _decide(step.bands, values)
        return values

    def compiled(self) -> Any:
        """A function of the inputs, by name, that gives every name."""
        writer = Writer({**RUNTIME, "Points": Points, "round_money": half_up, "of_scorecard": reasons.of_scorecard})
        writer.line("reasons = ()")
        for step in self.steps:
            match step:
                case ValuesStep():
                    for named in step.values:
                        writer.line(f"{writer.name(named.name)} = {writer.expression(named.expression)}")
                case TableStep():
                    write_table(writer, step.table)
                case ScorecardStep():
                    points, _ = write_scorecard(writer, step)
                    listed = f"({', '.join(points)},)"
                    writer.line(f"reasons = tuple(r.code for r in of_scorecard({writer.constant(step)}, {listed}))")
                    write_table(writer, step.bands)
        writer.line("return locals()")
        arguments = ", ".join(f"v_{name}" for name in self.inputs)
        exec("\n".join([f"def flow({arguments}):", *writer.lines]), writer.namespace)
        flow = writer.namespace["flow"]

        def run(given: dict[str, Any]) -> dict[str, Any]:
            found = flow(*(given[name] for name in self.inputs))
            return {name: found.get(f"v_{name}", found["reasons"]) for name in self.types}

        return run


def _decide(table: Table, values: dict[str, Any]) -> None:
    rows = matching(table, [evaluate(column.expression, values) for column in table.inputs], values)
    outputs = [output.name for output in table.outputs]
    values.update(zip(outputs, result(table, rows, values), strict=True))
