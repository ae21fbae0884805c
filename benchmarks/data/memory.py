"""The memory of a real import, by the child that decodes it."""

import shutil
import time
from pathlib import Path

import psutil

from ml.intake.records import Options
from tasks.decoding import Decoding

LOOK_S = 0.02


def peak_ratio(file: Path, folder: Path) -> tuple[float, str]:
    """Return the most private memory of the decoding child over the size of the file, and words."""
    staged = folder / "staged"
    decoding = Decoding(file, file.name, Options(), staged)
    child = psutil.Process(decoding.pid)
    peak = 0
    try:
        while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
            peak = max(peak, child.memory_full_info().uss)
            time.sleep(LOOK_S)
    except psutil.NoSuchProcess:
        pass
    last = list(decoding.said())[-1]
    if "summary" not in last:
        raise RuntimeError(f"The import ended with {last}.")
    size = file.stat().st_size
    shutil.rmtree(staged)
    return peak / size, f"{peak / 2**20:,.0f} MB for a file of {size / 2**20:,.0f} MB"
