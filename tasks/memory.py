"""What a process holds: what was freed is given back, and a worker's leaks end with it."""

import ctypes
import os
import re
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMORY_SHARE: Final = 0.5
"""Of the memory there is: a worker that ever held more is replaced after its run."""
LENT_SHARE: Final = 0.5
"""Of the memory there is: what a child may take. The app needs some beside it."""
LENT_BYTES: Final = 2 * 2**30
"""What a child may take also where that is more: to read an array of 1 GB whole takes 1.5 GiB."""
OWN_GROUPS: Final = Path("/proc/self/cgroup")
"""Where Linux says to which control groups this process belongs."""
GROUPS: Final = Path("/sys/fs/cgroup")
"""Where their limits are."""
MOST_ARENAS: Final = 2
"""Pools of memory that the threads of an app share."""
_M_ARENA_MAX: Final = -8
"""By this number `mallopt` of glibc knows how many arenas there may be (malloc.h)."""
GIVE_BACK_EVERY_S: Final = 60.0
"""Between two times that an app gives memory back: each takes a millisecond or so."""


def limit_bytes() -> int:
    """Return how much memory a worker may have held before it is replaced."""
    return int(MEMORY_SHARE * usable_bytes())


def lent_bytes(most_bytes: int) -> int:
    """Return how much memory a child may take: `most_bytes`, or less on a small machine."""
    return min(most_bytes, max(LENT_BYTES, int(LENT_SHARE * usable_bytes())))


def usable_bytes(own: Path = OWN_GROUPS, groups: Path = GROUPS) -> int:
    """Return how much memory this process may use: the machine's, or less in a container or unit.

    Args:
        own: Where the control groups of this process are listed.
        groups: Where their limits are, of version 1 (below `memory`) or 2.
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        lines = [line.split(":", 2) for line in own.read_text(encoding="ascii").splitlines()]
    except (OSError, ValueError):
        return machine
    limits = [machine]
    for _, controllers, place in lines:
        if controllers == "":
            limits += _limits(groups, place, "memory.max")
        elif "memory" in controllers.split(","):
            limits += _limits(groups / "memory", place, "memory.limit_in_bytes")
    return min(limits)


def _limits(root: Path, place: str, name: str) -> Iterator[int]:
    """Yield the limits of a group and of those it is in; a container sees its own as the root."""
    here = root / place.lstrip("/")
    for group in {root, here, *(above for above in here.parents if root in above.parents)}:
        try:
            yield int((group / name).read_text(encoding="ascii"))
        except (OSError, ValueError):  # not there, or without a limit ("max")
            continue


def memory_bytes() -> int | None:
    """Return how much memory this process holds now; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_bytes() -> int:
    """Return the most memory that this process ever held.

    On Linux `ru_maxrss` begins with what the process held that started this one.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        status = ""
    if found := re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE):
        return 1024 * int(found[1])
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def is_too_large() -> bool:
    """Return whether this process ever held more than a worker should."""
    return peak_bytes() > limit_bytes()


def give_back_memory() -> None:
    """Let the system have what the allocator keeps of memory that was freed.

    Training frees many blocks between some that stay, and glibc keeps what lies between them: a
    worker was 37 MB larger after eight short runs, all of it free. Does nothing without glibc.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def share_arenas() -> None:
    """Have all threads of this process allocate from few arenas; to be called before they start.

    glibc has eight for each core, and what stays of what each thread once needed keeps pages of all
    of them. A thread that holds Python's lock waits for no other here. Does nothing without glibc.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, MOST_ARENAS)


@contextmanager
def giving_back_memory(every_s: float = GIVE_BACK_EVERY_S) -> Iterator[None]:
    """Give memory back again and again while the block runs, in a thread of its own.

    An app answers in dozens of threads, each of which leaves gaps where the allocator put what it
    needed for a moment: 3.6 MB after 19,000 gestures of twenty browsers.
    """
    is_over = threading.Event()

    def give() -> None:
        while not is_over.wait(every_s):
            give_back_memory()

    thread = threading.Thread(target=give, name="give-back-memory", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
