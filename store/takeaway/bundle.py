"""Our ES modules as one script: a page opened from disk may not load modules beside it.

Each module becomes a function that is called once and hands out what it exports; imports become
destructuring. It knows the few forms of import and export that the house uses, and refuses any
other, so that a new form is found by a test and not by whoever opens the page. Equal files give
equal bytes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ml.errors import LodemapError

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"
_IMPORT: Final = re.compile(
    r"^import\s*\{(?P<names>[^}]*)\}\s*from\s*\"(?P<path>[^\"]+)\";[ \t]*\n", re.MULTILINE
)
_EXPORT: Final = re.compile(
    r"^export (?P<kind>(?:async )?function\*?|class|const) (?P<name>[A-Za-z_$][\w$]*)", re.MULTILINE
)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*|\bimport\.meta\b|\bimport\(", re.MULTILINE)
_COMMENT: Final = re.compile(r"^\s*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE)


class BundleError(LodemapError):
    """A module has a form that the bundler does not know."""

    code = "bundle"
    status = 500


def bundle(entry: Path) -> str:
    """Return a module and all it imports as one script.

    Raises:
        BundleError: a form of import or export is unknown, modules import each other in a ring, or
            the script would end early in a page.
        OSError: a module cannot be read.
    """
    order: list[Path] = []
    _visit(entry.resolve(), order, [])
    names = {path: f"$m{nth}" for nth, path in enumerate(order)}
    script = "".join(f"const {names[path]} = {_wrapped(path, names)};\n" for path in order)
    script = f'"use strict";\n{script}'
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise BundleError("A module holds text that would end the script of a page.")
    return script


def _visit(path: Path, order: list[Path], above: list[Path]) -> None:
    if path in above:
        raise BundleError(f"{path.name} imports itself by way of {above[-1].name}.")
    if path in order:
        return
    for _, needed in _imports(path):
        _visit(needed, order, [*above, path])
    order.append(path)


def _imports(path: Path) -> Iterator[tuple[re.Match[str], Path]]:
    for match in _IMPORT.finditer(_source(path)):
        yield match, (path.parent / match["path"]).resolve()


def _source(path: Path) -> str:
    """Return a module without the comments that stand in lines of their own."""
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))


def _wrapped(path: Path, names: dict[Path, str]) -> str:
    body = _source(path)
    for match, needed in _imports(path):
        taken = re.sub(r"\s+as\s+", ": ", " ".join(match["names"].split()))
        body = body.replace(match[0], f"const {{ {taken} }} = {names[needed]};\n", 1)
    exported = [match["name"] for match in _EXPORT.finditer(body)]
    body = _EXPORT.sub(r"\g<kind> \g<name>", body)
    if left := _LEFT.search(body):
        raise BundleError(f"{path.name} has a form the bundler does not know: {left[0][:60]}")
    return f"(() => {{\n{body}return {{ {', '.join(exported)} }};\n}})()"
