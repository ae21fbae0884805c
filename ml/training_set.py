"""What a run learns from, checked once before the first step."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.errors import InvalidInputError
from ml.records import UNSURE


def to_pixels(images: NDArray[np.uint8] | Tensor, device: torch.device | str = "cpu") -> Tensor:
    """Return images as one uint8 tensor on `device`, so that a warm worker moves them only once.

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

    images: NDArray[np.uint8] | Tensor
    """0 to 255, shape (num_samples, channels, height, width), uint8."""
    annotation: NDArray[np.int16]
    """class_index, NO_CLASS or UNSURE of each sample, shape (num_samples,)."""
    is_held_out: NDArray[np.bool_]
    """Samples that are measured and drawn but never trained on, shape (num_samples,)."""
    truth: NDArray[np.int16]
    """class_index that held-out samples are measured against, or -1; shape (num_samples,)."""
    num_classes: int
    """Classes of the project, annotated or not."""

    def __post_init__(self) -> None:
        images = self.images
        is_bytes = images.dtype in (torch.uint8, np.dtype(np.uint8))
        if images.ndim != 4 or not is_bytes:
            raise InvalidInputError(
                f"images are {images.dtype} of shape {tuple(images.shape)}; "
                "use uint8 of shape (num_samples, channels, height, width)."
            )
        for name in ("annotation", "is_held_out", "truth"):
            shape = getattr(self, name).shape
            if shape != (self.num_samples,):
                raise InvalidInputError(
                    f"{name} has shape {shape}; {self.num_samples} samples need "
                    f"({self.num_samples},)."
                )
        for name in ("annotation", "truth"):
            self._check_classes(name)
        if self.num_samples == 0 or bool(self.is_held_out.all()):
            raise InvalidInputError("No sample is left to train on; every one is held out.")

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
    def sample_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of one image."""
        _, channels, height, width = self.images.shape
        return int(channels), int(height), int(width)

    @property
    def trained_ids(self) -> NDArray[np.int64]:
        """Ascending ids of the samples that are trained on."""
        return np.flatnonzero(~self.is_held_out)

    @property
    def taught(self) -> NDArray[np.int16]:
        """Annotation that training sees, shape (num_samples,): NO_CLASS if held out or unsure."""
        return np.where(self.is_held_out | (self.annotation < 0), -1, self.annotation).astype(
            np.int16
        )

    @property
    def is_active(self) -> NDArray[np.bool_]:
        """Classes with at least one annotation to learn from, shape (max(1, num_classes),)."""
        taught = self.taught
        counts = np.bincount(taught[taught >= 0], minlength=max(1, self.num_classes))
        return counts > 0
