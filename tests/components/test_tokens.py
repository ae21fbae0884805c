"""The design tokens, measured: every text is readable in both themes."""

import re
from pathlib import Path

import pytest

from tests.source import ROOT

ASSETS = ROOT / "assets"
TOKENS = (ASSETS / "10_tokens.css").read_text(encoding="utf-8")
RAW_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
PAIRS = [
    *((text, ground) for text in ("ink", "ink2", "ink3") for ground in ("surface", "bg", "sunk")),
    ("ink2", "hover"), ("ink3", "hover"), ("soft-ink", "soft"), ("ink3", "soft"),
    ("on-accent", "accent"), ("on-accent", "accent-h"), ("accent", "surface"),
    ("danger", "surface"), ("danger", "danger-soft"), ("warn", "warn-soft"), ("ok", "ok-soft"),
    ("on-toast", "toast"), ("toast-link", "toast"),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The hex colours of a theme; dark names only what differs."""
    light, dark = TOKENS.split('[data-bs-theme="dark"]', 1)
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark.split("}", 1)[0]))
    return found


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text__never_falls_below_4_5(theme: str, text: str, ground: str) -> None:
    colors = tokens(theme)
    assert contrast(colors[text], colors[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_class_colours__are_seen_on_the_map(theme: str) -> None:
    """Marks need less than text; the lightest ones get a darker edge on light."""
    colors = tokens(theme)
    assert min(contrast(colors[f"class-{k}"], colors["map"]) for k in range(12)) >= 2.2


def test_class_colours__are_twelve_and_different() -> None:
    colors = tokens("light")
    assert len({colors[f"class-{k}"] for k in range(12)}) == 12


def test_what_is_off__is_dimmed_by_its_mark_and_never_by_its_words() -> None:
    """It is read and pressed all the same: opacity would take its words below 4.5."""
    sheets = "".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.css"))
    dimmed = re.findall(r"^([^{}\n]*\.off\b[^{}\n]*)\{[^}]*opacity", sheets, flags=re.M)
    marks = {".palette-row.off > .dot", ".legend-row.off > .dot", ".log-line.off .tile-s"}
    assert {selector.strip() for selector in dimmed} == marks


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.css")), ids=lambda path: path.name)
def test_colours__stand_in_the_token_file_only(path: Path) -> None:
    """The scales of confidence are the map's own and are declared, named, at its head."""
    without_comments = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    rules = re.sub(r"--[a-z0-9-]+: [^;]*;", "", without_comments)
    assert RAW_COLOR.findall(rules) == []


def test_variables__each_one_used_is_defined() -> None:
    """A misspelt token would fall back to nothing, silently."""
    sheets = {path.name: path.read_text(encoding="utf-8") for path in ASSETS.glob("*.css")}
    scripts = "".join(p.read_text(encoding="utf-8") for p in ASSETS.rglob("*.mjs"))
    defined = set(re.findall(r"(--[A-Za-z0-9-]+)\s*:", "".join(sheets.values())))
    defined |= set(re.findall(r"\"(--[A-Za-z0-9-]+)\"", scripts))
    used = set(re.findall(r"var\((--[A-Za-z0-9-]+)\)", "".join(sheets.values())))
    assert {name for name in used - defined if not name.startswith("--bs-")} == set()
