"""How a child process is started: the parent's side of `child_life`.

Its standard input stays open as long as this process wants it to live: when it closes, however
this process ends, the child ends too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from store.settings import FIELDS, PREFIX, Settings

HARMLESS: Final = frozenset({"HOME", "LANG", "LANGUAGE", "PATH", "TMPDIR", "TZ"})
"""What decoders of strangers' files are told of this process's environment."""
HARMLESS_BEGINNINGS: Final = (
    "DYLD_", "GOMP_", "KMP_", "LC_", "LD_", "MALLOC_", "MKL_", "OMP_", "OPENBLAS_", "PYTHON",
)  # fmt: skip
"""Likewise all that begins so: how Python and native code are found, and how many threads."""
SPARING: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's own pool reserves a GiB at once, which counts for a child's limit though it is unused."""
ROOT: Final = Path(__file__).resolve().parent.parent
"""Where `python -m` finds our modules."""


def start_child(
    module: str,
    task: Mapping[str, Any],
    environ: Mapping[str, str],
    errors: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a module as a process of its own and give it its task, as `take_task` reads it.

    Args:
        module: its dotted name.
        task: what JSON can write, less than the 64 KiB of a pipe: nobody is waited for.
        environ: all that it knows of ours.
        errors: where its stderr goes; with this process's own for None.

    Returns:
        The child; what it says comes out of its `stdout`.

    Raises:
        OSError: it cannot be started.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=errors, cwd=ROOT, env={**SPARING, **environ},
    )  # fmt: skip
    assert child.stdin is not None
    try:
        child.stdin.write(json.dumps(task).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:  # it has ended already; its status says why
        with suppress(BrokenPipeError):  # what it never read is in the buffer
            child.stdin.close()
    return child


def to_environ(settings: Settings) -> dict[str, str]:
    """Return the variables from which `Settings.from_env` reads equal settings.

    A URL may hold a password: in the environment only its owner can see it, unlike in arguments.
    """
    given = {name: getattr(settings, name) for name in FIELDS}
    values = {name: ",".join(v) if isinstance(v, tuple) else v for name, v in given.items()}
    return {PREFIX + name.upper(): str(v) for name, v in values.items() if v is not None}


def without_secrets() -> dict[str, str]:
    """Return this process's environment without what only it should know.

    A list of what may be told, because nobody can list the secrets: a database's password and a
    bucket's keys have names that other programs chose.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name in HARMLESS or name.startswith(HARMLESS_BEGINNINGS)
    }
