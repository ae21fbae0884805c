"""The icons: one table that draws the sprite, the style sheet and every place that shows one.

16 grid, 1.5 stroke, round ends, `currentColor`. `icon("map")` gives a span that takes its shape
from `assets/icons.svg` through a CSS mask, so it needs no script and follows the text's colour;
`assets/parts/icons.mjs` gives the same shapes as SVG elements. After a change of the table run
`python -m components.icons`, which writes both files again; a test holds them together.
"""

# ruff: noqa: E501  (a shape reads better on one line than wrapped)

from pathlib import Path
from typing import Final

from dash import html

from components.attributes import attributes

PITCH: Final = 24
"""Distance between two icons in the strip: a gap keeps a neighbour's edge out of the mask."""

ICONS: Final[dict[str, str]] = {
    "map": '<path d="M1.8 4.2 6 2.2l4 2 4.2-2v9.6L10 13.8l-4-2-4.2 2zM6 2.2v9.6M10 4.2v9.6"/>',
    "data": '<ellipse cx="8" cy="3.6" rx="5.5" ry="2"/><path d="M2.5 3.6v8.8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V3.6M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2"/>',
    "runs": '<path d="M2 2v12h12M4.5 10.5 7 7l2.5 2 4-5.5"/>',
    "review": '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="6" r="1.7"/><path d="M4 5.2v5.6M12 7.7c0 2.6-6 1.5-7.3 3.4"/>',
    "projects": '<rect x="2" y="2" width="5" height="5" rx="1.2"/><rect x="9" y="2" width="5" height="5" rx="1.2"/><rect x="2" y="9" width="5" height="5" rx="1.2"/><rect x="9" y="9" width="5" height="5" rx="1.2"/>',
    "pan": '<path d="M8 1.5v13M1.5 8h13M8 1.5 6.2 3.3M8 1.5l1.8 1.8M8 14.5l-1.8-1.8M8 14.5l1.8-1.8M1.5 8l1.8-1.8M1.5 8l1.8 1.8M14.5 8l-1.8-1.8M14.5 8l-1.8 1.8"/>',
    "lasso": '<path d="M4.2 10.4C2.6 9.6 1.7 8.4 1.7 7c0-2.7 2.9-4.8 6.4-4.8S14.4 4.3 14.4 7s-2.9 4.6-6.3 4.6c-.9 0-1.7-.1-2.5-.3"/><circle cx="4.7" cy="11" r="1.3"/><path d="M4.7 12.3c0 1-.6 1.7-1.7 2.2"/>',
    "box": '<rect x="2" y="2.5" width="12" height="11" rx="1" stroke-dasharray="2.4 2"/>',
    "move": '<circle cx="4" cy="12" r="2" stroke-dasharray="1.6 1.4"/><path d="m5.8 10.2 5-5"/><circle cx="12" cy="4" r="2" fill="currentColor"/>',
    "undo": '<path d="M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6"/>',
    "redo": '<path d="m10.5 3 3 3-3 3M13.5 6h-7a4 4 0 0 0 0 8H10"/>',
    "reset": '<path d="M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2.2v2.6h2.6"/>',
    "play": '<path d="M4.5 2.8v10.4L13 8z" fill="currentColor"/>',
    "pause": '<path d="M5 3v10M11 3v10" stroke-width="2.4"/>',
    "stop": '<rect x="3.5" y="3.5" width="9" height="9" rx="1.5" fill="currentColor"/>',
    "next": '<path d="M4 3v10l7-5zM12.5 3v10" fill="currentColor"/>',
    "previous": '<path d="M12 3v10L5 8zM3.5 3v10" fill="currentColor"/>',
    "update": '<path d="M8.8 1.5 3 9h4.3l-.6 5.5L13 7H8.5z" fill="currentColor" stroke-width="1"/>',
    "force": '<path d="M2 13 8 7M8 7H4.3M8 7v3.7M14 3l-3 3M9.5 13.5h4v-4M13.5 13.5 10 10"/>',
    "regions": '<path d="M2 7.2C2 4 4.6 2 7.8 2S14 4.2 14 8s-2.4 6-6 6-6-3-6-6.8z"/><path d="M8.6 2.1C6.6 5.6 9.6 7.4 8.2 10c-.7 1.3-2.4 1.6-4.6 1.7" stroke-dasharray="1.8 1.6"/>',
    "atlas": '<rect x="2" y="2" width="12" height="12" rx="1.2"/><path d="M6 2v12M10 2v12M2 6h12M2 10h12"/>',
    "contours": '<path d="M8 1.8c3.6 0 6.2 2.4 6.2 6S11.4 14.2 8 14.2 1.8 11.6 1.8 8.2 4.4 1.8 8 1.8z"/><path d="M8.4 4.6c2 0 3.2 1.4 3.2 3.4S10 11.4 8.2 11.4 5 10 5 8.2s1.4-3.6 3.4-3.6z"/><circle cx="8.3" cy="8" r="1" fill="currentColor"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "minus": '<path d="M3 8h10"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "caret": '<path d="m4 6 4 4 4-4"/>',
    "right": '<path d="m6 4 4 4-4 4"/>',
    "left": '<path d="m10 4-4 4 4 4"/>',
    "sun": '<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>',
    "moon": '<path d="M13.6 9.6A6 6 0 1 1 6.4 2.4a4.8 4.8 0 0 0 7.2 7.2z"/>',
    "auto": '<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>',
    "help": '<path d="M5.8 6a2.2 2.2 0 1 1 3.4 1.8c-.8.6-1.2 1-1.2 1.9M8 12.2v.1"/><circle cx="8" cy="8" r="6.5"/>',
    "knobs": '<path d="M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7"/><circle cx="10.5" cy="4.5" r="1.5"/><circle cx="5.5" cy="11.5" r="1.5"/>',
    "pin": '<path d="M8 9.5v5M5 2h6M6 2v3.5L4 8v1.5h8V8l-2-2.5V2"/>',
    "warn": '<path d="M8 2 1.5 13.5h13zM8 6.5v3M8 11.6v.1"/>',
    "check": '<path d="m3 8.5 3.2 3.2L13 5"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "more": '<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2"/>',
    "split": '<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M8 3v10"/>',
    "one": '<rect x="2" y="3" width="12" height="10" rx="1.5"/>',
    "fit": '<path d="M2 5.5V2h3.5M14 5.5V2h-3.5M2 10.5V14h3.5M14 10.5V14h-3.5"/>',
    "image": '<rect x="2" y="2.5" width="12" height="11" rx="1.5"/><circle cx="5.5" cy="6" r="1"/><path d="m2.5 12 3.5-3.5 2.5 2 2.5-3 3 3.5"/>',
    "histogram": '<path d="M2 13.5h12M4 13.5v-4M7 13.5V4M10 13.5V7M13 13.5v-2.5" />',
    "download": '<path d="M8 2v8.5M4.5 7 8 10.5 11.5 7M2.5 13.5h11"/>',
    "upload": '<path d="M8 11V2.5M4.5 6 8 2.5 11.5 6M2.5 13.5h11"/>',
    "file": '<path d="M4 1.5h5l3 3v10H4zM9 1.5v3h3"/>',
    "chat": '<path d="M2 3h12v8.5H7L4 14v-2.5H2z"/>',
    "bookmark": '<path d="M4 2h8v12l-4-3-4 3z"/>',
    "screen": '<rect x="1.5" y="2.5" width="13" height="8.5" rx="1.2"/><path d="M8 11v3M5 14h6"/>',
    "eye": '<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
    "eye-off": '<path d="M3.6 5.2C2.2 6.4 1.5 8 1.5 8S4 12.5 8 12.5c1 0 1.9-.3 2.7-.7M6.3 3.8C6.8 3.6 7.4 3.5 8 3.5c4 0 6.5 4.5 6.5 4.5s-.6 1.2-1.8 2.3M2.5 2.5l11 11"/>',
    "link": '<path d="M6.5 9.5a3 3 0 0 0 4.2 0l2.3-2.3a3 3 0 0 0-4.2-4.2L8 3.8M9.5 6.5a3 3 0 0 0-4.2 0L3 8.8A3 3 0 0 0 7.2 13l.8-.8"/>',
    "loop": '<path d="M3 9V7a3 3 0 0 1 3-3h7M11 2l2 2-2 2M13 7v2a3 3 0 0 1-3 3H3M5 14l-2-2 2-2"/>',
    "bulb": '<path d="M5.5 11c0-1.5-2-2.5-2-5a4.5 4.5 0 0 1 9 0c0 2.5-2 3.5-2 5zM6 14h4"/>',
    "wave": '<path d="M1.5 8h1.5l1.5-4 2 9 2.5-11 2 8 1.5-2h2"/>',
    "sound": '<path d="M2 6h2.5L8 3v10l-3.5-3H2z" fill="currentColor" stroke-width="1"/><path d="M10.6 5.8a3 3 0 0 1 0 4.4M12.4 4a5.6 5.6 0 0 1 0 8"/>',
    "vector": '<path d="M3 2.5H2v11h1M13 2.5h1v11h-1M5 6h.01M8 6h.01M11 6h.01M5 10h.01M8 10h.01M11 10h.01"/>',
    "branch": '<path d="M4 2v12M4 9c0-3 8-1 8-5M10 5.5 12 3.5l2 2"/>',
    "flip": '<path d="M3 6h9l-2.5-2.5M13 10H4l2.5 2.5"/>',
    "merge": '<path d="M3 3c0 4 5 3 5 7v3.5M13 3c0 4-5 3-5 7M6 11.5l2 2 2-2"/>',
    "lock": '<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>',
    "cube": '<path d="M8 1.5 14 5v6l-6 3.5L2 11V5zM2 5l6 3.5L14 5M8 8.5v6"/>',
    "pencil": '<path d="M10.5 3 13 5.5 5.5 13 2.5 13.5 3 10.5zM9 4.5 11.5 7"/>',
    "palette": '<path d="M8 1.8a6.2 6.2 0 0 0 0 12.4c1.3 0 1.6-.9 1.2-1.7-.5-1 .1-2 1.3-2H12a2.2 2.2 0 0 0 2.2-2.3C14 4.5 11.4 1.8 8 1.8zM5 7.5h.01M7.5 5h.01M10.8 6.2h.01"/>',
    "trash": '<path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4"/>',
    "archive": '<rect x="2" y="2.5" width="12" height="3.5" rx=".8"/><path d="M3 6v7.5h10V6M6.5 9h3"/>',
    "copy": '<rect x="5.5" y="5.5" width="8" height="8" rx="1.3"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>',
    "point": '<path d="M3 2.6 13 7.2 8.600 8.900 6.900 13.300z"/>',
}  # fmt: skip
"""Name -> the shape's SVG markup."""

