import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.intake import looking, records
from ml.intake.errors import IntakeError
from ml.intake.formats import spread
from ml.intake.pictures import NUM_LOOKED_AT
from tests.ml.intake.brought import (
    SHARED,
    bring,
    make_folder,
    make_zip,
    needs_shared,
    png,
    refused,
)  # fmt: skip


def test_folders__name_classes_and_the_split(tmp_path: Path) -> None:
    files = {"set/train/猫/2.png": png(2), "set/train/dog/1.png": png(1),
             "set/test/猫/1.png": png(3)}  # fmt: skip
    for path in (make_folder(tmp_path / "x", files), make_zip(tmp_path / "x.zip", files)):
        taken = bring(path)
        assert taken.ids == ["test/猫/1.png", "train/dog/1.png", "train/猫/2.png"]
        assert taken.class_names == ["猫", "dog", "猫"]
        assert taken.is_held_out == [True, False, False]
        assert taken.values[:, 0, 0, 0].tolist() == [3, 1, 2]
        assert (taken.outline.kind, taken.outline.format) == ("image", "PNG")
        assert taken.outline.num_samples == 3
        assert taken.outline.treatment == ()


def test_one_picture__is_one_sample(tmp_path: Path) -> None:
    taken = bring(make_folder(tmp_path, {"cat.jpg": png(9, form="JPEG")}) / "cat.jpg")
    assert (taken.ids, taken.class_names, taken.values.shape) == (["cat.jpg"], [None], (1, 1, 4, 4))
    assert taken.outline.chosen == {"side": 4, "color": "grey"}


def test_broken_pictures__are_left_out_and_the_rest_survive(tmp_path: Path) -> None:
    cells = np.random.default_rng(0).integers(0, 255, (30, 30)).astype(np.uint8)
    good = {f"a/{i:03}.png": png(cells) for i in range(300)}
    bad = {"a/cut.png": png(cells)[:500], "a/empty.png": b"", "a/gif.png": png(cells, form="GIF"),
           "a/junk.png": b"junk", "b/x.wav": png(cells)}  # fmt: skip
    taken = bring(make_zip(tmp_path / "x.zip", good | bad))
    assert len(taken.ids) == 301
    assert "b/x.wav" in taken.ids
    assert taken.codes == {"a/cut.png": "truncated", "a/empty.png": "empty",
                           "a/gif.png": "format_not_allowed", "a/junk.png": "corrupt"}  # fmt: skip


def test_only_broken_pictures__are_an_error(tmp_path: Path) -> None:
    data = png(np.random.default_rng(0).integers(0, 255, (30, 30)).astype(np.uint8))
    for files in ({"a.png": data[:300]}, {"a.png": data[:300], "b.png": data[:400]}):
        with pytest.raises(IntakeError, match=r"a\.png was cut off") as error:
            bring(make_zip(tmp_path / "x.zip", files))
        assert refused(error) == ("truncated", 422)


def test_sizes__that_differ_are_fitted_into_a_square(tmp_path: Path) -> None:
    white = np.full((30, 12), 255, np.uint8)
    files = {"a.png": png(white), "b.png": png(np.full((480, 640), 255, np.uint8)),
             "c.png": png(np.full((50, 50), 255, np.uint8))}  # fmt: skip
    taken = bring(make_folder(tmp_path / "x", files))
    assert taken.values.shape == (3, 1, 50, 50)
    assert taken.outline.treatment == (
        "Sizes from 12 x 30 to 640 x 480: fitted into 50 x 50, aspect kept.", "Margins: white.",
    )  # fmt: skip
    assert bring(tmp_path / "x", side=32).values.shape == (3, 1, 32, 32)
    assert bring(tmp_path / "x", color="rgb").values.shape == (3, 3, 50, 50)


