"""Two curves as an SVG that reads on light and on dark pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 400
HEIGHT: Final = 260
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 44
COLORS: Final = ("#0c90f0", "#fc8400", "#9c78a8")
INK: Final = "#7a7a86"


@dataclass(frozen=True)
class Panel:
    """One diagram."""

    title: str
    across: str
    """What is counted along the bottom."""
    up: str
    """What is measured, with its unit."""
    lines: Mapping[str, Mapping[int, float]]
    """By name, what was measured by the count."""


def draw(panels: Sequence[Panel]) -> str:
    """Return the diagrams side by side as an SVG."""
    width = WIDTH * len(panels)
    body = "".join(_panel(panel, nth * WIDTH) for nth, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'width="{width}" height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="12" '
        f'fill="{INK}">{body}</svg>\n'
    )


def _panel(panel: Panel, offset: int) -> str:
    counts = sorted({count for line in panel.lines.values() for count in line})
    most = _round_up(max(value for line in panel.lines.values() for value in line.values()))
    parts = [_text(LEFT, 20, panel.title, "font-weight='600'"), _grid(counts, most)]
    for nth, (name, line) in enumerate(panel.lines.items()):
        points = [_at(count, value, counts[-1], most) for count, value in sorted(line.items())]
        parts.append(_line(points, name, COLORS[nth % len(COLORS)]))
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 8, panel.across, "text-anchor='middle'"))
    parts.append(_text(LEFT, TOP - 6, panel.up))
    return f'<g transform="translate({offset} 0)">{"".join(parts)}</g>'


def _grid(counts: Sequence[int], most: float) -> str:
    parts = []
    for nth in range(5):
        _, y = _at(0, most * nth / 4, 1, most)
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{INK}" stroke-opacity=".25"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{most * nth / 4:g}", "text-anchor='end'"))
    for count in counts:
        x, y = _at(count, 0, counts[-1], most)
        parts.append(_text(x, y + 18, str(count), "text-anchor='middle'"))
    return "".join(parts)


def _line(points: Sequence[tuple[float, float]], name: str, color: str) -> str:
    path = "L".join(f"{x} {y}" for x, y in points)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{color}"/>' for x, y in points)
    x, y = points[-1]
    label = _text(x - 4, y - 8, name, f"text-anchor='end' style='fill:{color}'")
    return f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>{dots}{label}'


def _at(count: float, value: float, most_count: float, most: float) -> tuple[float, float]:
    x = LEFT + (WIDTH - LEFT - RIGHT - 10) * count / most_count
    y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most
    return round(x, 1), round(y, 1)


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" {more}>{escape(words)}</text>'


def _round_up(value: float) -> float:
    """Return a number no smaller of which a quarter reads well."""
    power = 1.0
    while power * 4 < value:
        power *= 10
    return next(power * step for step in (0.4, 0.8, 1.2, 2.0, 4.0) if power * step >= value)
