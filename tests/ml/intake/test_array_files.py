import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import (
    SHARED,
    bring,
    make_folder,
    make_zip,
    needs_shared,
    npy,
    npz,
)  # fmt: skip
from tests.small_disk import files_up_to

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 255, (30, 8, 9)).astype(np.uint8)
LABELS = np.arange(30) % 3
NAMES = ["ant", "bee", "猫"]
NAMED = [NAMES[i] for i in LABELS]
SPLIT = np.array(["train", "test", "val"])[LABELS]


@pytest.mark.parametrize(
    ("arrays", "classes", "held_out"),
    [
        ({"images": PICTURES}, [None] * 30, None),
        ({"images": PICTURES, "labels": LABELS}, [str(i) for i in LABELS], None),
        ({"images": PICTURES, "labels": LABELS, "class_names": np.array(NAMES)}, NAMED, None),
        ({"x": PICTURES, "y": np.array(NAMED)}, NAMED, None),
        ({"X": PICTURES, "y": np.array(NAMED, "S9") if 0 else np.char.encode(NAMED)}, NAMED, None),
        (
            {"data": PICTURES, "target": LABELS.astype(float), "target_names": np.array(NAMES)},
            NAMED,
            None,
        ),
        (
            {"data": PICTURES, "target": LABELS[:, None], "other": np.arange(5)},
            [str(i) for i in LABELS],
            None,
        ),
        ({"data": PICTURES, "y": np.eye(3)[LABELS], "classes": np.array(NAMES)}, NAMED, None),
        (
            {"images": PICTURES, "labels": np.where(LABELS == 1, np.nan, LABELS)},
            [None if i == 1 else str(i) for i in LABELS],
            None,
        ),
        (
            {"data": PICTURES, "y": np.where(LABELS[:, None] == 1, 0, np.eye(3)[LABELS])},
            [None if i == 1 else str(i) for i in LABELS],
            None,
        ),
        ({"images": PICTURES, "split": SPLIT}, [None] * 30, [i > 0 for i in LABELS]),
        ({"images": PICTURES, "split": LABELS > 1}, [None] * 30, [i > 1 for i in LABELS]),
        ({"arr_0": PICTURES, "arr_1": LABELS}, [str(i) for i in LABELS], None),
        ({"whatever": PICTURES}, [None] * 30, None),
    ],
)
def test_npz__of_every_usual_naming(
    tmp_path: Path, arrays: dict[str, NDArray[Any]], classes: list[Any], held_out: Any
) -> None:
    taken = bring(npz(tmp_path / "x.npz", **arrays))
    assert np.array_equal(taken.values[:, 0], PICTURES)
    assert taken.class_names == classes
    assert taken.is_held_out == held_out
    assert taken.ids[7] == f"{next(iter(arrays))}[7]"
    assert taken.outline.format == "NPZ"


@pytest.mark.parametrize("form", ["{0}_{1}", "{1}_{0}", "{1}{0}"])
def test_npz__in_train_and_test(tmp_path: Path, form: str) -> None:
    x, y = ("Images", "Labels") if form == "{1}{0}" else ("x", "y")
    arrays: dict[str, NDArray[Any]] = {
        form.format(x, "train"): PICTURES[:20], form.format(y, "train"): LABELS[:20],
        form.format(x, "test"): PICTURES[20:], form.format(y, "test"): LABELS[20:],
    }  # fmt: skip
    taken = bring(npz(tmp_path / "x.npz", **arrays))
    assert sorted(zip(taken.class_names, taken.is_held_out or (), strict=True)) == sorted(
        (str(label), i >= 20) for i, label in enumerate(LABELS)
    )


def test_npz__in_parts_called_in_short(tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "X_tr": PICTURES[:20], "y_tr": LABELS[:20], "X_te": PICTURES[20:], "y_te": LABELS[20:],
    }  # fmt: skip
    taken = bring(npz(tmp_path / "x.npz", **arrays))
    assert taken.is_held_out == [i >= 20 for i in range(30)]
    assert taken.class_names == [str(label) for label in LABELS]


def test_npz__brings_its_own_ids(tmp_path: Path) -> None:
    ids = np.array([f"s-{i}" for i in range(30)])
    assert bring(npz(tmp_path / "x.npz", images=PICTURES, ids=ids)).ids == ids.tolist()
    same = np.array(["s"] * 30)
    assert bring(npz(tmp_path / "y.npz", images=PICTURES, ids=same)).ids[1] == "images[1]"


