"""What a run learns from, checked once before the first step."""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.errors import InvalidInputError
from ml.networks.networks import SampleShape
from ml.records import UNSURE, Kind
from ml.samples.known import KnownFeatures

Values = NDArray[np.uint8] | NDArray[np.float32] | Tensor
"""uint8 images (num_samples, C, H, W), or float32 vectors (num_samples, D)."""


LARGEST_VALUE: Final = 1e15
"""Beyond it sums of squares leave float32."""


def check_magnitude(vectors: Tensor) -> None:
    """Check vectors (num_samples, D) that training must be able to square.

    Raises:
        InvalidInputError: when a value is not finite or beyond 1e15.
    """
    if vectors.numel() == 0:
        return
    largest = max(-float(vectors.min()), float(vectors.max()))  # NaN wins in both
    if not math.isfinite(largest):
        raise InvalidInputError("The vectors hold values that are not finite; leave them out.")
    if largest > LARGEST_VALUE:
        raise InvalidInputError(
            f"The vectors hold values up to {largest:.0e}; scale them to {LARGEST_VALUE:g} at most."
        )


def to_pixels(images: Values, device: torch.device | str = "cpu") -> Tensor:
    """Return samples as one tensor on `device`, so that a warm worker moves them only once.

    Bytes stay bytes until a minibatch is drawn: a quarter of the memory of float32.
    """
    if isinstance(images, Tensor):
        return images.to(device)
    # a memory-mapped file is read-only, which torch.from_numpy refuses to promise
    writable = images if images.flags.writeable else images.copy()
    return torch.from_numpy(np.ascontiguousarray(writable)).to(device)


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Samples, what people said about them, and what they may be used for."""

    images: Values
    """0 to 255, shape (num_samples, channels, height, width), uint8; or vectors, float32, shape
    (num_samples, D)."""
    annotation: NDArray[np.int16]
    """class_index, NO_CLASS or UNSURE of each sample, shape (num_samples,)."""
    is_held_out: NDArray[np.bool_]
    """Samples that are measured and drawn but never trained on, shape (num_samples,)."""
    truth: NDArray[np.int16]
    """class_index that held-out samples are measured against, or -1; shape (num_samples,)."""
    num_classes: int
    """Classes of the project, annotated or not."""
    kind: Kind = "image"
    """What the samples are; vectors are told by their shape."""
    target: NDArray[np.float32] | None = None
    """Where samples were moved to, shape (num_samples, latent_dim), NaN where they were not."""
    class_place: NDArray[np.float32] | None = None
    """Where classes should be, shape (num_classes, latent_dim), NaN for those without a place."""
    shown: NDArray[np.int16] | None = None
    """class_index or NO_CLASS of each sample on the map a run begins with, shape (num_samples,);
    where None, the head is asked."""
    refused: NDArray[np.bool_] | None = None
    """Classes somebody said a sample is not, shape (num_samples, max(1, num_classes)). Of held-out
    samples nothing is learned. The journal has no such verb, so only a benchmark says it; it is
    heeded in a few lines in the midst of `ml.learning.answer`, which would be torn apart."""
    label: NDArray[np.int16] | None = None
    """The class by the data set's label alone, as `ml.measures.by_label` reads it, shape
    (num_samples,); it measures and teaches nothing. None where that is not known."""
    known: KnownFeatures = field(default_factory=KnownFeatures)
    """What earlier runs have found out of these very samples and this very split; by itself nothing
    is kept. It saves time and changes nothing."""

    def __post_init__(self) -> None:
        self._check_values()
        given = tuple(each for each in ("shown", "label") if getattr(self, each) is not None)
        for name in ("annotation", "is_held_out", "truth", *given):
            shape = getattr(self, name).shape
            if shape != (self.num_samples,):
                raise InvalidInputError(
                    f"{name} has shape {shape}; {self.num_samples} samples need "
                    f"({self.num_samples},)."
                )
        for name in ("annotation", "truth", *given):
            self._check_classes(name)
        shape = (self.num_samples, max(1, self.num_classes))
        if self.refused is not None and self.refused.shape != shape:
            raise InvalidInputError(f"refused has shape {self.refused.shape}; use {shape}.")
        for what, places in (("sample", self.target), ("class", self.class_place)):
            if places is not None and bool((np.abs(places) > LARGEST_VALUE).any()):
                raise InvalidInputError(
                    f"A {what} was moved further than {LARGEST_VALUE:g} map units; "
                    "drop it nearer to the map."
                )
        if self.num_samples == 0 or bool(self.is_held_out.all()):
            raise InvalidInputError("No sample is left to train on; every one is held out.")

    def _check_values(self) -> None:
        images = self.images
        is_bytes = images.dtype in (torch.uint8, np.dtype(np.uint8))
        is_float = images.dtype in (torch.float32, np.dtype(np.float32))
        if not (images.ndim == 4 and is_bytes) and not (images.ndim == 2 and is_float):
            raise InvalidInputError(
                f"images are {images.dtype} of shape {tuple(images.shape)}; "
                "use uint8 of shape (num_samples, channels, height, width), or float32 of shape "
                "(num_samples, dimensions)."
            )
        if is_float:
            check_magnitude(torch.as_tensor(images))
        if images.ndim == 2:
            object.__setattr__(self, "kind", "vector")

    def _check_classes(self, name: str) -> None:
        values = getattr(self, name)
        low, high = (int(values.min()), int(values.max())) if values.size else (0, -1)
        if low < UNSURE or high >= self.num_classes:
            raise InvalidInputError(
                f"{name} holds class {low if low < UNSURE else high}; "
                f"there are {self.num_classes} classes."
            )

    @property
    def num_samples(self) -> int:
        """Samples in all, held-out ones included."""
        return len(self.images)

    @property
    def sample_shape(self) -> SampleShape:
        """(channels, height, width) of one image, or (dimensions,) of a vector."""
        return tuple(int(side) for side in self.images.shape[1:])

    @property
    def trained_ids(self) -> NDArray[np.int64]:
        """Ascending ids of the samples that are trained on."""
        return np.flatnonzero(~self.is_held_out)

    @property
    def moved_ids(self) -> NDArray[np.int64]:
        """Ascending ids of the samples with a target; held-out ones have none."""
        if self.target is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(np.isfinite(self.target).all(axis=1) & ~self.is_held_out)

    def targets(self, latent_dim: int) -> NDArray[np.float32]:
        """Return where samples were moved to, shape (num_samples, latent_dim), NaN where not.

        Raises:
            InvalidInputError: when targets have another number of axes than the map.
        """
        shape = (self.num_samples, latent_dim)
        if self.target is None:
            return np.full(shape, np.nan, np.float32)
        if self.target.shape != shape:
            raise InvalidInputError(f"target has shape {self.target.shape}; the map needs {shape}.")
        return self.target

    @property
    def placed_classes(self) -> NDArray[np.int64]:
        """Ascending class_index of the classes with a place."""
        if self.class_place is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(np.isfinite(self.class_place).all(axis=1))

    def places(self, latent_dim: int) -> NDArray[np.float32]:
        """Return where classes should be, shape (num_classes, latent_dim), NaN for no place.

        Raises:
            InvalidInputError: when places are of other classes, or have another number of axes.
        """
        shape = (self.num_classes, latent_dim)
        if self.class_place is None:
            return np.full(shape, np.nan, np.float32)
        if self.class_place.shape != shape:
            raise InvalidInputError(f"class_place has shape {self.class_place.shape}; use {shape}.")
        return self.class_place

    @property
    def taught(self) -> NDArray[np.int16]:
        """Annotation that training sees, shape (num_samples,): NO_CLASS if held out or unsure."""
        return np.where(self.is_held_out | (self.annotation < 0), -1, self.annotation).astype(
            np.int16
        )

    @property
    def taught_refusals(self) -> NDArray[np.bool_] | None:
        """Refusals that training hears, shape (num_samples, K): none of held-out samples."""
        return None if self.refused is None else self.refused & ~self.is_held_out[:, None]

    @property
    def is_active(self) -> NDArray[np.bool_]:
        """Classes with at least one annotation to learn from, shape (max(1, num_classes),)."""
        taught = self.taught
        counts = np.bincount(taught[taught >= 0], minlength=max(1, self.num_classes))
        return counts > 0
