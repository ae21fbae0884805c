import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.learning.augment import (
    AUGMENT,
    LARGEST_SHIFT,
    LARGEST_STRETCH,
    LARGEST_TURN,
    blank_a_part,
    delay_and_transpose,
    mask_bands,
    turn_and_shift,
    uniform,
    vary_loudness,
    vary_strokes,
)
from ml.records import Kind
from ml.seeding import make_generator

SHAPES: dict[Kind, tuple[int, ...]] = {
    "image": (6, 1, 28, 28), "spectrogram": (6, 1, 64, 40), "vector": (6, 12),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHAPES)
def test_augment__keeps_shape_and_range_and_follows_its_generator(kind: Kind) -> None:
    x = torch.rand(SHAPES[kind], generator=make_generator(0))
    a, b, other = (AUGMENT[kind](x, make_generator(seed)) for seed in (1, 1, 2))
    assert a.shape == x.shape
    assert a.min() >= 0
    assert a.max() < 1.3
    assert torch.equal(a, b)
    assert torch.equal(a, other) == (kind == "vector")


def test_augment__every_other_picture_loses_a_part() -> None:
    blanked = blank_a_part(torch.ones(400, 1, 28, 28), make_generator(0))
    is_whole = (blanked == 1).all((1, 2, 3))
    assert 0.4 < is_whole.float().mean() < 0.7
    assert (blanked.mean((1, 2, 3)) > 1 - 0.45**2).all()


def test_augment__strokes_grow_and_fade() -> None:
    x = torch.zeros(300, 1, 28, 28)
    x[:, :, 14] = 1
    ink = vary_strokes(x, make_generator(0)).sum((1, 2, 3)) / 28  # (300,)
    assert ink.min() < 0.85
    assert ink.max() > 2


def test_augment__moves_a_picture_a_little() -> None:
    x = torch.zeros(50, 1, 28, 28)
    x[:, :, 12:16, 12:16] = 1
    moved = turn_and_shift(x, make_generator(0))
    rows = moved.sum((1, 3)) @ torch.arange(28.0) / moved.sum((1, 2, 3))  # (50,)
    assert rows.std() > 0.3
    assert (rows - 13.5).abs().max() < 4


def slopes(height: int, width: int) -> Tensor:
    """How fast the sampled column and row change along a row and a column, shape (2, 20, 2)."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    x = torch.stack([columns, rows]).float().expand(20, -1, -1, -1)
    moved = turn_and_shift(x, make_generator(0))
    middle = moved[:, :, height // 2 - 2 : height // 2 + 2, width // 2 - 2 : width // 2 + 2]
    return torch.stack([middle.diff(dim=axis).mean((2, 3)) for axis in (3, 2)])


@pytest.mark.parametrize("sides", [(32, 96), (96, 32), (31, 40)])
def test_augment__a_turn_is_the_same_whatever_the_sides(sides: tuple[int, int]) -> None:
    torch.testing.assert_close(slopes(*sides), slopes(32, 32), atol=1e-4, rtol=0)


def test_augment__a_square_picture_is_turned_in_its_own_coordinates() -> None:
    """To the bit, so that the maps of square pictures are what they were."""
    x = torch.rand((40, 1, 28, 28), generator=make_generator(0))
    draws = make_generator(1)
    most = (LARGEST_TURN, LARGEST_STRETCH, LARGEST_STRETCH, LARGEST_SHIFT, LARGEST_SHIFT)
    turn, stretch, shear, right, down = (uniform(40, each, x, draws) for each in most)
    cos, sin = turn.cos() * (1 + stretch), turn.sin() * (1 + stretch)
    matrix = torch.stack([cos, shear - sin, right, sin, cos, down], 1).view(40, 2, 3)
    grid = F.affine_grid(matrix, [40, 1, 28, 28], align_corners=False)
    expected = F.grid_sample(x, grid, align_corners=False)
    assert torch.equal(turn_and_shift(x, make_generator(1)), expected)


def test_augment__a_spectrogram_loses_a_band_and_nothing_else() -> None:
    x = torch.ones(20, 1, 50, 50)
    masked = mask_bands(x, make_generator(0))
    assert set(masked.flatten().tolist()) == {0, 1}
    assert (masked.mean((1, 2, 3)) > 0.6).all()
    assert (masked.mean((1, 2, 3)) < 1).any()


def test_augment__a_sound_comes_later_and_higher_but_is_no_other() -> None:
    x = torch.zeros(60, 1, 40, 40)
    x[:, :, 18:22, 10:30] = 1
    moved = delay_and_transpose(x, make_generator(0))
    total, middle = moved.sum((1, 2, 3)), torch.arange(40.0) - 19.5
    heights, times = (moved.sum((1, axis)) @ middle / total for axis in (3, 2))  # (60,)
    assert 0.5 < heights.abs().max() < 2.6
    assert 1 < times.abs().max() < 5.2
    assert (total / 80 - 1).abs().max() < 0.3  # the tempo


def test_augment__loudness_leaves_silence_alone() -> None:
    x = torch.full((30, 1, 20, 10), 0.5)
    x[:, :, :, :5] = 0
    varied = vary_loudness(x, make_generator(0))
    assert not varied[:, :, :, :5].any()
    change = varied[:, 0, :, 5] - 0.5  # (30, 20)
    assert 0.05 < change.abs().max() < 0.26
    assert change.diff(dim=1).std() > 0  # the tilt
