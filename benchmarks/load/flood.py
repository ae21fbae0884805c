"""One browser that asks for as much as it can, over several connections, in its own process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.load.crowd import Target
from benchmarks.served import ROOT


@dataclass
class Abuser:
    """What the one who floods has done so far; complete once the block has ended."""

    asked: int = 0
    refused: int = 0
    broken: int = 0


@contextmanager
def flooded(target: Target) -> Iterator[Abuser]:
    """Flood an app while the block runs; the counts are there after it."""
    abuser = Abuser()
    told = (target.port, target.project_id, target.num_samples)
    command = [sys.executable, "-m", "benchmarks.load.hurling", *map(str, told)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it has begun
        yield abuser
        said, _ = process.communicate("", timeout=60)
        abuser.__dict__.update(json.loads(said))
    finally:
        process.kill()
        process.wait()
