"""The life of a child process: a task on stdin, JSON on stdout, limits, an end with its parent."""

import ctypes
import json
import os
import resource
import signal
import sys
import threading
from typing import Any, Final

from tasks.memory import lent_bytes
from tasks.threads import give_way

PR_SET_PDEATHSIG: Final = 1


def say(**values: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def limit(most_bytes: int) -> int:
    """Take limits upon this process: it gives way to all others, dumps no core, bounds its heap.

    What is memory-mapped does not count, what was asked for and never touched does.

    Returns:
        How much memory it may take: `most_bytes`, or less on a small machine.
    """
    give_way()
    lent = lent_bytes(most_bytes)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the heap does not count under this name
        resource.setrlimit(resource.RLIMIT_DATA, (lent, lent))
    return lent


def take_task() -> Any:
    """Return what the first line on stdin asks for; this process then ends with its parent."""
    with open(0, "rb", buffering=0, closefd=False) as stdin:  # the rest is for `end_with_parent`
        task = json.loads(stdin.readline())
    end_with_parent()
    return task


def end_with_parent() -> None:
    """End when the process that started this one does; it closes stdin, or dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=wait_for_end, name="parent", daemon=True).start()


def wait_for_end() -> None:
    """Wait until stdin closes, and end this process."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGKILL)
