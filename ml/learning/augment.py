"""Views of a sample that mean the same: what contrastive pretraining learns to see through."""

import math
from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.records import Kind

LARGEST_TURN: Final = math.radians(18)
LARGEST_SHIFT: Final = 0.12
"""Of half the width."""
LARGEST_STRETCH: Final = 0.18
"""Largest relative change of size, and largest shear."""
LARGEST_BLEND: Final = 0.7
"""How far strokes may be thickened or thinned towards a 3x3 neighbourhood's maximum or mean."""
LARGEST_GAIN: Final = 0.21
"""Largest relative change of brightness."""
BLANK: Final = (0.21, 0.43)
"""Sides of the rectangle that every other picture loses, as parts of the picture's."""
WIDEST_MASK: Final = 0.2
"""Of a spectrogram's time or frequency axis (SpecAugment, Park et al. 2019)."""
NUM_MASKS: Final = 2
"""Bands of time, and of frequency, that a spectrogram loses."""
LARGEST_DELAY: Final = 0.1
"""Of a spectrogram's width."""
LARGEST_TRANSPOSITION: Final = 0.06
"""Of a spectrogram's height: of 64 bands to 8 kHz about four, a fifth of an octave for speech."""
LARGEST_TEMPO: Final = 0.2
"""Largest relative change of speed."""
LARGEST_TILT: Final = 0.15
"""Of 80 dB, by which the highest and lowest tones are raised or lowered against each other."""
LARGEST_LOUDNESS: Final = 0.1
"""Of 80 dB, by which all of a spectrogram is raised or lowered."""


def uniform(count: int, most: float, like: Tensor, generator: torch.Generator) -> Tensor:
    """Return `count` draws between -most and most."""
    return (torch.rand(count, generator=generator, device=like.device) * 2 - 1) * most


def draw(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return a number in [0, 1) for each of the images (B, C, H, W), shape (B, 1, 1, 1)."""
    return torch.rand((len(x), 1, 1, 1), generator=generator, device=x.device)


def turn_and_shift(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return images (B, C, H, W) each turned, sheared, scaled and shifted a little.

    Angles are those one sees: in `affine_grid`'s coordinates, 2 long on both axes, a turn of a
    picture that is not square would be a shear.
    """
    turn = uniform(len(x), LARGEST_TURN, x, generator)
    size = 1 + uniform(len(x), LARGEST_STRETCH, x, generator)
    shear = uniform(len(x), LARGEST_STRETCH, x, generator)
    right, down = (uniform(len(x), LARGEST_SHIFT, x, generator) for _ in range(2))
    cos, sin = turn.cos() * size, turn.sin() * size
    tall = x.shape[2] / x.shape[3]
    x_row = torch.stack([cos, (shear - sin) * tall, right], 1)
    y_row = torch.stack([sin / tall, cos, down], 1)
    grid = F.affine_grid(torch.stack([x_row, y_row], 1), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def vary_strokes(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return images (B, C, H, W): a third thickened, a third blurred, all brighter or darker."""
    blend, choice = draw(x, generator) * LARGEST_BLEND, draw(x, generator)
    thick, mean = F.max_pool2d(x, 3, 1, 1), F.avg_pool2d(x, 3, 1, 1)
    towards = torch.where(choice < 1 / 3, thick, torch.where(choice < 2 / 3, mean, x))
    gain = 1 + (draw(x, generator) * 2 - 1) * LARGEST_GAIN
    return (x + (towards - x) * blend) * gain


def blank_a_part(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return images (B, C, H, W), every other one without a rectangle somewhere."""
    is_in = draw(x, generator) < 0.5
    for axis in (2, 3):
        length = x.shape[axis]
        side = (BLANK[0] + draw(x, generator) * (BLANK[1] - BLANK[0])) * length
        middle = draw(x, generator) * length
        places = torch.arange(length, device=x.device).view(
            (1, 1, length, 1) if axis == 2 else (1, 1, 1, length)
        )
        is_in = is_in & ((places - middle).abs() * 2 < side)
    return x.masked_fill(is_in, 0.0)


def vary_image(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return images (B, C, H, W) each changed in all the ways that leave its meaning alone."""
    for change in (turn_and_shift, vary_strokes, blank_a_part):
        x = change(x, generator)
    return x


def delay_and_transpose(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return spectrograms (B, C, H, W) each later or earlier, higher or lower, slower or faster."""
    matrix = torch.zeros(len(x), 2, 3, device=x.device)
    matrix[:, 0, 0] = 1 + uniform(len(x), LARGEST_TEMPO, x, generator)
    matrix[:, 1, 1] = 1
    matrix[:, 0, 2] = uniform(len(x), 2 * LARGEST_DELAY, x, generator)  # both axes are 2 long
    matrix[:, 1, 2] = uniform(len(x), 2 * LARGEST_TRANSPOSITION, x, generator)
    grid = F.affine_grid(matrix, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def vary_loudness(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return spectrograms (B, C, H, W) as other rooms and microphones colour them.

    Silence stays silent.
    """
    height = torch.linspace(-1, 1, x.shape[2], device=x.device).view(1, 1, -1, 1)
    tilt, gain = (draw(x, generator) * 2 - 1 for _ in range(2))  # (B, 1, 1, 1)
    change = LARGEST_TILT * tilt * height + LARGEST_LOUDNESS * gain  # (B, 1, H, 1)
    return torch.where(x > 0, (x + change).clamp(0, 1), x)


def mask_bands(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return spectrograms (B, C, H, W) each with a band of time and of frequency left out."""
    for axis in (2, 3):
        length = x.shape[axis]
        width = torch.rand(len(x), generator=generator, device=x.device) * WIDEST_MASK * length
        start = torch.rand(len(x), generator=generator, device=x.device) * (length - width)
        places = torch.arange(length, device=x.device)  # (length,)
        is_in = (places >= start[:, None]) & (places < (start + width)[:, None])  # (B, length)
        shape = (len(x), 1, length, 1) if axis == 2 else (len(x), 1, 1, length)
        x = x.masked_fill(is_in.view(shape), 0.0)
    return x


def vary_sound(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return spectrograms (B, C, H, W) each changed in all the ways that leave its meaning alone.

    With masks alone, 300 spoken digits had .51 of their own digit nearby (docs/learning.md, 12).
    """
    x = vary_loudness(delay_and_transpose(x, generator), generator)
    for _ in range(NUM_MASKS):
        x = mask_bands(x, generator)
    return x


def keep(x: Tensor, _: torch.Generator) -> Tensor:
    """Return vectors as they are: what may change in them, nobody knows."""
    return x


AUGMENT: Final[dict[Kind, Callable[[Tensor, torch.Generator], Tensor]]] = {
    "image": vary_image,
    "spectrogram": vary_sound,
    "vector": keep,
}
"""By kind: samples (B, ...) and a generator on their device -> samples of the same shape."""
