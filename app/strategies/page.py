"""A strategy as one HTML page: its flow, and its tables as an analyst would print them. It needs nothing but itself."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from app.decisioning.engine.model import StrategyModel
from app.decisioning.language.runtime import utc_date
from app.strategies.drawing import StepDrawing, drawn
from app.strategies.page_steps import cells, section, table_of
from app.strategies.wording import figure

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def page(model: StrategyModel) -> str:
    """The whole document. Everything that an author wrote is escaped."""
    title = f"{model.name} {model.version}"
    steps = drawn(model)
    body = [
        f"<h1>{escape(title)}</h1>",
        _about(model),
        '<h2 id="flow">Flow</h2>',
        _flow(steps),
        *(part for step in model.steps for part in section(step)),
        *_parameters(model),
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style></head><body>",
            *body,
            "</body></html>",
            "",
        ]
    )


def _about(model: StrategyModel) -> str:
    entries = [
        ("In force from", utc_date(model.effective_from).isoformat()),
        ("Products", ", ".join(sorted(model.products))),
        ("Currencies", ", ".join(f"{c} (rounds {r.replace('_', ' ')})" for c, r in model.currencies.items())),
        ("Bureaus", ", ".join(f"{b.name}{'' if b.required else ' (optional)'}" for b in model.bureaus)),
        ("Jurisdiction", model.jurisdiction),
        *((f"Exempt: {e.characteristic}", f"in {e.step}: {e.reference}") for e in model.exemptions),
        ("Content", model.content_hash),
    ]
    return "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in entries) + "</dl>"


def _flow(steps: Sequence[StepDrawing]) -> str:
    items = []
    for step in steps:
        reads = f"<div>reads {_codes(step.reads)}</div>" if step.reads else ""
        sets = f"<div>sets {_codes(step.sets)}</div>" if step.sets else ""
        inner = _flow(step.parts) if step.parts else ""
        name = escape(step.name)
        items.append(f'<li><a href="#{name}">{name}</a><span>{escape(step.kind)}</span>{reads}{sets}{inner}</li>')
    return f'<ol class="flow">{"".join(items)}</ol>'


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"<code>{escape(name)}</code>" for name in names)


def _parameters(model: StrategyModel) -> list[str]:
    if not model.parameters:
        return []
    rows = []
    for parameter in model.parameters:
        value = figure(parameter.type, parameter.values)
        rows.append(cells([f"<code>{escape(parameter.name)}</code>", escape(value), "", escape(parameter.reference)]))
        for change in parameter.later:
            since = utc_date(change.since).isoformat()
            rows.append(cells(["", escape(figure(parameter.type, change.values)), since, escape(change.reference)]))
    return ['<h2 id="parameters">Parameters</h2>', table_of(["name", "value", "from", "reference"], rows)]
