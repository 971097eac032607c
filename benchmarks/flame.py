"""A flame graph as SVG from collapsed stacks: each frame as wide as its share of the time, callers below, coloured by
the part of the service that it belongs to. Hovering tells the frame and its microseconds a decision.

    python -m benchmarks.hot_path --stacks stacks.txt && python -m benchmarks.flame stacks.txt
"""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct, field

from app.cli.wording import paragraphs
from benchmarks.hot_path import Stack, part_of, stacks

RESULTS = Path(__file__).parent / "results"
_WIDTH, _ROW, _TOP, _LEGEND = 1_400, 17, 46, 20
_NARROWEST = 0.6                               # pixels: below that a frame is not drawn
_LETTER = 6.3                                  # pixels, of the font used
_COLOURS = (
    "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#ff9da7", "#9c755f",
    "#86bcb6", "#d4a6c8", "#8cd17d", "#b6992d", "#a0cbe8", "#f1ce63", "#bab0ac",
)  # fmt: skip


class Frame(Struct):
    """One frame under one caller, with everything above it."""

    name: str
    us: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)      # microseconds by part of the innermost frames above
    callees: dict[str, "Frame"] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """The part that most of its time belongs to."""
        return max(self.parts, key=self.parts.__getitem__)


def tree(found: Iterable[Stack]) -> Frame:
    root = Frame("all")
    for frames, us in found:
        part, frame = part_of(frames), root
        _add(root, part, us)
        for name in frames:
            frame = frame.callees.setdefault(name, Frame(name))
            _add(frame, part, us)
    return root


def _add(frame: Frame, part: str, us: float) -> None:
    frame.us += us
    frame.parts[part] = frame.parts.get(part, 0.0) + us


def depth(frame: Frame, scale: float) -> int:
    """Rows from this one up that are wide enough to be drawn, at so many pixels a microsecond."""
    above = [depth(callee, scale) for callee in frame.callees.values() if callee.us * scale >= _NARROWEST]
    return 1 + max(above, default=0)


def flame_graph(root: Frame, title: str, decisions: int) -> str:
    """SVG text; times are told a decision."""
    return _Drawing(root, decisions).svg(title)


class _Drawing:
    def __init__(self, root: Frame, decisions: int) -> None:
        self._root = root
        self._decisions = decisions
        self._scale = _WIDTH / (root.us or 1.0)
        self._parts = sorted(root.parts, key=lambda part: -root.parts[part])
        self._colours = dict(zip(self._parts, _COLOURS * len(self._parts), strict=False))

    def svg(self, title: str) -> str:
        legend = (len(self._parts) + 3) // 4 * _LEGEND
        height = _TOP + legend + depth(self._root, self._scale) * _ROW + 10
        lines = [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
            "font-family='ui-monospace, monospace' font-size='10.5'>",
            f"<rect width='{_WIDTH}' height='{height}' fill='white'/>",
            f"<text x='8' y='22' font-size='15' font-family='system-ui, sans-serif'>{escape(title)}</text>",
            *self._legend(),
            *self._frames(self._root, 0.0, height - 10 - _ROW),
            "</svg>",
        ]
        return "\n".join(lines) + "\n"

    def _legend(self) -> Iterator[str]:
        for number, part in enumerate(self._parts):
            x, y = 8 + number % 4 * (_WIDTH / 4), _TOP + number // 4 * _LEGEND
            us = self._root.parts[part]
            told = f"{escape(part)}: {us / self._decisions:,.1f} µs, {us / self._root.us:.0%}"
            yield f"<rect x='{x:.0f}' y='{y - 10}' width='12' height='12' fill='{self._colours[part]}'/>"
            yield f"<text x='{x + 18:.0f}' y='{y}'>{told}</text>"

    def _frames(self, frame: Frame, x: float, y: float) -> Iterator[str]:
        width = frame.us * self._scale
        letters = int((width - 4) / _LETTER)
        yield (
            f"<g><title>{escape(frame.name)}: {frame.us / self._decisions:,.2f} µs a decision</title>"
            f"<rect x='{x:.1f}' y='{y:.0f}' width='{max(width - 0.4, 0.2):.1f}' height='{_ROW - 1}' "
            f"fill='{self._colours[frame.part]}' fill-opacity='0.85'/>"
        )
        if letters >= 4:
            yield f"<text x='{x + 2:.1f}' y='{y + 12:.0f}'>{escape(_fitting(frame.name, letters))}</text>"
        yield "</g>"
        for callee in sorted(frame.callees.values(), key=lambda callee: -callee.us):
            if callee.us * self._scale >= _NARROWEST:
                yield from self._frames(callee, x, y - _ROW)
            x += callee.us * self._scale


def _fitting(name: str, letters: int) -> str:
    """The function rather than the path where there is no room for both."""
    if len(name) <= letters:
        return name
    return name.partition(".py:")[2][:letters] or name[:letters]


def main(
    stacks_file: Annotated[Path, typer.Argument(exists=True, help="What `benchmarks.hot_path --stacks` has kept.")],
    decisions: Annotated[int, typer.Option(min=1, help="How many were made meanwhile.")] = 40_000,
    to: Annotated[Path, typer.Option(help="Where the SVG goes.")] = RESULTS / "hot_path.svg",
) -> None:
    """Draws a flame graph of the worker's processor time.

    Example:  python -m benchmarks.hot_path --stacks stacks.txt && python -m benchmarks.flame stacks.txt
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(flame_graph(tree(stacks(stacks_file)), "The worker's processor time, callers below", decisions))
    typer.echo(f"drawn in {to}")


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
