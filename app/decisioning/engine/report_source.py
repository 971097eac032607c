"""What bureaus report, written out as Python source: one pass over liabilities, one over all else that they state."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from app.decisioning.engine import reports
from app.decisioning.engine.model import Aggregate, Pick, ReportStep
from app.decisioning.engine.writer import Writer
from app.decisioning.language.core import Core
from app.decisioning.strategy import BureauPolicy
from app.domain.bureau import BureauResponse

_STARTS = {"sum": "0", "count": "0", "min": "None", "max": "None", "any": "False", "all": "True"}


def write_report(writer: Writer, step: ReportStep, bureaus: Sequence[BureauPolicy]) -> None:
    """Sets every aggregate and pick."""
    sources = frozenset(b.name for b in bureaus if b.purpose == "CREDIT_BUREAU")
    read = {"liabilities": f"liabilities(responses, {writer.constant(sources)})", "summaries": "summaries(responses)"}
    for over, items in read.items():
        own = [aggregate for aggregate in step.aggregates if aggregate.over == over]
        if own:
            writer.line(f"items = {items}")
            _write_aggregates(writer, own)
    write_picks(writer, step.picks)


def _write_aggregates(writer: Writer, aggregates: Sequence[Aggregate]) -> None:
    """All over the same items; those with one condition together."""
    names = [writer.name(a.name) for a in aggregates]
    with writer.block("if items is None:"):
        writer.line(f"{' = '.join(names)} = None")
    together: dict[Core | None, list[Aggregate]] = {}
    for aggregate in aggregates:
        together.setdefault(aggregate.where, []).append(aggregate)
    with writer.block("else:"):
        for aggregate, name in zip(aggregates, names, strict=True):
            writer.line(f"{name} = {_STARTS[aggregate.operation]}")
        with writer.block("for item in items:"):
            for where, alike in together.items():
                test = "True" if where is None else writer.item_expression(where, alike[0].over)
                with writer.block(f"if {test}:"):
                    for aggregate in alike:
                        _gather(writer, aggregate, writer.name(aggregate.name))


def _gather(writer: Writer, aggregate: Aggregate, name: str) -> None:
    item = "1" if aggregate.item is None else writer.item_expression(aggregate.item, aggregate.over)
    match aggregate.operation:
        case "sum" | "count":
            statement = f"{name} += {item}"
        case "min" | "max":
            statement = f"{name} = {item} if {name} is None else {aggregate.operation}({name}, {item})"
        case "any":
            statement = f"{name} = {name} or {item}"
        case "all":
            statement = f"{name} = {name} and {item}"
    writer.line(statement)


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


@lru_cache(maxsize=256)
def compiled_picks(picks: tuple[Pick, ...]) -> Callable[[Sequence[tuple[BureauResponse, ...]]], list[list[int | None]]]:
    """A list a pick, of the responses that were heard in many cases: all picks in one pass."""
    writer = Writer({"pick": reports.pick})
    found = [writer.local() for _ in picks]
    writer.line(f"found = [{', '.join('[]' for _ in picks)}]")
    for place, name in enumerate(found):
        writer.line(f"{name} = found[{place}].append")
    with writer.block("for responses in heard:"):
        write_picks(writer, picks)
        for name, pick in zip(found, picks, strict=True):
            writer.line(f"{name}({writer.name(pick.name)})")
    exec("\n".join(["def read(heard):", *writer.lines, "    return found"]), writer.namespace)
    read: Callable[[Sequence[tuple[BureauResponse, ...]]], list[list[int | None]]] = writer.namespace["read"]
    return read


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
    numbers = {scale: writer.constant(reports.Numbers(scale)) for scale in {pick.type.scale for pick in picks}}
    with writer.block("for summary in report.summaries:"), writer.block("for data_set in summary.data_sets:"):
        writer.line("key = data_set.id")
        for pick in picks:
            with writer.block(f"if key == {pick.key!r}:"):
                writer.line(f"units = {numbers[pick.type.scale]}[data_set.value]")
                with writer.block(f"if units is not None and {_worse(pick, own[pick.name])}:"):
                    writer.line(f"{own[pick.name]} = units")


def _worse(pick: Pick, found: str) -> str:
    return f"({found} is None or units {'<' if pick.worst == 'lowest' else '>'} {found})"
