"""What one contender did on one set with one seed, gesture by gesture."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.moves import map_scale
from ml.measures.stability import similarity

SHARES: Final = ("purity", "displacement", "displacement_procrustes")
"""Fields of a course that may hold NaN."""


@dataclass(frozen=True)
class Course:
    """Lists have an entry for each gesture, the first gesture first; NaN was not taken."""

    accuracy: dict[str, list[float]]
    """Held-out accuracy by head."""
    looks: list[int] = field(default_factory=list)
    """Thumbnails looked at so far."""
    named: list[int] = field(default_factory=list)
    """Samples named so far."""
    purity: list[float] = field(default_factory=list)
    """Share of them whose name is right."""
    left_out: list[int] = field(default_factory=list)
    """Pictures clicked out of selections so far; empty where nobody could."""
    rejected: list[int] = field(default_factory=list)
    """Rejections so far, each of them a gesture."""
    displacement: list[float] = field(default_factory=list)
    """Mean way of points nobody named, in RMS map radii; empty for a map that stands still."""
    displacement_procrustes: list[float] = field(default_factory=list)
    """The same after the similarity that brings the map nearest to the one before."""
    cpu_s: float = 0.0
    """Seconds of processor time, so that a busy machine does not count; without pretraining."""

    def at(self, head: str, gesture: int) -> float:
        """Return the accuracy after a gesture; the last one where nothing was left to name."""
        values = self.accuracy[head]
        return values[min(gesture, len(values)) - 1]

    def looks_at(self, gesture: int) -> float:
        """Return the thumbnails looked at up to a gesture."""
        return float(self.looks[min(gesture, len(self.looks)) - 1])

    def gestures_to(self, accuracy: float, head: str) -> float:
        """Return the first gesture with at least so much held-out accuracy; NaN for none."""
        values = self.accuracy[head]
        return next((float(i) for i, a in enumerate(values, start=1) if a >= accuracy), math.nan)

    def to_json(self) -> dict[str, Any]:
        """Return JSON primitives; NaN becomes None."""
        accuracy = {head: withheld(values) for head, values in self.accuracy.items()}
        shares = {name: withheld(getattr(self, name)) for name in SHARES}
        return {**asdict(self), "accuracy": accuracy, **shares}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Course":
        """Read what `to_json` wrote."""
        accuracy = {head: as_floats(each) for head, each in values["accuracy"].items()}
        shares: dict[str, Any] = {name: as_floats(values[name]) for name in SHARES}
        return cls(**{**values, "accuracy": accuracy, **shares})


def withheld(values: Iterable[float]) -> list[float | None]:
    """Return values with None for NaN, which JSON does not know."""
    return [None if math.isnan(value) else value for value in values]


def as_floats(values: Iterable[float | None]) -> list[float]:
    """Return values with NaN for None."""
    return [math.nan if value is None else float(value) for value in values]


class CourseLog:
    """A course while it is being run."""

    def __init__(self, truth: NDArray[np.int16]) -> None:
        """Start before the first gesture.

        Args:
            truth: Classes of the samples that can be named, shape (num_train,).
        """
        self._truth = truth
        self._course = Course({})
        self._looked = 0

    def note(
        self, annotation: NDArray[np.int16], num_looked: int, accuracy: Mapping[str, float]
    ) -> None:
        """Write down a gesture.

        Args:
            annotation: Classes given so far, negative for none, shape (num_train,).
            num_looked: Thumbnails this gesture took.
            accuracy: Held-out accuracy by head.
        """
        course, is_named = self._course, annotation >= 0
        self._looked += num_looked
        for head, value in accuracy.items():
            course.accuracy.setdefault(head, []).append(value)
        course.looks.append(self._looked)
        course.named.append(int(is_named.sum()))
        is_right = annotation[is_named] == self._truth[is_named]
        course.purity.append(float(is_right.mean()) if len(is_right) else math.nan)

    def note_effort(self, num_left_out: int, is_rejection: bool) -> None:
        """Write down what a gesture took besides looking, and whether it taught nothing."""
        for counts, more in (
            (self._course.left_out, num_left_out), (self._course.rejected, int(is_rejection)),
        ):  # fmt: skip
            counts.append((counts[-1] if counts else 0) + more)

    def note_way(self, before: NDArray[np.float32], after: NDArray[np.float32]) -> None:
        """Write down how far points went that nobody named, both maps (num_untouched, 2)."""
        raw, turned = displacement(before, after)
        self._course.displacement.append(raw)
        self._course.displacement_procrustes.append(turned)

    def course(self, cpu_s: float) -> Course:
        """Return what was written."""
        values = {**vars(self._course), "cpu_s": cpu_s}
        return Course(**values)


def displacement(before: NDArray[np.float32], after: NDArray[np.float32]) -> tuple[float, float]:
    """Return the mean way between two maps (num_samples, 2), as it is and without similarity.

    In RMS radii of the map before. Turning, moving and resizing as a whole is taken out by the
    similarity of least squares (Schönemann and Carroll 1970).
    """
    if len(before) < 2:
        return math.nan, math.nan
    axes = before.shape[1]
    radius = max(1e-12, map_scale(before) * math.sqrt(axes))
    raw = np.linalg.norm(after - before, axis=1).mean() / radius
    here, there = (z - z.mean(axis=0, dtype=np.float64) for z in (after, before))
    turned = np.linalg.norm(here @ similarity(here, there) - there, axis=1).mean() / radius
    return float(raw), float(turned)


def accuracy_of(prediction: NDArray[np.int16], truth: NDArray[np.int16]) -> float:
    """Return the share of predictions that are right, both shape (num_test,)."""
    return float((prediction == truth).mean())
