"""What people bring, made in a temporary folder."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from ml.intake.errors import IntakeError

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
"""Real data beside the checkout, where there is some."""

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is an extra")


def make_zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Pack files, by their names in the archive."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def make_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder, by their paths in it."""
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def refused(error: pytest.ExceptionInfo[IntakeError]) -> tuple[str, int]:
    """Code and status; the message must be well told."""
    check_told(error.value.sentence)
    return error.value.code, error.value.status


def check_told(message: str) -> None:
    """Check that a message is a sentence in one line, of bounded length."""
    assert message.endswith(".")
    assert "\n" not in message
    assert 10 < len(message) < 400
