"""Pictures of more than 8 bits, and of more than one frame."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml.intake.formats import spread
from ml.intake.pictures import NUM_LOOKED_AT
from tests.ml.intake.brought import bring, make_folder, png
from tests.ml.intake.rows import parquet_of, read_rows


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
    told = f"Grey of 16 bits: none of the 2 looked at reaches {2**bits:,}, so that becomes white."
    assert taken.outline.treatment == (() if bits == 16 else (told,))
    assert not taken.rejections


def test_brighter_ones_than_those_looked_at__are_kept_and_told(tmp_path: Path) -> None:
    files = {f"{i:03}.png": png(deep(4_095)) for i in range(250)} | {"300.png": png(9, side=8)}
    late = [name for name in files if name not in spread(list(files), NUM_LOOKED_AT)]
    files |= {late[1]: png(deep(4_096)), late[3]: png(deep(9_000))}
    taken = bring(make_folder(tmp_path / "in", files), keep_duplicates=True)
    assert taken.outline.treatment[0].startswith("Grey of 16 bits: none of the ")
    assert " looked at reaches 4,096, so" in taken.outline.treatment[0]
    assert [each.sample_id for each in taken.rejections] == [late[1], late[3]]
    assert len(taken.ids) == 251
    _, warning = taken.rejections
    assert (warning.code, warning.is_kept) == ("bad_scale", True)
    assert warning.message == (
        f"{late[3]} reaches 9,000; 4,096, which none of those looked at reaches, is white, "
        "and so is what is beyond: bring it apart to tell its greys."
    )


def test_a_brighter_one_in_a_row__is_kept_and_told(tmp_path: Path) -> None:
    cells = [png(deep(4_000 if i != 230 else 20_000)) for i in range(400)]
    files = {"a.parquet": parquet_of({"image": [{"bytes": cell, "path": ""} for cell in cells]})}
    outline, batches, (warning,) = read_rows(tmp_path, files)
    assert any("looked at reaches 4,096" in each for each in outline.treatment)
    assert sum(len(batch.sample_ids) for batch in batches) == 400
    assert (warning.sample_id, warning.code, warning.is_kept) == ("230", "bad_scale", True)
    assert "row 231 reaches 20,000" in warning.message


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
