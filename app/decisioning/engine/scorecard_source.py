"""Scorecards written out as Python source."""

from app.decisioning.engine.model import Characteristic, ScorecardStep
from app.decisioning.engine.scoring import Attributes
from app.decisioning.engine.table_source import cell_test, head, output, write_input
from app.decisioning.engine.writer import Writer, shown


def write_scorecard(writer: Writer, step: ScorecardStep) -> tuple[list[str], list[str]]:
    """Sets the score; gives the locals that hold each characteristic's points, and those with the `Points` to tell."""
    points, told = [], []
    for characteristic in step.characteristics:
        own, tell = writer.local(), writer.local()
        if _few_values(characteristic):
            (column,) = characteristic.table.inputs
            known = writer.constant(Attributes(characteristic, step.scale, writer.ready))
            writer.line(f"{own}, {tell} = {known}[{writer.expression(column.expression)}]")
        else:
            _write_attributes(writer, characteristic, (own, tell), step.scale)
        points.append(own)
        told.append(tell)
    writer.line(f"{writer.name(step.score)} = {_combined(step, points)}")
    return points, told


def _few_values(card: Characteristic) -> bool:
    """One look-up gives the points: the value has few possibilities, and the points rest on nothing else."""
    (column,) = card.table.inputs
    plain = all(isinstance(row.outputs[0], int) and not row.cells[0].relations for row in card.table.rows)
    type_ = column.type
    few = type_.kind == "boolean" or type_.values is not None or (
        type_.kind == "number" and not type_.scale and (type_.unit in {"months", "years", "points"})
    )
    return plain and few


def _combined(step: ScorecardStep, points: list[str]) -> str:
    start = f"{step.initial} + " if step.initial else ""
    match step.combine:
        case "min" | "max":
            best = points[0] if len(points) == 1 else f"{step.combine}({', '.join(points)})"
        case "average":
            best = f"half_up({' + '.join(points)}, {len(points)})"
        case _:
            best = " + ".join(points)
    return start + best


def _write_attributes(writer: Writer, card: Characteristic, names: tuple[str, str], scale: int) -> None:
    own, tell = names
    (column,) = card.table.inputs
    raw = writer.value(column.expression)
    value = raw if column.type.kind != "date" else write_input(writer, column)
    for place, row in enumerate(card.table.rows):
        test = cell_test(writer, row.cells[0], column.type, value) or "True"
        with writer.block(head(place, len(card.table.rows), test)):
            writer.line(f"{own} = {output(writer, row.outputs[0])}")
            seen = shown(raw, column.type)
            writer.line(f"{tell} = Points({card.name!r}, {seen}, {row.cells[0].text!r}, {own} / {10**scale})")
