"""What a process freed is the system's again."""

import ctypes
import platform
import threading

import pytest

from tasks.memory import give_back_memory, giving_back_memory, memory_bytes

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


def test_giving_back_memory__goes_on_until_the_block_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    given = threading.Semaphore(0)
    monkeypatch.setattr("tasks.memory.give_back_memory", given.release)
    with giving_back_memory(every_s=0.001):
        assert all(given.acquire(timeout=20) for _ in range(3))
    while given.acquire(blocking=False):
        pass
    assert not [each for each in threading.enumerate() if each.name == "give-back-memory"]
