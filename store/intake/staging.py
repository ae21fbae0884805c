"""Decoded samples on their way to a data set: written batch by batch, looked at, then kept.

    staged/images.npy table.arrow pictures.npy sounds.npy sound-ends.npy    as a data set has them
           label.npy flags.npy rejected.csv warnings.csv summary.json

Memory stays that of one batch, but for some 200 bytes a sample that find what came twice.
"""

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.intake.errors import IntakeError
from ml.intake.records import Batch, Outline, Rejection
from store.datasets.content import ContentDigest
from store.datasets.files import PICTURES, SOUND_ENDS, SOUNDS, TABLE, make_table
from store.files.disk import disk_errors
from store.intake.growing import GrowingArray
from store.intake.label_names import LabelNames
from store.intake.left_out import LeftOut
from store.intake.seen import SeenIds, SeenValues

IMAGES: Final = "images.npy"
LABEL: Final = "label.npy"
FLAGS: Final = "flags.npy"
SUMMARY: Final = "summary.json"
HELD_OUT: Final = 1
"""Flag: the files say that the sample is held out."""
EMPTY: Final = 2
"""Flag: all values of the sample are equal."""
MOST_SAMPLES: Final = 10_000_000
NAME: Final = "The import"
"""What cannot be written where the disk refuses."""
Item = TypeVar("Item")


@dataclass(frozen=True)
class Summary:
    """What was read in all."""

    num_samples: int
    num_rejected: int
    num_duplicates: int
    num_empty: int
    num_held_out: int | None
    """As the files say; None where they say nothing."""
    class_names: tuple[str, ...]
    """In the order of `label`."""
    counts: tuple[int, ...]
    """Samples of each class."""
    rejected: tuple[Rejection, ...]
    """The first few that were left out."""
    num_warnings: int
    """Samples that are kept with less than was said of them, such as without their label."""
    warnings: tuple[Rejection, ...]
    """The first few of those."""
    content: str
    """sha256 of the samples, however they are split and labelled."""
    num_minus_one: int = 0
    """Samples whose label was -1, which stood for none."""