def test_turned_photos__have_the_size_they_are_seen_in(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = png(np.zeros((20, 40), np.uint8), form="JPEG", exif=exif)
    taken = bring(make_folder(tmp_path / "x", {"1.jpg": photo, "2.jpg": photo}))
    assert taken.outline.sample_shape == (1, 40, 20)
    assert taken.outline.treatment == ()


def test_colour__is_kept_where_one_picture_has_some(tmp_path: Path) -> None:
    red = png(
        np.dstack([np.full((4, 4), 200), np.zeros((4, 4)), np.zeros((4, 4))]).astype(np.uint8)
    )
    grey = png(np.full((4, 4, 3), 77, np.uint8))
    path = make_folder(tmp_path / "x", {"1.png": grey, "2.png": red})
    assert bring(path).values.shape[1] == 3
    taken = bring(path, color="grey")
    assert taken.values.shape[1] == 1
    assert taken.outline.treatment == ("Colours: turned into grey.",)
    assert bring(make_folder(tmp_path / "y", {"1.png": grey, "2.png": grey})).values.shape[1] == 1


def test_colour__is_seen_in_one_picture_at_least(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pictures are so large that none may be decoded for a look, the first still is."""
    monkeypatch.setattr(looking, "MOST_PIXELS", 10)
    red = png(np.full((40, 40, 3), (200, 0, 0), np.uint8))
    files = {f"{i}.png": red for i in range(9)}
    assert bring(make_folder(tmp_path / "x", files)).values.shape[1] == 3


def test_a_late_colour_in_a_grey_set__is_converted(tmp_path: Path) -> None:
    files = {f"{i:04}.png": png(50) for i in range(500)}
    odd = next(name for name in files if name not in spread(list(files), NUM_LOOKED_AT))
    files[odd] = png(np.full((5, 3, 3), (200, 0, 0), np.uint8))
    taken = bring(make_zip(tmp_path / "x.zip", files))
    assert taken.values.shape == (500, 1, 4, 4)
    assert taken.values[taken.ids.index(odd)].max() == 60


@pytest.mark.parametrize(("ink", "ground", "word"), [(0, 255, "white"), (255, 0, "black")])
def test_see_through_drawings__get_the_ground_they_are_seen_on(
    tmp_path: Path, ink: int, ground: int, word: str
) -> None:
    cells = np.zeros((8, 8, 4), np.uint8)
    cells[2:6, 2:6] = (ink, ink, ink, 255)
    taken = bring(make_folder(tmp_path / "x", {"1.png": png(cells), "2.png": png(cells)}))
    assert taken.values[0, 0, 0, 0] == ground
    assert taken.values[0, 0, 3, 3] == ink
    assert taken.outline.treatment == (f"See-through parts: shown on {word}.",)


def test_batches__hold_about_eight_megabytes(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (224, 224), (10, 20, 90)).save(stream, "JPEG")
    files = {f"{i}.jpg": stream.getvalue() for i in range(120)}
    taken = bring(make_folder(tmp_path / "x", files))
    assert taken.values.shape == (120, 3, 224, 224)
    assert records.BATCH * 3 * 224**2 > 8_000_000


def test_one_class_and_very_many(tmp_path: Path) -> None:
    one = bring(make_zip(tmp_path / "1.zip", {f"set/cat/{i}.png": png(i) for i in range(3)}))
    assert one.class_names == ["cat"] * 3
    many = bring(make_zip(tmp_path / "2.zip", {f"{i}/a.png": png(1) for i in range(10_000)}))
    assert len(set(many.class_names)) == 10_000


@needs_shared
def test_real_digits__come_out_as_they_went_in(tmp_path: Path) -> None:
    with np.load(SHARED / "mnist_14k.npz", allow_pickle=False) as saved:
        images, labels = saved["images"][:400], saved["labels"][:400]
    files = {
        f"{label}/{i:05}.png": png(image)
        for i, (image, label) in enumerate(zip(images, labels, strict=True))
    }
    taken = bring(make_zip(tmp_path / "x.zip", files))
    order = sorted(range(400), key=lambda i: (str(labels[i]), i))
    assert np.array_equal(taken.values[:, 0], images[order])
    assert taken.class_names == [str(labels[i]) for i in order]