FOLDER: Final = Path(__file__).resolve().parent.parent / "assets"


def icon(name: str, class_name: str = "") -> html.Span:
    """Return the icon as a span that assistive technology skips.

    Raises:
        KeyError: when there is no icon of that name.
    """
    if name not in ICONS:
        raise KeyError(f"There is no icon '{name}'; known are {sorted(ICONS)}.")
    return html.Span(
        className=f"i i-{name} {class_name}".strip(), **attributes({"aria-hidden": "true"})
    )


def sprite() -> str:
    """Return the SVG file: every icon as a symbol, and all of them in one strip."""
    symbols = [
        f'<symbol id="i-{n}" viewBox="0 0 16 16">{body}</symbol>' for n, body in ICONS.items()
    ]
    uses = [
        f'<use href="#i-{n}" x="{at * PITCH}" width="16" height="16"/>'
        for at, n in enumerate(ICONS)
    ]
    width = len(ICONS) * PITCH
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="16" '
        f'viewBox="0 0 {width} 16" fill="none" stroke="currentColor" stroke-width="1.5" '
        'stroke-linecap="round" stroke-linejoin="round">'
    )
    return "\n".join([head, *symbols, *uses, "</svg>\n"])


def stylesheet() -> str:
    """Return the CSS that gives each icon its place in the strip."""
    rules = [f".i-{name} {{ --at: {at}; }}" for at, name in enumerate(ICONS)]
    head = "/* Written by `python -m components.icons`; change the table there. */"
    return "\n".join([head, f":root {{ --icons: {len(ICONS)}; }}", *rules, ""])


if __name__ == "__main__":
    (FOLDER / "icons.svg").write_text(sprite(), encoding="utf-8")
    (FOLDER / "15_icons.css").write_text(stylesheet(), encoding="utf-8")
