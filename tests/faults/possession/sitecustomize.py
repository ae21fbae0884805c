"""Makes real processes misbehave at chosen moments; Python runs it where its folder is on the path.

A *moment* is a place in the product, before or after a method. A test writes a file named like
the moment into the folder `LODEMAP_MISDEEDS`; the first process that comes by takes it away and
does what it says: `kill`, `memory`, `segv`, `hang`, `gil 10`, `slow 0.5`, `poison`. A file that
begins with `always` stays.
"""

import ctypes
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(os.environ.get("LODEMAP_MISDEEDS", "/nonexistent"))
MOMENTS = {
    "ml.learning.learner": ("Learner", "step"),
    "store.runs.leases": ("Leases", "commit_epoch"),
    "store.journal.journal": ("Journal", "append"),
    "store.files.artifacts": ("Artifacts", "write"),
}
"""The method of each module around which something may happen."""


def kill(_: str) -> None:
    """End at once, as by the kernel."""
    os.kill(os.getpid(), signal.SIGKILL)


def memory(_: str) -> None:
    """Ask for more than there is."""
    bytearray(1 << 60)


def segv(_: str) -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


def hang(_: str) -> None:
    """Never come back, but let other threads work."""
    time.sleep(1e6)


def gil(seconds: str) -> None:
    """Let no other thread of Python work meanwhile."""
    ctypes.PyDLL(None).usleep(int(1e6 * float(seconds)))


def slow(seconds: str) -> None:
    """Take longer."""
    time.sleep(float(seconds))


def poison(_: str) -> None:
    """Fail as a GPU does, which from then on fails this process for ever."""
    POISONED.append(True)
    raise RuntimeError("CUDA error: an illegal memory access was encountered")


POISONED: list[bool] = []
MISDEEDS: dict[str, Callable[[str], None]] = {
    each.__name__: each for each in (kill, memory, segv, hang, gil, slow, poison)
}


def pass_by(moment: str) -> None:
    """Do what a test asked for at this moment, if it did."""
    if POISONED and moment == "step.before":
        poison("")
    asked = FOLDER / moment
    try:
        words = asked.read_text().split()
        if words[0] == "always":
            words = words[1:]
        else:
            asked.rename(FOLDER / f"done-{moment}-{os.getpid()}-{time.monotonic_ns()}")
    except OSError:
        return
    MISDEEDS[words[0]](" ".join(words[1:]))


def surround(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return the method with a moment before and one after it."""

    @functools.wraps(method)
    def surrounded(*args: Any, **kwargs: Any) -> Any:
        pass_by(f"{name}.before")
        result = method(*args, **kwargs)
        pass_by(f"{name}.after")
        return result

    return surrounded


def nap(seconds: float) -> None:
    """Sleep, as `time.sleep` cannot below libfaketime 0.9.10, which refuses a monotonic moment."""
    threading.Event().wait(seconds)


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module and surrounds one of its methods."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        owner, name = MOMENTS[module.__name__]
        kind = getattr(module, owner)
        setattr(kind, name, surround(getattr(kind, name), name))


class Finder(importlib.abc.MetaPathFinder):
    """Hands the modules with moments to the loader above."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in MOMENTS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname, loader=Loader(fullname, spec.origin)
        )


if "FAKETIME_TIMESTAMP_FILE" in os.environ:
    time.sleep = nap  # type: ignore[assignment]
if FOLDER.is_dir():
    sys.meta_path.insert(0, Finder())
