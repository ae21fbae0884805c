"""The clock of a machine that jumps, as processes are told it by the kernel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@dataclass(frozen=True)
class FalseClock:
    """A file that says by how many seconds the wall clock of some processes is wrong."""

    file: Path

    @property
    def environ(self) -> dict[str, str]:
        """Variables of processes that shall go by it. Their monotonic clock goes on as it did."""
        return {
            "LD_PRELOAD": str(LIBRARIES[-1]),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
        }

    def put(self, seconds: float) -> None:
        """Put it forward or back, within a second."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{seconds:+.0f}\n")
        draft.chmod(0o644)
        draft.replace(self.file)

    def is_kept_by(self, pid: int) -> bool:
        """Whether a process goes by it."""
        told = f"FAKETIME_TIMESTAMP_FILE={self.file}".encode()
        return (
            told in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            and "libfaketime" in Path(f"/proc/{pid}/maps").read_text()
        )

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let processes that are started in the block go by it."""
        before = {name: os.environ.get(name) for name in self.environ}
        os.environ.update(self.environ)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def false_clock(file: Path) -> FalseClock:
    """Return a clock that is right so far."""
    made = FalseClock(file)
    made.put(0)
    return made
