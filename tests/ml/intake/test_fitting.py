import numpy as np
import pytest
from PIL import Image

from ml.intake.fitting import Fit, choose_size, convert, ground_of, is_grey, num_channels


@pytest.mark.parametrize(
    ("sizes", "side", "expected"),
    [
        ([(28, 28)] * 3, None, (28, 28)),
        ([(224, 100)], None, (224, 100)),
        ([(4, 4)], None, (4, 4)),
        ([(640, 480)] * 2, None, (96, 72)),
        ([(640, 480)], 64, (64, 48)),
        ([(28, 28)], 28, (28, 28)),
        ([(28, 28)], 56, (56, 56)),
        ([(2000, 1)], 8, (8, 1)),
        ([(12, 30), (640, 480)], None, (96, 96)),
        ([(10, 10), (12, 8)], None, (28, 28)),
        ([(40, 50), (60, 20), (30, 30)], None, (50, 50)),
        ([(40, 50), (60, 20)], 224, (224, 224)),
    ],
)
def test_size__keeps_one_and_fits_many(
    sizes: list[tuple[int, int]], side: int | None, expected: tuple[int, int]
) -> None:
    size, told = choose_size(sizes, side)
    assert size == expected
    assert bool(told) == (set(sizes) != {expected})


def test_size__is_told_in_a_sentence() -> None:
    told = choose_size([(640, 480), (12, 30)], None)[1]
    assert told == "Sizes from 12 x 30 to 640 x 480: fitted into 96 x 96, aspect kept."
    assert choose_size([(640, 480)], None)[1] == "640 x 480: scaled to 96 x 72."


def test_place__keeps_the_aspect_and_centres_on_the_ground() -> None:
    wide = Image.fromarray(np.full((10, 40), 100, np.uint8))
    placed = np.asarray(Fit(1, 20, 20, ground=255).place(wide))
    assert placed.shape == (20, 20)
    assert np.unique(placed[:7]).tolist() == np.unique(placed[13:]).tolist() == [255]
    assert np.unique(placed[8:12]).tolist() == [100]
    thin = Fit(1, 8, 8).place(Image.fromarray(np.full((500, 1), 9, np.uint8)))
    assert np.asarray(thin)[:, 3].tolist() == [9] * 8


def test_stack__brings_every_layout_to_one() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (3, 4, 10, 12)).astype(np.uint8)
    assert Fit(3, 10, 12).stack(pixels).shape == (3, 3, 10, 12)
    assert Fit(1, 20, 20).stack(pixels).shape == (3, 1, 20, 20)
    same = Fit(3, 10, 12).stack(pixels[:, :3])
    assert np.array_equal(same, pixels[:, :3])
    assert same.flags.c_contiguous


def test_convert__is_what_pillow_does() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (1, 4, 30, 30)).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(pixels[0, :3].transpose(1, 2, 0)))
    assert np.array_equal(convert(pixels[:, :3], 1, 0)[0, 0], np.asarray(image.convert("L")))
    for ground in (0, 255):
        rgba = Image.fromarray(np.ascontiguousarray(pixels[0].transpose(1, 2, 0)))
        below = Image.new("RGBA", rgba.size, (ground, ground, ground, 255))
        expected = np.asarray(Image.alpha_composite(below, rgba).convert("RGB")).transpose(2, 0, 1)
        found = convert(pixels, 3, ground)[0].astype(int)
        assert np.abs(found - expected).max() <= 1


def test_colour__is_grey_where_all_are() -> None:
    grey = np.repeat(np.arange(50, dtype=np.uint8).reshape(2, 1, 5, 5), 3, axis=1)
    coloured = grey.copy()
    coloured[1, 2, 4, 4] += 1
    assert is_grey(grey)
    assert is_grey(grey[:, :1])
    assert not is_grey(coloured)
    assert [num_channels("auto", x) for x in (True, False)] == [1, 3]
    assert [num_channels(c, True) for c in ("grey", "rgb")] == [1, 3]


@pytest.mark.parametrize(("drawn", "below", "ground"), [(20, 0, 255), (240, 255, 0)])
def test_ground__lets_a_drawing_be_seen(drawn: int, below: int, ground: int) -> None:
    """Whatever colour lies below what is see-through."""
    cells = np.full((2, 4, 9, 9), below, np.uint8)
    cells[:, 3] = 0
    assert ground_of(cells) == 0
    cells[:, :3, 3:6, 3:6], cells[:, 3, 3:6, 3:6] = drawn, 255
    assert ground_of(cells) == ground
