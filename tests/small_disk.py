"""Disks that are soon full, for tests that write on them."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


@contextmanager
def files_up_to(num_bytes: int) -> Iterator[None]:
    """Let no file of this process, and of those it starts meanwhile, grow beyond so many bytes."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def small_disk(folder: Path, num_bytes: int) -> AbstractContextManager[None]:
    """Put a disk of so many bytes at an empty folder; skips where nobody may mount one."""
    return mounted(folder, f"size={num_bytes}")


def read_only_disk(folder: Path) -> AbstractContextManager[None]:
    """Put a disk at an empty folder that nobody may write to; skips likewise."""
    return mounted(folder, "ro")


def bound(source: Path, folder: Path) -> AbstractContextManager[None]:
    """Show a folder at another, empty one; taken away though files of it are open. Likewise."""
    return _mounted(["mount", "--bind", str(source), str(folder)], folder)


def mounted(folder: Path, options: str) -> AbstractContextManager[None]:
    """Put a disk in memory at an empty folder; skips where nobody may mount one."""
    return _mounted(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], folder)


@contextmanager
def _mounted(command: list[str], folder: Path) -> Iterator[None]:
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk to mount is an extra of those who are root")
    try:
        yield
    finally:
        lazily = ["--lazy"] if "--bind" in command else []
        subprocess.run(["umount", *lazily, str(folder)], check=True)
