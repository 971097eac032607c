"""What to do about a hole or a conflict: which rows meet there, and which cell to write instead."""

import re

from app.decisioning.proof.axes import Plain, shown
from app.decisioning.proof.cover import Box, meet, pieces_of, with_axis
from app.decisioning.proof.findings import Finding
from app.decisioning.proof.grid import Grid
from app.decisioning.tables.table import Row

_RANGE = re.compile(r"^([\[(])(.*)\.\.(.*)([\])])$")


def gap_finding(own: Grid, name: str, point: Box) -> Finding:
    """The hole around a point: an input of it, where it begins and ends, and how to close it."""
    values = own.values(point)
    said = f"{name}: no row matches {own.said(values)}: "
    for place, value in enumerate(values):
        if value is None and _matched_if_present(own, point, place):
            label = own.table.inputs[place].label
            advice = f"{label} may be missing: say what then, in a row with `missing` for it"
            return Finding("missing", said + advice, None, values)
    hole = own.hole(point)
    for place in range(len(values)):
        meeting = _between(own, hole, point, place)
        if meeting is not None:
            return Finding("gap", said + meeting, None, values)
    return Finding("gap", f"{said}add a row for it{_extent(own, hole, values)}", None, values)


def _matched_if_present(own: Grid, point: Box, place: int) -> bool:
    return any(own.matching(with_axis(point, place, piece)) for piece in pieces_of(own.axes[place].everything))


def overlap_advice(own: Grid, first: int, second: int) -> str:
    """Which of two rows to narrow, and how if they share only the value where one ends and the other begins."""
    rows = own.table.rows
    common = meet(own.boxes[first], own.boxes[second])
    for place, a in enumerate(own.axes):
        if common is None or not a.ordered or common[place].bit_count() != 1:
            continue
        piece = a.pieces[common[place].bit_length() - 1]
        if not isinstance(piece, tuple) or piece[0] is None or piece[0] != piece[1]:
            continue
        for row, kept in ((first, second), (second, first)):
            narrower = _without_end(rows[row].cells[place].text, shown(piece[0], a.type))
            if narrower is not None and own.boxes[row][place] != own.boxes[kept][place]:
                return (
                    f"both hold {own.table.inputs[place].label} = {shown(piece[0], a.type)}, where one ends and the "
                    f"other begins: write `{narrower}` in row {rows[row].number}"
                )
    advice = f"{_shared(own, first, second)}narrow one of them"
    return advice if own.table.hit_policy == "unique" else f"{advice}, or give both the same outputs"


def _shared(own: Grid, first: int, second: int) -> str:
    """What both rows hold of the inputs in which one does not simply contain the other's all."""
    told = []
    for place, (a, b) in enumerate(zip(own.boxes[first], own.boxes[second], strict=True)):
        whole = own.axes[place].everything
        if a != b and whole not in (a, b):
            told.append(f"{own.table.inputs[place].label} {_range_said(own, place, a & b)}")
    return f"both hold {', '.join(told)}: " if told else ""


def _between(own: Grid, hole: Box, point: Box, place: int) -> str | None:
    """Advice when the hole lies between the end of one row's cell and the beginning of another's."""
    a = own.axes[place]
    label = own.table.inputs[place].label
    run = hole[place]
    present = (1 << len(a.pieces) - a.type.optional) - 1
    if not a.ordered or run & ~present:
        return None
    first, last = a.pieces[(run & -run).bit_length() - 1], a.pieces[run.bit_length() - 1]
    if not isinstance(first, tuple) or not isinstance(last, tuple) or first[0] is None or last[1] is None:
        return None
    below, above = (run & -run) >> 1, 1 << run.bit_length()
    ending = _row_at(own, with_axis(point, place, below)) if below else None
    beginning = _row_at(own, with_axis(point, place, above)) if above & present else None
    if ending is None or beginning is None:
        return None
    low, high = shown(first[0], a.type), shown(last[1], a.type)
    hole_said = f"exactly {low}" if low == high else f"{low} to {high}"
    fixes = [
        f"`{text}` in row {row.number}"
        for row, text in (
            (ending, _with_end(ending.cells[place].text, high)),
            (beginning, _with_end(beginning.cells[place].text, low)),
        )
        if text is not None
    ]
    return (
        f"`{ending.cells[place].text}` (row {ending.number}) ends before {label} = {low} and "
        f"`{beginning.cells[place].text}` (row {beginning.number}) begins after {high}, so {hole_said} is unhandled: "
        + (f"write {' or '.join(fixes)}" if fixes else "widen one of them or add a row")
    )


def _row_at(own: Grid, point: Box) -> Row | None:
    found = own.matching(point)
    return own.table.rows[found[0]] if found else None


def _with_end(cell: str, value: str) -> str | None:
    """The cell with its open end at this value closed; None when it has none there."""
    cell = cell.strip()
    if found := _RANGE.match(cell):
        opening, low, high, closing = found.groups()
        if closing == ")" and _same(high, value):
            return f"{opening}{low}..{high}]"
        if opening == "(" and _same(low, value):
            return f"[{low}..{high}{closing}"
    elif cell[:1] in "<>" and cell[1:2] != "=" and _same(cell[1:], value):
        return f"{cell[0]}= {cell[1:].strip()}"
    return None


def _without_end(cell: str, value: str) -> str | None:
    """The cell with its closed end at this value opened; None when it has none there."""
    cell = cell.strip()
    if found := _RANGE.match(cell):
        opening, low, high, closing = found.groups()
        if closing == "]" and _same(high, value):
            return f"{opening}{low}..{high})"
        if opening == "[" and _same(low, value):
            return f"({low}..{high}{closing}"
    elif cell[:2] in ("<=", ">=") and _same(cell[2:], value):
        return f"{cell[0]} {cell[2:].strip()}"
    return None


def _same(written: str, value: str) -> bool:
    """Whether two numerals or dates mean the same: 5, 5.0 and 5.00 do."""
    def canonical(text: str) -> str:
        text = text.strip()
        return text.rstrip("0").rstrip(".") if "." in text else text

    return canonical(written) == canonical(value)


def _extent(own: Grid, hole: Box, values: tuple[Plain, ...]) -> str:
    """How far the hole reaches beyond the input that was told."""
    told = []
    for place, mask in enumerate(hole):
        a = own.axes[place]
        if mask.bit_count() == 1 and own.axes[place].sample(mask.bit_length() - 1) == values[place] and not a.ordered:
            continue
        if mask == a.everything:
            continue
        told.append(f"{own.table.inputs[place].label} {_range_said(own, place, mask)}")
    return f" (the hole: {', '.join(told)})" if told else ""


def _range_said(own: Grid, place: int, mask: int) -> str:
    a = own.axes[place]
    first, last = a.pieces[(mask & -mask).bit_length() - 1], a.pieces[mask.bit_length() - 1]
    if isinstance(first, tuple) and isinstance(last, tuple):
        low, high = first[0], last[1]
        if low is None or high is None:
            return "any" if low == high else f"<= {shown(high, a.type)}" if low is None else f">= {shown(low, a.type)}"
        return shown(low, a.type) if low == high else f"{shown(low, a.type)} to {shown(high, a.type)}"
    return ", ".join(shown(a.sample(k), a.type) for k in range(len(a.pieces)) if mask >> k & 1)
