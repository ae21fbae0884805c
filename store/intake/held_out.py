"""Which samples are held out, where a person chooses a share: whole recordings of sounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.wording import many

FAR: Final = 0.25
"""Part of the share by which what is held out may differ without a word."""


@dataclass(frozen=True)
class HeldOut:
    """What a split holds out."""

    num_samples: int
    counts: Sequence[int]
    """Of each class."""
    num_recordings: int | None = None
    """That held-out samples are of; None for what is no sound."""
    note: str = ""
    """What there is to know of it, in one sentence, or ""."""


def note_of(is_held_out: NDArray[np.bool_], share: float, recording: NDArray[np.intp]) -> str:
    """Return what to say where recordings are cut, or far from the share, in one sentence, or "".

    Args:
        is_held_out: as `draw_held_out` chose, shape (num_samples,).
        share: what was asked for, 0 to 0.5.
        recording: of each sample, shape (num_samples,).
    """
    held, kept = np.unique(recording[is_held_out]), np.unique(recording[~is_held_out])
    num_cut, num_all = len(np.intersect1d(held, kept)), len(np.union1d(held, kept))
    if num_cut:
        why = "There is one recording alone" if num_all == 1 else (
            "No whole recording of a class fits the share"
        )  # fmt: skip
        which = "it" if num_all == 1 else many(num_cut, "recording")
        return (f"{why}: windows of {which} are both trained on and held out, so what is measured "
                "says little about other recordings.")  # fmt: skip
    wanted = share * len(is_held_out)
    if len(held) and abs(is_held_out.sum() - wanted) > max(FAR * wanted, 1):
        return (f"Recordings are held out whole, and of these {num_all:,} none comes nearer to "
                f"{share:.0%} with half of a class left to train on.")  # fmt: skip
    return ""


def draw_held_out(
    label: NDArray[np.int16], share: float, recording: NDArray[np.intp] | None = None
) -> NDArray[np.bool_]:
    """Return which samples are held out, shape (num_samples,): `share` of each label, rounded.

    Samples without a label are a class of their own. At least one of each class stays in training.

    Args:
        label: of each sample, -1 for none.
        share: 0 to 0.5.
        recording: of each sample, shape (num_samples,). Those of one recording stay together, as
            near to the share as that allows with half of the label left to train on. Samples are
            drawn where a label has only one recording, or that meets less than a quarter of it.
    """
    rng = np.random.default_rng(0)
    is_held_out = np.zeros(len(label), bool)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-2))
    for members in np.split(order, starts[1:]):
        count = min(round(share * len(members)), len(members) - 1)
        of = members if recording is None else recording[members]
        is_held_out[_drawn(rng, members, of, count)] = True
    return is_held_out


def _drawn(
    rng: np.random.Generator, members: NDArray[np.intp], of: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    """Return about `count` of some samples, each with all those that have the same `of`."""
    group, sizes = np.unique(of, return_inverse=True, return_counts=True)[1:]
    if count == 0 or len(sizes) in (1, len(members)):
        return rng.permutation(members)[:count]
    order = rng.permutation(len(sizes))
    taken = order[_nearest(sizes[order], count, len(members) // 2)]
    if 4 * sizes[taken].sum() < count:
        return rng.permutation(members)[:count]
    return members[np.isin(group, taken)]


def _nearest(sizes: NDArray[np.intp], count: int, most: int) -> list[int]:
    """Return which sizes add up to what is nearest to `count`; one at least, `most` in all."""
    last = np.full(most + 1, -1)  # of each sum the size that was added last, -1: not reached
    last[0] = 0
    for k in np.flatnonzero(sizes <= most):
        is_new = (last[: most + 1 - sizes[k]] >= 0) & (last[sizes[k] :] < 0)
        last[np.flatnonzero(is_new) + sizes[k]] = k
        if last[min(count, most)] >= 0:
            break
    sums = np.flatnonzero(last >= 0)[1:]
    left, taken = int(sums[np.argmin(abs(sums - count))]), []
    while left:
        taken.append(int(last[left]))
        left -= int(sizes[taken[-1]])
    return taken
