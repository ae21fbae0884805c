"""Pictures of more than 8 bits, and of more than one frame."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.ml.intake.brought import bring, make_folder, png


def deep(most: int) -> np.ndarray:
    return np.linspace(0, most, 64).reshape(8, 8).astype(np.uint16)


@pytest.mark.parametrize(
    ("most", "bits"), [(65_535, 16), (20_000, 16), (16_000, 14), (4_095, 12), (300, 9), (5, 3)]
)
def test_grey_of_16_bits_in_which_all_is_dark__has_a_white_of_its_own(
    tmp_path: Path, most: int, bits: int
) -> None:
    files = {"a.png": png(deep(most)), "b.png": png(deep(most // 2))}
    taken = bring(make_folder(tmp_path / "in", files))
    expected = np.stack([deep(most), deep(most // 2)]).astype(int) * 256 >> bits
    assert np.array_equal(taken.values[:, 0], expected)
    told = f"Grey of 16 bits: none reaches {2**bits:,}, so that becomes white."
    assert taken.outline.treatment == (() if bits == 16 else (told,))


def test_margins__of_dark_grey_of_16_bits_continue_its_edges(tmp_path: Path) -> None:
    files = {"a.png": png(np.full((30, 30), 4000, np.uint16)),
             "b.png": png(np.full((30, 40), 4000, np.uint16))}  # fmt: skip
    assert "Margins: white." in bring(make_folder(tmp_path / "in", files)).outline.treatment


@pytest.mark.parametrize(("form", "saved"), [("WEBP", {"lossless": True}), ("PNG", {})])
def test_moving_pictures__are_their_first_frame_and_told(
    tmp_path: Path, form: str, saved: dict[str, Any]
) -> None:
    first, *others = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green", "blue")]
    stream = io.BytesIO()
    first.save(stream, form, save_all=True, append_images=others, **saved)
    taken = bring(make_folder(tmp_path / "in", {"a.png": stream.getvalue(), "b.png": png(side=9)}))
    assert taken.values[0, :, 0, 0].tolist() == [255, 0, 0]
    assert taken.outline.treatment == ("Moving pictures: the first of their frames is taken.",)
