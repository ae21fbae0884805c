"""T12: files that are small and become large take neither the app's memory nor its time.

Each is decoded by the child that decodes every import.
"""

import io
import re
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ml.intake.records import Options
from tasks.decoding import Decoding
from tests.pages.web import Browser

MOST_MB = 400
"""What Python, NumPy, Pillow and pyarrow take before anything is read is 100 to 200 of them."""
MOST_S = 30.0


def npz_bomb() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, images=np.zeros((300_000, 28, 28), np.uint8))
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side: int = 20_000) -> bytes:
    """400 megapixels of one colour in half a megabyte."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def nested(depth: int = 6) -> bytes:
    data = bytes(10 * 2**20)
    for level in range(depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for copy in range(10):
                packed.writestr(f"{level}-{copy}.{'zip' if level else 'npy'}", data)
        data = file.getvalue()
    return data


def npy_header() -> bytes:
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def long_line() -> bytes:
    return b"id,text\n" + b"x" * (200 * 2**20)


BOMBS: dict[str, Callable[[], bytes]] = {
    "x.npz": npz_bomb,
    "x.png": png_bomb,
    "x.zip": nested,
    "x.npy": npy_header,
    "x.csv": long_line,
}


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


@pytest.mark.parametrize("name", BOMBS)
def test_bomb__is_refused_within_memory_and_time(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(BOMBS[name]())
    started_s = time.monotonic()
    decoding = Decoding(tmp_path / name, name, Options(), tmp_path / "staged")
    scale = Scale(decoding.pid)
    scale.start()
    try:
        *_, last = decoding.said()
    finally:
        decoding.kill()
        most_mb = scale.end()
    took_s = time.monotonic() - started_s
    assert "error" in last or not last["summary"]["num_samples"], last
    assert 20 < most_mb < MOST_MB, f"{most_mb:.0f} MB"
    assert took_s < MOST_S
    assert sum(p.stat().st_size for p in (tmp_path / "staged").rglob("*") if p.is_file()) < 2**20


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
