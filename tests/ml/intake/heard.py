"""Recordings made by hand, and what a reader makes of them."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ml.intake.records import Batch, Options, Outline, Rejection
from ml.intake.sound import open_sounds
from ml.intake.sources import open_source
from tests.ml.intake.brought import check_told, make_folder, make_zip


def tone(hz: float = 440, seconds: float = 1.0, rate: int = 16_000) -> NDArray[np.float32]:
    """A sine of half the full height."""
    time_s = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def encoded(
    values: Any, rate: int = 16_000, kind: str = "WAV", subtype: str | None = None
) -> bytes:
    """The bytes of a recording, values (n,) or (n, channels)."""
    buffer = io.BytesIO()
    soundfile.write(buffer, values, rate, format=kind, subtype=subtype)
    return buffer.getvalue()


def listen(
    tmp_path: Path, files: Mapping[str, bytes], options: Options | None = None, packed: bool = False
) -> tuple[Outline, list[Batch], list[Rejection]]:
    """Bring files in a folder or a zip and read them all."""
    make = make_zip if packed else make_folder
    reader = open_sounds(open_source(make(tmp_path / "in", files), "in"), options or Options())
    found = list(reader.read())
    rejections = [each for each in found if isinstance(each, Rejection)]
    for each in rejections:
        check_told(each.message)
    return reader.outline, [each for each in found if isinstance(each, Batch)], rejections


def ids_of(batches: list[Batch]) -> list[str]:
    return [sample_id for batch in batches for sample_id in batch.sample_ids]
