"""Tables that spell their pictures out, as FER2013 does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.intake.written_pictures import as_png, is_spelled_out
from tests.ml.intake.brought import bring, make_folder, png

PARTS = ["Training"] * 6 + ["PublicTest"] * 2 + ["PrivateTest"] * 2
PIXELS = np.random.default_rng(0).integers(0, 256, (len(PARTS), 48, 48))


def spelled(pixels: np.ndarray) -> str:
    return " ".join(map(str, pixels.ravel().tolist()))


def fer(path: Path, row: str, header: str) -> Path:
    rows = (row.format(i % 3, spelled(PIXELS[i]), part) for i, part in enumerate(PARTS))
    path.write_text("\n".join([header, *rows, ""]))
    return path


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("emotion,pixels,Usage", "{0},{1},{2}"),
        ('"emotion","pixels","Usage"', '{0},"{1}",{2}'),
        ("emotion, Usage, pixels", "{0}, {2}, {1}"),
        ("Usage;pixels;emotion", "{2};{1};{0}.0"),
    ],
)
def test_a_table_of_faces__gives_pictures_classes_and_parts(
    tmp_path: Path, header: str, row: str
) -> None:
    taken = bring(fer(tmp_path / "fer2013.csv", row, header))
    assert (taken.outline.kind, taken.outline.format) == ("image", "CSV")
    assert np.array_equal(taken.values[:, 0], PIXELS)
    assert taken.class_names == [str(i % 3) for i in range(len(PARTS))]
    assert taken.is_held_out == [part != "Training" for part in PARTS]
    assert taken.outline.treatment == ("A sample is the picture in the column 'pixels'.",)
    assert not taken.rejections


@pytest.mark.parametrize("options", [{"side": 16}, {"color": "rgb"}, {"side": 64, "color": "rgb"}])
def test_pictures__become_what_those_in_files_become(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    table = fer(tmp_path / "fer2013.csv", "{0},{1},{2}", "emotion,pixels,Usage")
    files = {f"{i}.png": png(each.astype(np.uint8)) for i, each in enumerate(PIXELS)}
    folder = make_folder(tmp_path / "in", files)
    assert np.array_equal(bring(table, **options).values, bring(folder, **options).values)


def test_rows_without_a_square__are_left_out_and_told(tmp_path: Path) -> None:
    square = spelled(PIXELS[0, :8, :8])
    cells = [square, f"{square} 7", f"999 {square[4:]}", "", square.replace(" ", " 1", 1), square]
    rows = "".join(f"{i % 2},{cell}\n" for i, cell in enumerate(cells))
    (tmp_path / "a.csv").write_text(f"label,pixels\n{rows}")
    taken = bring(tmp_path / "a.csv")
    assert {each.sample_id: each.code for each in taken.rejections} == {
        "1": "bad_shape", "2": "bad_shape", "3": "no_picture", "4": "bad_shape"
    }  # fmt: skip
    assert "row 2 spells out 65 values, no square" in taken.rejections[0].message
    assert taken.ids == ["0", "5"]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "1 2 3",
        " ".join(["1"] * 63),
        "1.5 " * 64,
        "-1 " * 64,
        "x " * 64,
        "1234 " * 64,
        f"{2**64 + 1} " * 64,
    ],
)
def test_other_cells__spell_nothing_out(cell: str) -> None:
    assert not is_spelled_out(cell)
    assert as_png(cell) is None
