"""Results kept between runs: hours of work that a rerun goes on from.

Names hold a digest of all that decides a result, so that one which has become stale is not found.
A file appears whole or not at all: two processes may take different parts at once.
"""

import ast
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.gestures.course import Course
from benchmarks.images import ROOT

NUM_DIGITS: Final = 12
NOT_LEARNING: Final = frozenset({"ml.presets", "ml.knobs", "ml.records", "ml.errors"})
"""Modules that know every preset: another preset's change must not discard a result."""


class Keep:
    """A folder of kept results of one data set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def array(self, name: str, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return a kept array, float32 of any shape, made where it is not there yet."""
        path = self.folder / f"{name}.npy"
        if not path.exists():
            made = make()
            with tempfile.TemporaryFile() as scratch:
                np.save(scratch, made, allow_pickle=False)
                scratch.seek(0)
                write_whole(path, scratch.read())
            return made
        found: NDArray[np.float32] = np.load(path, allow_pickle=False)
        return found

    def checkpoint(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return a kept checkpoint, made where it is not there yet."""
        path = self.folder / f"{name}.safetensors"
        if not path.exists():
            write_whole(path, make())
        return path.read_bytes()

    def find_course(self, name: str) -> Course | None:
        """Return a kept course, None where it was never run."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            return None
        return Course.from_json(json.loads(path.read_text(encoding="utf-8")))

    def write_course(self, name: str, course: Course) -> None:
        """Keep a course."""
        content = json.dumps(course.to_json()).encode()
        write_whole(self.folder / f"{name}.json", content)

    def discard(self, pattern: str) -> None:
        """Forget what is kept under the names that match."""
        for path in self.folder.glob(pattern):
            path.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that others see whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as scratch:
        scratch.write(content)
    os.replace(scratch.name, path)


def digest(*parts: Any) -> str:
    """Return a short name of JSON primitives and bytes, equal for equal ones."""
    state = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        state.update(len(content).to_bytes(8, "big") + content)
    return state.hexdigest()[:NUM_DIGITS]


def code_digest(*names: str) -> str:
    """Return a digest of modules and of what they import from `ml`, directly or not.

    Comments, docstrings and layout do not count. Absent modules count as empty.
    """
    seen: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = source_of(name)
        if name in seen or name in NOT_LEARNING or path is None:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        waiting += [each for each in imported(tree) if each.startswith("ml.")]
        seen[name] = ast.dump(without_docstrings(tree))
    return digest(seen)


def source_of(name: str) -> Path | None:
    """Return the file of a module such as `ml.learning.losses`; None for anything else."""
    stem = ROOT.joinpath(*name.split("."))
    paths = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((path for path in paths if path.is_file()), None)


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted names a module imports, classes and functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def without_docstrings(tree: ast.Module) -> ast.Module:
    """Return the tree without strings that stand for themselves; it is changed in place."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [each for each in body if not is_bare_string(each)]
    return tree


def is_bare_string(node: ast.stmt) -> bool:
    """Return whether a statement is nothing but a string."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
