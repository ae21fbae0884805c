"""What people bring, made in a temporary folder."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from ml.intake.errors import IntakeError
from ml.intake.reading import open_reader
from ml.intake.records import Batch, Options, Outline, Reader, Rejection

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


@dataclass
class Taken:
    """All a reader gave, one below the other."""

    values: NDArray[Any]
    ids: list[str]
    class_names: list[str | None]
    is_held_out: list[bool] | None
    rejections: list[Rejection]
    outline: Outline

    @property
    def codes(self) -> dict[str, str]:
        """Why what was left out."""
        return {rejection.sample_id: rejection.code for rejection in self.rejections}


def take(reader: Reader) -> Taken:
    """Read all, twice, and check what every reader promises."""
    first, second = list(reader.read()), list(reader.read())
    batches = [item for item in first if isinstance(item, Batch)]
    again = [item for item in second if isinstance(item, Batch)]
    outline = reader.outline
    for batch, other in zip(batches, again, strict=True):
        assert batch.values.shape == (len(batch.sample_ids), *outline.sample_shape)
        assert batch.values.dtype == (np.float32 if outline.kind == "vector" else np.uint8)
        assert len(batch.class_names) == len(batch.sample_ids)
        assert (batch.is_held_out is not None) == outline.has_split
        assert np.array_equal(batch.values, other.values)
        assert list(batch.sample_ids) == list(other.sample_ids)
    ids = [sample_id for batch in batches for sample_id in batch.sample_ids]
    assert len(set(ids)) == len(ids)
    rejections = [item for item in first if isinstance(item, Rejection)]
    for rejection in rejections:
        check_told(rejection.message)
    empty = np.empty((0, *outline.sample_shape), np.uint8)
    return Taken(
        np.concatenate([batch.values for batch in batches]) if batches else empty,
        ids,
        [name for batch in batches for name in batch.class_names],
        [x for b in batches for x in b.is_held_out or ()] if outline.has_split else None,
        rejections,
        outline,
    )


def bring(path: Path, **options: Any) -> Taken:
    """Open what lies at a path under its own name, and read all."""
    return take(open_reader(path, path.name, Options(**options)))


def png(pixels: NDArray[Any] | int = 0, side: int = 4, form: str = "PNG", **saved: Any) -> bytes:
    """Encode a picture: pixels (h, w) or (h, w, c), or a grey square."""
    cells = np.full((side, side), pixels, np.uint8) if isinstance(pixels, int) else pixels
    stream = io.BytesIO()
    Image.fromarray(cells).save(stream, form, **saved)
    return stream.getvalue()


def npy(array: NDArray[Any], **options: Any) -> bytes:
    """Encode an array."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, **options)
    return stream.getvalue()


def npz(path: Path, **arrays: NDArray[Any]) -> Path:
    """Save arrays, packed."""
    np.savez_compressed(path, allow_pickle=True, **arrays)
    return path


def damaged(data: bytes, draw: st.DrawFn) -> bytes:
    """Cut off, flip or replace some bytes."""
    cells = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        cells[draw(st.integers(0, len(cells) - 1))] = draw(st.integers(0, 255))
    return bytes(cells[: draw(st.integers(0, len(cells)))])


def check_found(open_reader: Callable[[], Reader]) -> list[Batch]:
    """Read what may be damaged: whole samples, or a sentence for each that is not; return those."""
    try:
        found = list(open_reader().read())
    except IntakeError as error:
        check_told(error.sentence)
        return []
    for each in found:
        if isinstance(each, Rejection):
            check_told(each.message)
    return [each for each in found if isinstance(each, Batch)]
