"""What a process freed is the system's again."""

import ctypes
import platform
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import pytest

from tasks.memory import (
    MOST_ARENAS,
    give_back_memory,
    giving_back_memory,
    lent_bytes,
    memory_bytes,
    usable_bytes,
)
from tests.source import ROOT

GIB = 2**30
BLOCK = 100_000
"""Below what glibc takes from the system by itself, and gives back at once."""
NUM_BLOCKS = 1_000


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone keeps what was freed")
def test_give_back_memory__what_lies_below_a_block_in_use_is_the_systems_again() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.free.argtypes = (ctypes.c_void_p,)
    blocks = [libc.malloc(BLOCK) for _ in range(NUM_BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    full = memory_bytes()
    for block in blocks[:-1]:
        libc.free(block)
    kept = memory_bytes()
    give_back_memory()
    left = memory_bytes()
    libc.free(blocks[-1])
    assert None not in (full, kept, left)
    assert full - kept < 0.2 * BLOCK * NUM_BLOCKS, "this shows nothing where free gives it back"  # type: ignore[operator]
    assert kept - left > 0.8 * BLOCK * NUM_BLOCKS  # type: ignore[operator]


THREADS: Final = """
import ctypes, sys, threading
from tasks.memory import share_arenas
if sys.argv[1] == "shared":
    share_arenas()
libc, all_there = ctypes.CDLL(None), threading.Barrier(12)
def ask():
    all_there.wait(20)
    libc.malloc(1000)
    all_there.wait(20)
threads = [threading.Thread(target=ask) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
libc.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone has arenas")
def test_share_arenas__of_many_threads_are_few() -> None:
    num_arenas = {}
    for way in ("shared", "apart"):
        command = [sys.executable, "-c", THREADS, way]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        num_arenas[way] = told.stderr.count("Arena ")
    assert num_arenas["shared"] <= MOST_ARENAS < num_arenas["apart"], num_arenas


def test_giving_back_memory__goes_on_until_the_block_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    given = threading.Semaphore(0)
    monkeypatch.setattr("tasks.memory.give_back_memory", given.release)
    with giving_back_memory(every_s=0.001):
        assert all(given.acquire(timeout=20) for _ in range(3))
    while given.acquire(blocking=False):
        pass
    assert not [each for each in threading.enumerate() if each.name == "give-back-memory"]


@pytest.mark.parametrize(
    ("own", "limits", "expected"),
    [
        ("0::/system.slice/a.service\n", {"system.slice/a.service/memory.max": GIB}, GIB),
        ("0::/a/b\n", {"a/memory.max": GIB, "a/b/memory.max": "max"}, GIB),
        ("0::/\n", {"memory.max": GIB}, GIB),
        ("5:memory:/docker/x\n0::/\n", {"memory/memory.limit_in_bytes": GIB}, GIB),
        ("0::/a\n", {"a/memory.max": "max"}, None),
        ("0::/a\n", {"a/memory.max": 2**60}, None),
        ("0::/../../a\n", {}, None),
        ("", {}, None),
        (None, {}, None),
    ],
)
def test_usable_bytes__are_those_of_the_group_where_it_has_a_limit(
    tmp_path: Path, own: str | None, limits: dict[str, object], expected: int | None
) -> None:
    for name, limit in limits.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{limit}\n")
    if own is not None:
        (tmp_path / "own").write_text(own)
    machine = usable_bytes(tmp_path / "nowhere")
    assert usable_bytes(tmp_path / "own", tmp_path) == (expected or machine)


@pytest.mark.parametrize(
    ("usable", "most", "expected"),
    [(1, 4, 2), (4, 4, 2), (6, 4, 3), (8, 4, 4), (64, 4, 4), (1, 0.25, 0.25), (64, 2, 2)],
)
def test_lent_bytes__are_half_of_what_there_is_where_the_most_is_more(
    monkeypatch: pytest.MonkeyPatch, usable: int, most: float, expected: float
) -> None:
    monkeypatch.setattr("tasks.memory.usable_bytes", lambda: usable * GIB)
    assert lent_bytes(int(most * GIB)) == expected * GIB


PEAKS: Final = """
import subprocess, sys
from tasks.memory import peak_bytes
if sys.argv[1] == "parent":
    large = bytes([1]) * 300_000_000
    print(peak_bytes(), flush=True)
    subprocess.run([*sys.orig_argv[:-1], "child"], check=True)
else:
    print(peak_bytes())
"""


def test_peak_bytes__are_not_those_of_the_process_that_started_this_one() -> None:
    command = [sys.executable, "-c", PEAKS, "parent"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    parent, child = map(int, told.stdout.split())
    assert child < 200_000_000 < 300_000_000 < parent
