"""What no input ever brings about, though each table by itself is in order: rows and outputs of the whole flow."""

from collections.abc import Iterator, Sequence
from functools import partial

from app.decisioning.proof.cover import UndecidedError
from app.decisioning.proof.findings import Finding, listed
from app.decisioning.proof.flow import Flow
from app.decisioning.proof.regions import FollowedTable, Numbers
from app.decisioning.proof.ways import find_way
from app.decisioning.tables.table import Row, Table


def unreached(flow: Flow) -> Iterator[Finding]:
    """Rows that never decide, and outputs that are never given, of the first table in the flow that has such; later
    ones may have them only for that. `unproved` where that stays open."""
    askings: dict[str, list[FollowedTable]] = {}
    for followed in flow.tables:
        askings.setdefault(followed.table.name, []).append(followed)
    for group in askings.values():
        found = list(_unreached(flow, group))
        yield from found
        if any(finding.kind == "unreachable" for finding in found):
            return


def _unreached(flow: Flow, group: Sequence[FollowedTable]) -> Iterator[Finding]:
    """Of one table, which is asked once for every proposition if it stands among the offers' steps."""
    table = group[0].table
    name = f"table {table.name}"
    idle = []
    for row in table.every_row:
        try:
            if any(_decides(flow, followed, row) for followed in group):
                continue
            why = _why(flow, group, row)
        except UndecidedError as error:
            question = f"not proved whether row {row.number} is ever reached: {error}"
            yield Finding("unproved", f"{name}: {question}", row.number, table=table.name)
            continue
        idle.append(row)
        message = f"{name}: row {row.number} is never reached: {why}"
        yield Finding("unreachable", message, row.number, table=table.name)
    for place, output in enumerate(table.outputs):
        given = {row.outputs[place] for row in table.every_row if row not in idle}
        lacking = sorted((output.type.values or frozenset()) - {value for value in given if isinstance(value, str)})
        if lacking and all(isinstance(value, str | None) for value in given):
            yield Finding("unreachable", _lacking(table, output.name, lacking, place), table=table.name)


def _decides(flow: Flow, followed: FollowedTable, row: Row) -> bool:
    diagrams = flow.world.diagrams
    chosen = diagrams.apply(partial(_among, row.number), followed.decides)
    return find_way(flow.world, diagrams.both(followed.asked, chosen), [diagrams.true]) is not False


def _among(number: int, numbers: Numbers) -> bool:
    return number in numbers


def _why(flow: Flow, group: Sequence[FollowedTable], row: Row) -> str:
    """The fewest of its conditions that never hold together, taken one by one out of all."""
    table = group[0].table
    if row is table.default:
        return "other rows take every input that there is; delete the default"
    index = table.rows.index(row)
    places = list(range(len(table.inputs)))
    if _together(flow, group, index, places):
        return "rows before it take every input of it that there is; move or delete it"
    for place in range(len(table.inputs)):
        fewer = [k for k in places if k != place]
        if not _together(flow, group, index, fewer):
            places = fewer
    said = [f"{table.inputs[place].label} `{row.cells[place].text}`" for place in places]
    if not said:
        return "the steps before never get this far"
    if len(said) == 1:
        return f"the steps before never give {said[0]}; correct the cell, or the step that should give it"
    return (
        f"the steps before never give {listed(said)} together; correct a cell, or write this row's conditions into a "
        "row beside it and delete it"
    )


def _together(flow: Flow, group: Sequence[FollowedTable], row: int, places: Sequence[int]) -> bool:
    """Whether some input meets these columns' cells of a row."""
    diagrams = flow.world.diagrams
    for followed in group:
        joint = diagrams.both(followed.asked, *(followed.conditions[row][place] for place in places))
        if find_way(flow.world, joint, [diagrams.true]) is not False:
            return True
    return False


def _lacking(table: Table, output: str, lacking: list[str], place: int) -> str:
    written = {value for row in table.every_row if isinstance(value := row.outputs[place], str)}
    never = [value for value in lacking if value in written]
    if never:
        return (
            f"table {table.name}: {output} is never {listed(never, 'or')}: no input reaches a row that gives it; "
            "correct the conditions of those rows, or take the value out"
        )
    return f"table {table.name}: no row gives {output} = {listed(lacking, 'or')}: add a row, or take it out of the list"