@pytest.mark.parametrize("pack", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_npz__within_an_archive(tmp_path: Path, pack: int) -> None:
    inner = npz(tmp_path / "x.npz", images=PICTURES, labels=LABELS).read_bytes()
    taken = bring(make_zip(tmp_path / "one.zip", {"a/x.npz": inner, "README.md": b"notes"}, pack))
    assert np.array_equal(taken.values[:, 0], PICTURES)
    assert (taken.ids[0], taken.rejections) == ("images[0]", [])
    two = bring(make_zip(tmp_path / "two.zip", {"train.npz": inner, "test.npz": inner}, pack))
    assert two.ids[::30] == ["test/images[0]", "train/images[0]"]
    assert (two.is_held_out or [])[::30] == [True, False]


def test_npz__within_an_archive_that_finds_no_room(tmp_path: Path) -> None:
    inner = npz(tmp_path / "x.npz", images=PICTURES).read_bytes()
    path = make_zip(tmp_path / "x.zip", {"a/x.npz": inner})
    with files_up_to(1000), pytest.raises(IntakeError, match=r"a/x\.npz cannot be unpacked: File"):
        bring(path)


def test_npy__alone_and_with_labels(tmp_path: Path) -> None:
    alone = bring(make_folder(tmp_path, {"faces.npy": npy(PICTURES)}) / "faces.npy")
    assert (alone.ids[3], alone.class_names[3], alone.outline.format) == ("faces[3]", None, "NPY")
    for labels in ("labels.npy", "images_labels.npy", "y.npy"):
        files = {"images.npy": npy(PICTURES), labels: npy(LABELS)}
        taken = bring(make_zip(tmp_path / "x.zip", files))
        assert taken.class_names == [str(i) for i in LABELS]


def test_npy__of_several_classes(tmp_path: Path) -> None:
    files = {"full_numpy_bitmap_alarm clock.npy": npy(PICTURES), "cat.npy": npy(PICTURES[:5])}
    taken = bring(make_zip(tmp_path / "x.zip", files))
    assert taken.class_names == ["cat"] * 5 + ["alarm clock"] * 30
    assert taken.ids[5] == "full_numpy_bitmap_alarm clock[0]"


@pytest.mark.parametrize("order", ["hwc", "chw"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_colours__first_or_last(tmp_path: Path, order: str, channels: int) -> None:
    array = RNG.integers(0, 255, (6, 12, 10, channels)).astype(np.uint8)
    array = array if order == "hwc" else np.moveaxis(array, 3, 1)
    taken = bring(npz(tmp_path / "x.npz", images=array))
    assert taken.values.shape == (6, 1 if channels == 1 else 3, 12, 10)
    assert any("See-through" in told for told in taken.outline.treatment) == (channels == 4)
    grey = np.repeat(PICTURES[..., None], 3, axis=3)
    assert bring(npz(tmp_path / "y.npz", images=grey)).values.shape[1] == 1


def test_dark_drawings_on_nothing__are_seen(tmp_path: Path) -> None:
    array = np.zeros((6, 12, 10, 4), np.uint8)
    array[:, 3:6, 3:6, 3] = 255
    taken = bring(npz(tmp_path / "x.npz", images=array))
    assert np.array_equal(taken.values[:, 0], 255 - array[..., 3])
    assert "See-through parts: shown on white." in taken.outline.treatment


def test_options__scale_and_colour(tmp_path: Path) -> None:
    path = npz(tmp_path / "x.npz", images=np.repeat(PICTURES[:3], 40, axis=1).repeat(40, axis=2))
    assert bring(path).outline.sample_shape == (1, 85, 96)
    taken = bring(path, side=20, color="rgb")
    assert taken.values.shape == (3, 3, 18, 20)
    assert taken.outline.treatment == ("360 x 320: scaled to 20 x 18.",)


def test_one_picture_as_an_array__is_one_sample(tmp_path: Path) -> None:
    array = RNG.integers(0, 255, (40, 30, 3)).astype(np.uint8)
    assert bring(npz(tmp_path / "x.npz", images=array)).values.shape == (1, 3, 40, 30)


def test_values_that_are_no_numbers__are_left_out(tmp_path: Path) -> None:
    array = PICTURES / 255
    array[4, 1, 1], array[9, 0, 0] = np.nan, np.inf
    taken = bring(npz(tmp_path / "x.npz", images=array))
    assert taken.codes == {"images[4]": "non_finite", "images[9]": "non_finite"}
    kept = [i for i in range(30) if i not in (4, 9)]
    assert np.array_equal(taken.values[:, 0], PICTURES[kept])


def test_parts_of_another_size__are_left_out_and_told(tmp_path: Path) -> None:
    files = {"a.npy": npy(PICTURES), "b.npy": npy(PICTURES[:, :8, :8])}
    taken = bring(npz(tmp_path / "x.npz", x_train=PICTURES, x_test=PICTURES[:3, :8, :8]))
    assert (len(taken.ids), taken.codes) == (30, {"x_test": "bad_shape"})
    with pytest.raises(IntakeError, match="not clear"):
        bring(make_zip(tmp_path / "x.zip", files))


@needs_shared
def test_real_data__comes_out_as_it_went_in() -> None:
    with np.load(SHARED / "fashion_mnist_14k.npz", allow_pickle=False) as saved:
        taken = bring(SHARED / "fashion_mnist_14k.npz")
        assert np.array_equal(taken.values[:, 0], saved["images"])
        assert taken.class_names == saved["class_names"][saved["labels"]].tolist()
        assert taken.is_held_out == (saved["split"] == "test").tolist()
    drawn = bring(SHARED / "raw" / "quickdraw" / "npy")
    assert set(drawn.class_names) == {"alarm clock", "apple", "clock"}