class Staging:
    """Takes what a reader yields; `finish` says what it was. Leaving the block closes its files.

    Raises:
        DiskFullError: from each method; no room.
        DataDirNotWritableError: from each method; the rights are missing.
    """

    @disk_errors(NAME)
    def __init__(self, folder: Path, outline: Outline, keep_duplicates: bool) -> None:
        """Begin in an empty folder."""
        self._folder, self._outline = folder, outline
        self._files = ExitStack()
        self._open: dict[str, GrowingArray] = {}
        self._table: Any = None
        self._left_out = LeftOut(folder, self._files)
        self._num_empty = self._num_held_out = 0
        self._values_seen = None if keep_duplicates else SeenValues()
        self._ids_seen = SeenIds()
        self._labels = LabelNames()
        self._digest = ContentDigest(outline.kind, outline.sample_shape)
        self._last_sound = 0
        dtype = "<f4" if outline.kind == "vector" else "|u1"
        self._images = self._file(IMAGES, outline.sample_shape, dtype)
        self._label, self._flags = self._file(LABEL, (), "<i2"), self._file(FLAGS, (), "|u1")

    @property
    def num_samples(self) -> int:
        """Samples staged so far."""
        return self._images.num_rows

    @property
    def num_left_out(self) -> int:
        """Samples rejected so far, and those that came twice."""
        return self._left_out.num_rejected + self._left_out.num_duplicates

    @disk_errors(NAME)
    def reject(self, rejection: Rejection) -> None:
        """Note a sample that is left out, or kept with less than was said of it."""
        self._left_out.add(rejection)

    @disk_errors(NAME)
    def add(self, batch: Batch) -> None:
        """Stage samples.

        Raises:
            IntakeError: there are more samples or classes than a data set may have.
        """
        kept = self._without_duplicates(batch)
        if not kept:
            return
        values = _rows(batch.values, kept)
        ids = self._ids_seen.unique(_picked(batch.sample_ids, kept))
        self._digest.add(self._images.add(values), ids)
        self._add_labels(_picked(batch.class_names, kept), ids)
        self._add_flags(values, batch.is_held_out, kept)
        self._add_row(ids, batch, kept)
        if batch.pictures is not None:
            file = self._file(PICTURES, batch.pictures.shape[1:], "|u1")
            file.add(_rows(batch.pictures, kept))
        if batch.sounds is not None:
            self._add_sounds(_picked(batch.sounds, kept))
        if self.num_samples > MOST_SAMPLES:
            raise IntakeError(
                "too_many_samples",
                f"There are more than {MOST_SAMPLES:,} samples; import them in parts.",
            )

    def __enter__(self) -> Self:
        return self

    @disk_errors(NAME)
    def __exit__(self, *_: object) -> None:
        self._files.close()

    @disk_errors(NAME)
    def finish(self) -> Summary:
        """Complete the files and return what they hold.

        Raises:
            IntakeError: no sample could be read.
        """
        self._files.close()
        left_out = self._left_out
        if not self.num_samples:
            raise IntakeError("no_samples", _why_empty(left_out))
        labels = self._labels.sort(self._folder / LABEL)
        summary = Summary(
            num_samples=self.num_samples,
            num_rejected=left_out.num_rejected,
            num_duplicates=left_out.num_duplicates,
            num_empty=self._num_empty,
            num_held_out=self._num_held_out if self._outline.has_split else None,
            class_names=labels.names,
            counts=labels.counts,
            rejected=left_out.first,
            num_warnings=left_out.num_warnings,
            warnings=left_out.first_warnings,
            content=self._digest.hexdigest(),
            num_minus_one=labels.num_minus_one,
        )
        with (self._folder / SUMMARY).open("w") as listing:
            json.dump(asdict(summary), listing)
            listing.flush()
            os.fsync(listing.fileno())
        return summary

    def _file(self, name: str, shape: tuple[int, ...], dtype: str) -> GrowingArray:
        if name not in self._open:
            self._open[name] = file = GrowingArray(self._folder / name, shape, dtype)
            self._files.callback(file.close)
        return self._open[name]

    def _without_duplicates(self, batch: Batch) -> list[int]:
        """Return the places in a batch of samples whose values did not come before."""
        if self._values_seen is None:
            return list(range(len(batch.values)))
        kept, known = self._values_seen.sift(batch.values)
        for i, place in known:
            self._left_out.add_duplicate(batch.sample_ids[i], place)
        return kept

    def _add_labels(self, names: Sequence[str | None], ids: Sequence[str]) -> None:
        found: dict[str | None, int] = {}
        wrong: dict[str | None, str] = {}
        for name in dict.fromkeys(names):
            try:
                found[name] = self._labels.index(name)
            except InvalidInputError as error:
                found[name], wrong[name] = -1, f"Kept without its label: {error}"
        self._label.add(np.array([found[name] for name in names], np.int16))
        for name, sample_id in zip(names, ids, strict=True) if wrong else ():
            if name in wrong:
                self._left_out.add(Rejection(sample_id, "bad_label", wrong[name], is_kept=True))

    def _add_flags(
        self, values: NDArray[Any], is_held_out: Sequence[bool] | None, kept: Sequence[int]
    ) -> None:
        flat = values.reshape(len(values), -1)
        is_empty = (flat == flat[:, :1]).all(1) & (flat.shape[1] > 1)
        flags = is_empty * np.uint8(EMPTY)
        if is_held_out is not None:
            held_out = np.array(_picked(is_held_out, kept), np.bool_)
            flags += held_out * np.uint8(HELD_OUT)
            self._num_held_out += int(held_out.sum())
        self._num_empty += int(is_empty.sum())
        self._flags.add(flags)

    def _add_row(self, ids: Sequence[str], batch: Batch, kept: Sequence[int]) -> None:
        texts = {name: _picked(column, kept) for name, column in batch.texts.items()}
        rows = make_table(ids, texts)
        if self._table is None:
            self._table = pa.ipc.new_file(str(self._folder / TABLE), rows.schema)
            self._files.callback(self._table.close)
        self._table.write_table(rows)

    def _add_sounds(self, sounds: Sequence[NDArray[np.int16]]) -> None:
        for sound in sounds:
            self._file(SOUNDS, (), "<i2").add(sound)
        ends = self._last_sound + np.cumsum([len(sound) for sound in sounds])
        self._last_sound = int(ends[-1])
        self._file(SOUND_ENDS, (), "<i8").add(ends)


def _picked(items: Sequence[Item], kept: Sequence[int]) -> Sequence[Item]:
    """Return the items at some places; of all places the items themselves."""
    return items if len(kept) == len(items) else [items[i] for i in kept]


def _rows(array: NDArray[Any], kept: list[int]) -> NDArray[Any]:
    """Return the rows at some places; of all places the array itself."""
    return array if len(kept) == len(array) else array[kept]


def _why_empty(left_out: LeftOut) -> str:
    if not left_out.first:
        return "No sample was found in it; see the formats that can be read."
    told = left_out.first[0].message
    return f"None of the {left_out.num_rejected:,} samples could be read. {told}"
