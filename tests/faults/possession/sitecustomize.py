"""Makes real processes misbehave at chosen moments; Python runs it where its folder is on the path.

A *moment* is a place in the product, before or after a method. A test writes a file named like
the moment into the folder `LODEMAP_MISDEEDS`; the first process that comes by takes it away and
does what it says: `kill`, `memory`, `segv`, `hang`, `gil`, `slow 0.5`, `poison`, `note`. A file
that begins with `always` stays. What a method with moments raises is noted, too.

Files that are there when a process starts change it for good: by `stall` a step that takes so many
seconds counts as hung; by `visibility` Redis hands a message out again after so many.
"""

import ctypes
import dataclasses
import fcntl
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
    "ml.learning.learner": ("Learner", ("step",)),
    "store.runs.leases": ("Leases", ("commit_epoch", "claim")),
    "store.journal.journal": ("Journal", ("append",)),
    "store.files.artifacts": ("Artifacts", ("write",)),
}
"""The methods of each module around which something may happen."""


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


def gil(_: str) -> None:
    """Let no other thread of Python work until the test lets go of a file."""
    with (FOLDER / "held").open() as file:
        ctypes.PyDLL(None).flock(file.fileno(), fcntl.LOCK_EX)


def slow(seconds: str) -> None:
    """Take longer."""
    time.sleep(float(seconds))


def poison(_: str) -> None:
    """Fail as a GPU does, which from then on fails this process for ever."""
    POISONED.append(True)
    raise RuntimeError("CUDA error: an illegal memory access was encountered")


def note(_: str) -> None:
    """Do nothing wrong: somebody only wants to know who came by."""


POISONED: list[bool] = []
MISDEEDS: dict[str, Callable[[str], None]] = {
    each.__name__: each for each in (kill, memory, segv, hang, gil, slow, poison, note)
}


def pass_by(moment: str) -> None:
    """Do what a test asked for at this moment, if it did."""
    if POISONED and moment == "step.before":
        poison("")
    asked = FOLDER / moment
    try:
        words = asked.read_text().split()
        done = FOLDER / f"done-{moment}-{os.getpid()}-{time.monotonic_ns()}"
        if words[0] != "always":
            asked.rename(done)
        elif (words := words[1:]) == ["note"]:
            done.touch()
    except OSError:
        return
    MISDEEDS[words[0]](" ".join(words[1:]))


def surround(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return the method with a moment before and one after it."""

    @functools.wraps(method)
    def surrounded(*args: Any, **kwargs: Any) -> Any:
        pass_by(f"{name}.before")
        try:
            result = method(*args, **kwargs)
        except Exception as error:
            (FOLDER / f"raised-{name}-{type(error).__name__}-{os.getpid()}").touch()
            raise
        pass_by(f"{name}.after")
        return result

    return surrounded


def nap(seconds: float) -> None:
    """Sleep, as `time.sleep` cannot below libfaketime 0.9.10, which refuses a monotonic moment."""
    threading.Event().wait(seconds)


def set_stall(lease: ModuleType) -> None:
    """Let a step count as hung after the seconds in the file `stall`."""
    made = lease.LeaseTimings.__init__
    at = [field.name for field in dataclasses.fields(lease.LeaseTimings)].index("stall_s")
    values = list(made.__defaults__)
    values[at] = float((FOLDER / "stall").read_text())
    made.__defaults__ = tuple(values)


def set_visibility(settings: ModuleType) -> None:
    """Let Redis hand messages out again after the seconds in the file `visibility`."""
    seconds = int((FOLDER / "visibility").read_text())
    settings.TRANSPORT.update(visibility_timeout=seconds, unacked_restore_interval=1)


CHANGES: dict[str, tuple[str, Callable[[ModuleType], None]]] = {
    "tasks.lease": ("stall", set_stall),
    "tasks.celery_settings": ("visibility", set_visibility),
}
"""What is done to a module where a file is there."""


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module, then changes it or surrounds its methods."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if module.__name__ in CHANGES:
            CHANGES[module.__name__][1](module)
            return
        owner, names = MOMENTS[module.__name__]
        kind = getattr(module, owner)
        for name in names:
            setattr(kind, name, surround(getattr(kind, name), name))


class Finder(importlib.abc.MetaPathFinder):
    """Hands the modules with moments to the loader above."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        is_changed = fullname in CHANGES and (FOLDER / CHANGES[fullname][0]).exists()
        if fullname not in MOMENTS and not is_changed:
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
