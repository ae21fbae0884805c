"""What was staged, to be looked at and then kept; while it is still being written, too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.intake.records import Outline, Rejection
from ml.intake.windows import recording_of
from store.datasets.content import digest_more, identify, with_more
from store.datasets.files import ARRAYS, PICTURES, SAMPLE_ID, SOUND_ENDS, SOUNDS, TABLE, cut, npy
from store.datasets.tiles import PER_SHEET, SheetPlan, Values, draw_sheet, plan_sheets
from store.errors import NotFoundError
from store.files.disk import disk_errors
from store.intake.growing import map_growing
from store.intake.held_out import HeldOut, draw_held_out, note_of
from store.intake.left_out import REJECTED, WARNINGS
from store.intake.staging import FLAGS, HELD_OUT, IMAGES, LABEL, SUMMARY, Summary
from store.records import About, Dataset

MORE = "more.txt"
"""Holds what `digest_more` says of the files."""
MOST_HELD_OUT = 0.5
Split = float | Literal["given"]
"""Part of the samples to hold out, 0 to 0.5, or as the files say."""


@dataclass(frozen=True)
class Staged:
    """A folder that `Staging` writes, or has written."""

    folder: Path
    outline: Outline

    @property
    def is_complete(self) -> bool:
        """Whether everything was read."""
        return (self.folder / SUMMARY).exists()

    def summary(self) -> Summary:
        """Return what was read in all.

        Raises:
            NotFoundError: not everything was read yet.
        """
        try:
            values = json.loads((self.folder / SUMMARY).read_text())
        except FileNotFoundError:
            raise NotFoundError("The import is still being read.") from None
        lists = {name: tuple(values[name]) for name in ("class_names", "counts")}
        notes = {
            name: tuple(Rejection(**each) for each in values[name])
            for name in ("rejected", "warnings")
        }
        return Summary(**{**values, **lists, **notes})

    def content(self) -> str:
        """Return the sha256 of the samples with all they have, however split and labelled.

        Raises:
            NotFoundError: not everything was read yet.
        """
        summary = self.summary()
        try:
            more = (self.folder / MORE).read_text()
        except FileNotFoundError:
            more = digest_more(self.files())
        return with_more(summary.content, more)

    def note_more(self) -> None:
        """Write down what `content` takes long to find out."""
        (self.folder / MORE).write_text(digest_more(self.files()))

    def label(self) -> NDArray[np.int16]:
        """Return the label of each sample as an index into the summary's names, or -1.

        Raises:
            NotFoundError: not everything was read yet, so that classes have no order.
        """
        if not self.is_complete:
            raise NotFoundError("The import is still being read.")
        return self._array(LABEL)

    def flags(self) -> NDArray[np.uint8]:
        """Return the flags of each sample (`store/intake/staging.py`)."""
        return self._array(FLAGS)

    def plan(self) -> SheetPlan:
        """Return how the thumbnails of the samples written so far lie.

        Raises:
            NotFoundError: there are none yet.
        """
        values = self._drawn()
        if not len(values):
            raise NotFoundError("Nothing was read yet.")
        return plan_sheets(values)

    def sheet(self, k: int) -> bytes:
        """Return a sheet of thumbnails as PNG, of the samples written so far.

        Raises:
            NotFoundError: there are not so many yet.
        """
        values = self._drawn()
        if not 0 <= k * PER_SHEET < len(values):
            raise NotFoundError(f"There is no sheet {k} yet.")
        return draw_sheet(values, k)

    def sound(self, index: int) -> NDArray[np.int16]:
        """Return what a sample sounds like, mono, shape (num_values,).

        Raises:
            NotFoundError: there is no such sample, or nothing to hear.
        """
        return cut(self._array(SOUNDS), self._array(SOUND_ENDS), index)

    def rejected(self) -> Path:
        """Return the CSV file that lists what was left out.

        Raises:
            NotFoundError: nothing was read yet.
        """
        return self._listing(REJECTED)

    def warnings(self) -> Path:
        """Return the CSV file of samples that are kept with less than was said of them.

        Raises:
            NotFoundError: nothing was read yet.
        """
        return self._listing(WARNINGS)

    def _listing(self, name: str) -> Path:
        file = self.folder / name
        if not file.exists():
            raise NotFoundError("Nothing was read yet.")
        return file

    def describe(self, name: str, source: str, split: Split) -> Dataset:
        """Return the data set this would be, and write what only the split tells.

        Raises:
            InvalidInputError: the split breaks a rule.
            NotFoundError: not everything was read yet.
        """
        summary, label = self.summary(), np.array(self.label())
        is_held_out = self.held_out(split)
        file = self.folder / ARRAYS["is_held_out"]
        file.unlink(missing_ok=True)  # an earlier try may have lent it to another data set
        with disk_errors("The import"):
            file.write_bytes(npy(is_held_out))
        has_pictures = (self.folder / PICTURES).exists()
        texts, rate = self._text_columns(), self.outline.sound_rate
        return Dataset(
            identify(self.content(), summary.class_names, label, is_held_out),
            name,
            summary.num_samples,
            self.outline.sample_shape,
            summary.class_names,
            self.outline.kind,
            About(
                source, True, texts, has_pictures, rate, self.outline.treatment, self.outline.recipe
            ),
        )

    def files(self) -> Mapping[str, Path]:
        """Return the files a data set takes, by their names there."""
        names = (*ARRAYS.values(), TABLE, PICTURES, SOUNDS, SOUND_ENDS)
        return {name: self.folder / name for name in names if (self.folder / name).exists()}

    def held_out(self, split: Split) -> NDArray[np.bool_]:
        """Return which samples are held out, shape (num_samples,); each class in equal parts.

        Recordings stay whole (`draw_held_out`).

        Raises:
            InvalidInputError: the part is not between 0 and a half, the files do not say it, or
                nothing would be left to train on.
        """
        if split == "given":
            if not self.outline.has_split:
                raise InvalidInputError("The files do not say what is held out; choose a part.")
            chosen = (self.flags() & HELD_OUT).astype(bool)
            if chosen.all():
                raise InvalidInputError(
                    "The files hold out every sample; choose a part to hold out instead."
                )
            return chosen
        if isinstance(split, bool) or not 0 <= split <= MOST_HELD_OUT:
            raise InvalidInputError(f"held_out must be from 0 to {MOST_HELD_OUT} or 'given'.")
        return draw_held_out(self.label(), split, self._recordings())

    def told_held_out(self, split: Split) -> HeldOut:
        """Return what a split would hold out, told before anything is kept.

        Raises:
            InvalidInputError: as `held_out`.
            NotFoundError: not everything was read yet.
        """
        is_held_out, label, recording = self.held_out(split), self.label(), self._recordings()
        unnamed = len(self.summary().class_names)
        counts = np.bincount(np.where(label < 0, unnamed, label)[is_held_out], minlength=unnamed)
        total = int(is_held_out.sum())
        if recording is None:
            return HeldOut(total, counts[:unnamed].tolist())
        note = "" if split == "given" else note_of(is_held_out, split, recording)
        return HeldOut(total, counts[:unnamed].tolist(), len(set(recording[is_held_out])), note)

    def _array(self, file: str) -> NDArray[Any]:
        try:
            array: NDArray[Any] = np.load(self.folder / file, mmap_mode="r", allow_pickle=False)
        except (FileNotFoundError, ValueError, EOFError):
            raise NotFoundError("That is not there, or still being read.") from None
        return array

    def _drawn(self) -> Values:
        """Return what stands for the samples; a file that still grows says nothing of its rows."""
        path = self.folder / (PICTURES if (self.folder / PICTURES).exists() else IMAGES)
        try:
            array: Values = map_growing(path)
        except (FileNotFoundError, ValueError):  # not begun, or without its header yet
            raise NotFoundError("Nothing was read yet.") from None
        return array

    def _recordings(self) -> NDArray[np.intp] | None:
        """Return which recording each sample is of, shape (num_samples,); None of what is none."""
        if self.outline.kind != "spectrogram":
            return None
        with pa.memory_map(str(self.folder / TABLE)) as file:
            ids: list[str] = pa.ipc.open_file(file).read_all().column(SAMPLE_ID).to_pylist()
        known: dict[str, int] = {}
        return np.array([known.setdefault(recording_of(each), len(known)) for each in ids])

    def _text_columns(self) -> tuple[str, ...]:
        with pa.memory_map(str(self.folder / TABLE)) as file:
            names: list[str] = pa.ipc.open_file(file).schema.names
        return tuple(name for name in names if name != SAMPLE_ID)
