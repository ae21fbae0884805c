"""The repository's own files, read once: what the tests about the code itself look at."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LAYERS: Final = ("ml", "store", "tasks", "components", "pages")
"""The product's packages, in the order imports may point (to the left)."""
OTHERS: Final = ("benchmarks", "scripts")
"""Python beside the product that keeps the same manners."""


@dataclass(frozen=True)
class Module:
    """One Python file and its syntax tree."""

    path: Path
    tree: ast.Module
    num_lines: int

    @property
    def name(self) -> str:
        """Path from the root, as a person would write it."""
        return str(self.path.relative_to(ROOT))

    @property
    def dotted(self) -> str:
        """Name to import it by."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def read(path: Path) -> Module:
    """Parse one file."""
    text = path.read_text(encoding="utf-8")
    return Module(path, ast.parse(text), len(text.splitlines()))


def modules(*folders: str) -> list[Module]:
    """Parse every Python file of the folders, in the order of their paths."""
    return [read(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def product() -> list[Module]:
    """The product's modules: the layers and the composition root."""
    return [*modules(*LAYERS), *(read(path) for path in sorted(ROOT.glob("*.py")))]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted_name(node: ast.expr) -> str:
    """Return `a.b.c` of a name or attribute, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted_name(node.value)
        return f"{base}.{node.attr}" if base else node.attr
    return ""


def texts(*patterns: str) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the files that match the patterns below the root."""
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
