"""Which ES modules a page needs, so that a browser fetches them at once, not a level at a time."""

import re
from functools import cache
from pathlib import Path
from typing import Final

MAIN: Final = "main.mjs"
"""The module Dash loads by itself, on every page."""
ENTRIES: Final = {
    "/": "mappage/page.mjs",
    "/projects": "projects/page.mjs",
    "/data": "data/page.mjs",
    "/runs": "runs/page.mjs",
    "/review": "review/page.mjs",
}
"""Module that main.mjs imports once a page is on screen, by the page's address."""
_IMPORT: Final = re.compile(r'^(?:import|export|\}) .*?from "(\.[^"]+)";', re.MULTILINE)


def module_links(assets_folder: Path, path: str, address: str) -> str:
    """Return links that let a browser fetch what a page imports while Dash builds the page.

    Args:
        assets_folder: Where the modules lie.
        path: Address of the page; another page than those of `ENTRIES` needs the shell only.
        address: Of the assets, as Dash names that of MAIN: any other would be another module.
    """
    names = modules_of(assets_folder, MAIN)
    if path in ENTRIES:
        names |= modules_of(assets_folder, ENTRIES[path])
    return "".join(
        f'<link rel="modulepreload" href="{address}/{name}">' for name in sorted(names - {MAIN})
    )


@cache
def modules_of(assets_folder: Path, entry: str) -> frozenset[str]:
    """Return a module and all that it imports, by their paths below the assets folder."""
    found, unread = set[str](), {entry}
    while unread:
        name = unread.pop()
        found.add(name)
        unread |= imported_by(assets_folder, name) - found
    return frozenset(found)


def imported_by(assets_folder: Path, name: str) -> set[str]:
    """Return what a module names in its own `import ... from` lines."""
    file = assets_folder / name
    asked = _IMPORT.findall(file.read_text("utf-8"))
    root = assets_folder.resolve()
    return {(file.parent / each).resolve().relative_to(root).as_posix() for each in asked}
