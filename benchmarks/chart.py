"""A line chart as SVG, drawn by hand: axes with few ticks, a line a series, its name where it ends."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

Point = tuple[float, float]

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 190, 46, 52
_COLOURS = ("#1b6ca8", "#d1495b", "#2e8b57", "#e0912f", "#6a4c93", "#5f6b73", "#00798c", "#9c6644")
_STYLE = "font-family='system-ui, sans-serif' font-size='12'"


class Axis:
    """From values to pixels. Logarithmic axes tick at 1, 2 and 5 times a power of ten at most."""

    def __init__(self, values: Iterable[float], pixels: tuple[float, float], *, logarithmic: bool) -> None:
        known = sorted(values)
        self._log = logarithmic
        low, high = known[0], known[-1]
        self.ticks = _logarithmic(low, high) if logarithmic else _linear(high)
        self._from, self._to = min(self.ticks[0], low), max(self.ticks[-1], high)
        self._pixels = pixels

    def at(self, value: float) -> float:
        low, high = (log10(self._from), log10(self._to)) if self._log else (self._from, self._to)
        share = ((log10(value) if self._log else value) - low) / ((high - low) or 1.0)
        first, last = self._pixels
        return first + share * (last - first)


def line_chart(
    title: str,
    x: str,
    y: str,
    series: Mapping[str, Sequence[Point]],
    *,
    log_x: bool = False,
    log_y: bool = False,
) -> str:
    """SVG text. Every series needs a point; on a logarithmic axis all values are above 0."""
    points = [point for line in series.values() for point in line]
    across = Axis((p[0] for p in points), (_LEFT, _WIDTH - _RIGHT), logarithmic=log_x)
    up = Axis((p[1] for p in points), (_HEIGHT - _BOTTOM, _TOP), logarithmic=log_y)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}' {_STYLE}>",
        f"<rect width='{_WIDTH}' height='{_HEIGHT}' fill='white'/>",
        f"<text x='{_LEFT}' y='24' font-size='15' font-weight='600'>{escape(title)}</text>",
        *_grid(across, up),
        f"<text x='{(_LEFT + _WIDTH - _RIGHT) / 2}' y='{_HEIGHT - 12}' text-anchor='middle'>{escape(x)}</text>",
        f"<text x='{_LEFT - 52}' y='{_TOP - 10}'>{escape(y)}</text>",
    ]
    labels = _apart({name: up.at(line[-1][1]) for name, line in series.items()})
    for (name, line), colour in zip(series.items(), _COLOURS * len(series), strict=False):
        parts += _line(name, [(across.at(a), up.at(b)) for a, b in line], labels[name], colour)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _grid(across: Axis, up: Axis) -> Iterable[str]:
    for tick in up.ticks:
        at = up.at(tick)
        yield f"<line x1='{_LEFT}' x2='{_WIDTH - _RIGHT}' y1='{at:.1f}' y2='{at:.1f}' stroke='#e3e6e8'/>"
        yield f"<text x='{_LEFT - 8}' y='{at + 4:.1f}' text-anchor='end'>{_number(tick)}</text>"
    for tick in across.ticks:
        at = across.at(tick)
        yield f"<line x1='{at:.1f}' x2='{at:.1f}' y1='{_TOP}' y2='{_HEIGHT - _BOTTOM}' stroke='#f0f2f3'/>"
        yield f"<text x='{at:.1f}' y='{_HEIGHT - _BOTTOM + 18}' text-anchor='middle'>{_number(tick)}</text>"


def _line(name: str, pixels: Sequence[Point], label: float, colour: str) -> Iterable[str]:
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in pixels)
    yield f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>"
    for a, b in pixels if len(pixels) <= 30 else ():
        yield f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3' fill='{colour}'/>"
    yield f"<text x='{pixels[-1][0] + 8:.1f}' y='{label + 4:.1f}' fill='{colour}'>{escape(name)}</text>"


def _apart(wanted: Mapping[str, float], gap: float = 15.0) -> dict[str, float]:
    """Labels at their lines' ends, pushed down where two would overlap."""
    placed: dict[str, float] = {}
    last = float("-inf")
    for name, at in sorted(wanted.items(), key=lambda item: item[1]):
        last = max(at, last + gap)
        placed[name] = last
    return placed


def _linear(high: float) -> list[float]:
    step = 10.0 ** floor(log10(high or 1.0))
    step = next(s for s in (step / 5, step / 2, step, step * 2) if high / s <= 6)
    return [step * n for n in range(ceil(high / step) + 1)]


def _logarithmic(low: float, high: float) -> list[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    all_of_them = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    near = [tick for tick in all_of_them if low / 2.5 <= tick <= high * 2.5]
    first = max((tick for tick in near if tick <= low), default=near[0])
    last = min((tick for tick in near if tick >= high), default=near[-1])
    kept = [tick for tick in near if first <= tick <= last]
    return kept if len(kept) <= 8 else [tick for tick in kept if f"{tick:e}".startswith("1")] or kept


def _number(value: float) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
