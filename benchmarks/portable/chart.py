"""Suite A as a picture: one bar a peer, logarithmic, since the peers lie two orders of magnitude apart."""

from math import log10
from xml.sax.saxutils import escape

from benchmarks.portable.report import PeerRuns, Results

_WIDTH, _LABELS, _FIGURES = 890, 360, 90
_ROW, _TOP, _BOTTOM = 30, 62, 34
_OURS, _THEIRS = "#0b6e4f", "#8a9aa9"
_TICKS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)


def chart(results: Results) -> str:
    """An SVG of the medians, the cheapest first."""
    peers = {name: peer for name, peer in results.peers.items() if peer.runs}
    ranked = sorted(peers.items(), key=lambda item: _cost(item[1]))
    height = _TOP + _ROW * len(ranked) + _BOTTOM
    most = max((_cost(peer) for _, peer in ranked), default=10.0)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="14">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        '<text x="16" y="26" font-size="17" font-weight="bold">Processor time a decision, µs (logarithmic)</text>',
        '<text x="16" y="46" fill="#555">The same join, table and decision in each; median of the runs. '
        "Less is better.</text>",
    ]
    for tick in (tick for tick in _TICKS if tick <= most):
        x = _x(tick, most)
        lines += [
            f'<line x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{height - _BOTTOM}" stroke="#e4e8eb"/>',
            f'<text x="{x:.1f}" y="{height - 14}" text-anchor="middle" fill="#777" font-size="12">{tick:,}</text>',
        ]
    for row, (name, peer) in enumerate(ranked):
        lines += _bar(_TOP + _ROW * row, name, peer, most)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bar(y: int, name: str, peer: PeerRuns, most: float) -> list[str]:
    cost = _cost(peer)
    colour, weight = (_OURS, "bold") if name == "creditstream" else (_THEIRS, "normal")
    end = _x(cost, most)
    return [
        f'<text x="{_LABELS - 10}" y="{y + 18}" text-anchor="end" font-weight="{weight}">{escape(peer.title)}</text>',
        f'<rect x="{_LABELS}" y="{y + 4}" width="{max(end - _LABELS, 1):.1f}" height="{_ROW - 9}" fill="{colour}"/>',
        f'<text x="{end + 6:.1f}" y="{y + 18}" font-weight="{weight}">{cost:,.0f}</text>',
    ]


def _cost(peer: PeerRuns) -> float:
    return peer.spread("cpu_us").median


def _x(cost: float, most: float) -> float:
    room = _WIDTH - _LABELS - _FIGURES
    return _LABELS + room * max(log10(cost / 5), 0.0) / max(log10(most / 5), 0.1)
