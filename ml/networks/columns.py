"""What unit the numbers of vectors have: tables mix years, shares and metres, one a column."""

from typing import Final

import torch
from torch import Tensor

LEAST_SPREAD: Final = 1e-6
"""Of a column's largest number: what differs by less differs by rounding."""
FARTHEST: Final = 10.0
"""Units that no measured number of a column with an own unit is further than from its middle: one
that is not 0 for a single sample would drown that sample otherwise."""
ALIKE: Final = 10.0
"""Factor within which columns count as of one unit, which they keep: pixels that vary little are
to stay so. Brought to one each, they cost 1,200 digits as vectors .06 of their accuracy."""
CONSTANT_SHARE: Final = 1e-3
"""Least unit of a column that always holds the same number, as a part of it."""
OUTLYING: Final = 30.0
"""A vector so many times as far out as half of all others tells nothing of their unit: one that was
1,000 times as long as 300 others left them a hundredth of it each, and they learned nothing."""
MOST_OUTLYING: Final = 0.01
"""Share of a set that may be outlying, or one vector: what more of them have in common is no slip,
as the loud ones of a set that is silent for the most part, and tells them apart."""
HEADROOM: Final = 2.0
"""How much longer than any that told the unit a vector may be before it is read as a shorter one:
its step outweighs all others' else. Directions stay."""
UNBOUNDED: Final = torch.finfo(torch.float32).max
"""Reach of networks that read every vector at its full length, as all did once."""


def middle_and_spread(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each column, both shape (D,).

    The latter is 0 where a column holds one number. Both are taken from differences to the first
    row: the mean of many equal numbers is another number, by rounding.

    Args:
        x: Vectors, float32, shape (n, D), at least one.
    """
    apart = x - x[0]
    reach = apart.abs().amax(0).clamp_min(torch.finfo(x.dtype).tiny)
    middle = apart.mean(0)
    spread = reach * ((apart - middle) / reach).square().mean(0).sqrt()  # squares stay in range
    is_told = spread > LEAST_SPREAD * x.abs().amax(0)
    return x[0] + middle, torch.where(is_told, spread, 0)


def shift_and_scale(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return what vectors are shifted and divided by, both shape (D,), the latter above 0.

    Columns of about the usual unit share one; all others have their own.

    Args:
        x: Vectors that tell, float32, shape (n, D), at least one.
    """
    middle, spread = middle_and_spread(x)
    unit = torch.maximum(spread, (x - middle).abs().amax(0) / FARTHEST)
    told = unit[spread > 0]
    if len(told) == 0:
        return middle, torch.clamp(CONSTANT_SHARE * middle.abs(), min=1)
    usual = told.median()
    is_alike = (spread > 0) & (unit > usual / ALIKE) & (unit < usual * ALIKE)
    shared = usual * (spread[is_alike] / usual).square().mean().sqrt()  # squares stay in range
    constant = torch.maximum(shared, CONSTANT_SHARE * middle.abs())
    scale = torch.where(is_alike, shared, torch.where(spread > 0, unit, constant))
    return middle, scale.clamp_min(torch.finfo(x.dtype).tiny)


def usual(x: Tensor) -> Tensor:
    """Return the vectors that tell a unit, shape (m, D), in their order: all but the outlying.

    Where these are many, or all that differ from the others, all are returned.

    Args:
        x: Vectors, float32, shape (n, D), at least one.
    """
    _, scale = shift_and_scale(x)
    far = lengths((x - x.median(0).values) / scale).squeeze(1)
    kept = x[far <= OUTLYING * far.median()]
    are_few = len(x) - len(kept) <= max(1, MOST_OUTLYING * len(x))
    return kept if are_few and bool(middle_and_spread(kept)[1].any()) else x


def lengths(x: Tensor) -> Tensor:
    """Return the root mean square of each vector of (n, D), shape (n, 1)."""
    largest = x.abs().amax(1, keepdim=True).clamp_min(1)
    return largest * (x / largest).square().mean(1, keepdim=True).sqrt()  # squares stay in range


def reach_of(x: Tensor) -> Tensor:
    """Return how long a vector may be before it is shortened, a scalar in units.

    Args:
        x: The vectors that told the unit, in that unit, shape (n, D).
    """
    return (HEADROOM * lengths(x).amax()).clamp_min(FARTHEST)


def shortened(x: Tensor, reach: Tensor) -> Tensor:
    """Return vectors (n, D) of which none is longer than `reach`, as they are where none was."""
    return x * (reach / torch.maximum(lengths(x), reach))
