"""Tables with a column for each pixel, as Kaggle has MNIST and its family."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from ml.intake.recipes import of_arrays
from tests.ml.intake.brought import bring, make_folder
from tests.ml.intake.rows import parquet_of

NUM_ROWS = 12
CLASSES = [i % 3 for i in range(NUM_ROWS)]


def drawn(side: int, channels: int = 1, high: int = 256) -> NDArray[np.int64]:
    """Pictures with smooth colours, shape (NUM_ROWS, channels, side, side)."""
    steps = np.random.default_rng(0).integers(0, 5, (NUM_ROWS, channels, side, side))
    return (steps.cumsum(axis=2).cumsum(axis=3) + 40 * np.arange(channels)[:, None, None]) % high


def table(
    path: Path, header: Sequence[str], cells: NDArray[np.int64], first: Sequence[Any] = CLASSES
) -> Path:
    rows = [",".join(map(str, [*([a] if a != "" else []), *b])) for a, b in
            zip(first, cells.tolist(), strict=True)]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*([",".join(header)] if header else []), *rows, ""]))
    return path


NAMED = {
    "Kaggle": ["label", *(f"pixel{i}" for i in range(784))],
    "Fashion": ["label", *(f"pixel{i}" for i in range(1, 785))],
    "mirror": ["label", *(f"{y}x{x}" for y in range(1, 29) for x in range(1, 29))],
    "zeros": ["class", *(f"px_{i:04d}" for i in range(784))],
    "other": ["digit", *(f"f{i}" for i in range(784))],
    "pandas": [str(i) for i in range(785)],
    "none": [],
}


@pytest.mark.parametrize("form", NAMED)
def test_a_column_for_each_pixel__gives_pictures_and_classes(tmp_path: Path, form: str) -> None:
    pixels, header = drawn(28), NAMED[form]
    taken = bring(table(tmp_path / "mnist_train.csv", header, pixels.reshape(NUM_ROWS, -1)))
    assert (taken.outline.kind, taken.outline.sample_shape) == ("image", (1, 28, 28))
    assert np.array_equal(taken.values, pixels)
    assert taken.class_names == list(map(str, CLASSES))
    assert not taken.rejections
    names = header[1:] or [f"column_{i}" for i in range(2, 786)]
    assert taken.outline.treatment[-1] == (
        f"784 numbers a row, '{names[0]}' to '{names[-1]}', are read as pictures of 28 x 28."
    )
    assert taken.outline.recipe == of_arrays(0, 255)
    label, picture = taken.outline.columns
    assert (picture.name, picture.type) == (f"{names[0]} … {names[-1]}", "picture")
    chosen = taken.outline.chosen
    assert (chosen["picture_column"], chosen["label_column"]) == (picture.name, label.name)
    assert (chosen["value_columns"], chosen["side"], chosen["color"]) == ([], 28, "grey")


def test_what_people_choose__is_kept_or_makes_vectors(tmp_path: Path) -> None:
    header, pixels = NAMED["Kaggle"], drawn(28)
    path = table(tmp_path / "a.csv", header, pixels.reshape(NUM_ROWS, -1))
    same = {"picture_column": "pixel0 … pixel783", "value_columns": (), "text_columns": ()}
    taken = bring(path, **same, label_column="", side=14, color="rgb")
    assert taken.outline.sample_shape == (3, 14, 14)
    assert set(taken.class_names) == {None}
    without = {**same, "picture_column": ""}
    for options in (without, {"picture_column": ""}, {"value_columns": ("pixel0", "pixel1")}):
        vectors = bring(path, **options).outline
        assert vectors.kind == "vector"
        assert len(vectors.columns) == 785


@pytest.mark.parametrize(("order", "told"), [
    ((0, 1, 2, 3), "one colour after the other."), ((0, 2, 3, 1), "a colour each, pixel by pixel."),
])  # fmt: skip
def test_three_numbers_a_pixel__are_told_apart_from_three_planes(
    tmp_path: Path, order: tuple[int, ...], told: str
) -> None:
    pixels = drawn(12, 3)
    columns = dict.fromkeys(f"pixel{i:04d}" for i in range(432))
    cells = pixels.transpose(order).reshape(NUM_ROWS, -1)
    values = {name: pa.array(cells[:, i]) for i, name in enumerate(columns)}
    path = make_folder(tmp_path / "in", {"a.parquet": parquet_of({**values, "label": CLASSES})})
    taken = bring(path)
    assert np.array_equal(taken.values, pixels)
    assert taken.outline.treatment[-1].endswith(f"pictures of 12 x 12, {told}")


def test_rows_with_another_value__are_left_out_and_told(tmp_path: Path) -> None:
    cells = drawn(8).reshape(NUM_ROWS, -1).astype(object)
    cells[1, 5], cells[3, 0], cells[4, 63], cells[5, 2], cells[6, 7] = 256, -1, "", 1.5, "x"
    header = ["label", *(f"pixel{i}" for i in range(64))]
    taken = bring(table(tmp_path / "a.csv", header, cells))
    assert taken.codes == {
        "1": "bad_scale", "3": "bad_scale", "4": "non_finite", "5": "bad_scale", "6": "non_finite"
    }  # fmt: skip
    assert taken.rejections[0].message == (
        "a.csv, row 2, holds '256' in the column 'pixel5', which is no whole number from 0 to 255; "
        "mend it or leave the row out."
    )
    assert "row 5, holds nothing in the column 'pixel63'" in taken.rejections[2].message


def test_dark_pixels_and_emnist__are_read_as_arrays_are(tmp_path: Path) -> None:
    header = ["label", *(f"pixel{i}" for i in range(64))]
    pixels = drawn(8, high=17)
    taken = bring(table(tmp_path / "emnist-a.csv", header, pixels.reshape(NUM_ROWS, -1)))
    assert np.array_equal(taken.values, np.rint(pixels.swapaxes(2, 3) * (255 / 16)))
    assert taken.outline.treatment[-2:] == (
        "Pictures stored column by column: turned upright.",
        "Values from 0 to 16: stretched to 0 to 255.",
    )


def test_a_table_without_classes__and_parts_by_their_names(tmp_path: Path) -> None:
    cells = drawn(28).reshape(NUM_ROWS, -1)
    table(tmp_path / "in" / "test.csv", NAMED["Kaggle"][1:], cells, [""] * NUM_ROWS)
    table(tmp_path / "in" / "train.csv", NAMED["Kaggle"], 255 - cells)
    taken = bring(tmp_path / "in")
    assert taken.class_names == [*map(str, CLASSES), *[None] * NUM_ROWS]
    assert taken.is_held_out == [False] * NUM_ROWS + [True] * NUM_ROWS
    alone = bring(tmp_path / "in" / "test.csv")
    assert (alone.outline.kind, set(alone.class_names)) == ("image", {None})


@pytest.mark.parametrize("why", ["fractions", "beyond", "dark", "gap", "no square", "others"])
def test_other_numbers__stay_vectors(tmp_path: Path, why: str) -> None:
    cells = drawn(8).reshape(NUM_ROWS, -1).astype(object)
    names = [f"pixel{i}" for i in range(64)]
    if why == "fractions":
        cells = cells / 255
    elif why == "beyond":
        cells = cells + 300
    elif why == "dark":
        cells, names = cells % 100, [f"f{i}" for i in range(64)]
    elif why == "gap":
        names[-1] = "pixel70"
    elif why == "no square":
        cells, names = cells[:, :63], names[:63]
    else:
        cells, names = np.hstack([cells, cells[:, :8]]), [*names, *"abcdefgh"]
    taken = bring(table(tmp_path / "a.csv", ["label", *names], cells))
    assert taken.outline.sample_shape == (len(names),)
