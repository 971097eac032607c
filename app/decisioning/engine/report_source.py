"""Picks from bureaus' reports written out as Python source: one pass over all that the bureaus state."""

from app.decisioning.engine.model import Pick
from app.decisioning.engine.writer import Writer


def write_picks(writer: Writer, picks: tuple[Pick, ...]) -> None:
    """Sets each pick's name. Medians and picks with special values are left to `reports.pick`."""
    passing = [pick for pick in picks if pick.combine != "median" and not pick.special]
    for pick in picks:
        if pick not in passing:
            writer.line(f"{writer.name(pick.name)} = pick({writer.constant(pick)}, responses)")
    if not passing:
        return
    own = {pick.name: writer.local() for pick in passing}
    writer.line(f"{' = '.join(writer.name(pick.name) for pick in passing)} = None")
    with writer.block("for response in responses:"):
        writer.line("report = response.report")
        with writer.block("if report is None:"):
            writer.line("continue")
        primary = [pick for pick in passing if pick.combine == "primary"]
        for pick in passing:
            if pick.combine == "worst":
                own[pick.name] = writer.name(pick.name)
        if primary:
            writer.line(f"{' = '.join(own[pick.name] for pick in primary)} = None")
        _write_scores(writer, [pick for pick in passing if pick.source == "score"], own)
        _write_summaries(writer, [pick for pick in passing if pick.source == "summary"], own)
        for pick in primary:
            name = writer.name(pick.name)
            with writer.block(f"if {name} is None:"):
                writer.line(f"{name} = {own[pick.name]}")


def _write_scores(writer: Writer, picks: list[Pick], own: dict[str, str]) -> None:
    if not picks:
        return
    with writer.block("for score in report.scores:"):
        writer.line("kind, units = score.score_type, score.value")
        for pick in picks:
            with writer.block(f"if kind == {pick.key!r} and {_worse(pick, own[pick.name])}:"):
                writer.line(f"{own[pick.name]} = units")


def _write_summaries(writer: Writer, picks: list[Pick], own: dict[str, str]) -> None:
    if not picks:
        return
    with writer.block("for summary in report.summaries:"), writer.block("for data_set in summary.data_sets:"):
        writer.line("key = data_set.id")
        for pick in picks:
            with writer.block(f"if key == {pick.key!r}:"):
                writer.line(f"units = number_in(data_set.value, {pick.type.scale})")
                with writer.block(f"if units is not None and {_worse(pick, own[pick.name])}:"):
                    writer.line(f"{own[pick.name]} = units")


def _worse(pick: Pick, found: str) -> str:
    return f"({found} is None or units {'<' if pick.worst == 'lowest' else '>'} {found})"
