"""T12: files that are small and become large take neither the app's memory nor its time.

Each is decoded by the child that decodes every import.
"""

import re
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ml.intake.records import Options
from tasks.decoding import Decoding
from tests.attacks.bombs import BOMBS
from tests.pages.web import Browser
from tests.patience import PATIENCE

MOST_MB = 500
"""What Python, NumPy, Pillow and pyarrow take before anything is read is 100 to 200 of them."""
MOST_S = 30.0 * PATIENCE


LIKE_ANOTHER = (
    "lying IDX", "parquet of one text", "parquet of numbers", "parquet of packed pictures",
    "deep JSON lines", "archive's project",
)  # fmt: skip
"""What is refused where another of its format is."""
READ = ("parquet of numbers",)
"""What is within every limit is read, row by row: here all rows are one sample."""


class Scale(threading.Thread):
    """Watches how much memory a process took at most (VmHWM), until it has ended."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self._status = Path(f"/proc/{pid}/status")
        self._ended = threading.Event()
        self.most_mb = 0.0

    def run(self) -> None:
        while not self._ended.wait(0.002):
            with suppress(OSError):
                if found := re.search(r"VmHWM:\s+(\d+) kB", self._status.read_text()):
                    self.most_mb = int(found[1]) / 1024

    def end(self) -> float:
        self._ended.set()
        self.join()
        return self.most_mb


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.wide if name in LIKE_ANOTHER else ()) for name in BOMBS],
)
def test_bomb__is_refused_within_memory_and_time(name: str, tmp_path: Path) -> None:
    called, make = BOMBS[name]
    (tmp_path / called).write_bytes(make())
    started_s = time.monotonic()
    decoding = Decoding(tmp_path / called, called, Options(), tmp_path / "staged")
    scale = Scale(decoding.pid)
    scale.start()
    try:
        *_, last = decoding.said()
    finally:
        decoding.kill()
        most_mb = scale.end()
    took_s = time.monotonic() - started_s
    assert "error" in last or last["summary"]["num_samples"] == (name in READ), last
    assert 20 < most_mb < MOST_MB, f"{most_mb:.0f} MB"
    assert took_s < MOST_S
    kept = sum(p.stat().st_size for p in (tmp_path / "staged").rglob("*") if p.is_file())
    assert kept < (2**24 if name in READ else 2**20), kept


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"a":' * 100_000, b'{"key": 1' + b"0" * 5000 + b"}", b'{"n": NaN}',
     b'{"n": 1e400}', b"{" + b'"a":1,' * 500_000 + b'"b":1}'],
    ids=["deep lists", "deep objects", "a long number", "NaN", "infinity", "many keys"],
)  # fmt: skip
def test_json__of_any_size_and_depth_is_refused_soon(visitor: Browser, body: bytes) -> None:
    for path in ("/api/session", "/_dash-update-component", "/api/imports"):
        started_s = time.monotonic()
        answer = visitor.post(path, body)
        assert 400 <= answer.status < 500, (path, answer.status)
        assert time.monotonic() - started_s < MOST_S
