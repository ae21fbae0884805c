"""Decoded samples on their way to a data set: written batch by batch, looked at, then kept.

    staged/images.npy table.arrow pictures.npy sounds.npy sound-ends.npy    as a data set has them
           label.npy flags.npy rejected.csv summary.json

Memory stays that of one batch, but for some 200 bytes a sample that find what came twice.
"""

import csv
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.intake.errors import IntakeError
from ml.intake.records import Batch, Outline, Rejection
from store.content import ContentDigest
from store.dataset_files import PICTURES, SOUND_ENDS, SOUNDS, TABLE, make_table
from store.growing import GrowingArray, close_safely
from store.label_names import LabelNames

IMAGES: Final = "images.npy"
LABEL: Final = "label.npy"
FLAGS: Final = "flags.npy"
REJECTED: Final = "rejected.csv"
SUMMARY: Final = "summary.json"
HELD_OUT: Final = 1
"""Flag: the files say that the sample is held out."""
EMPTY: Final = 2
"""Flag: all values of the sample are equal."""
MOST_SAMPLES: Final = 10_000_000
NUM_SHOWN: Final = 20
"""Rejections a summary lists; the file has all."""


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
    content: str
    """sha256 of the samples, however they are split and labelled."""


class Staging:
    """Takes what a reader yields; `finish` says what it was. Leaving the block closes its files."""

    def __init__(self, folder: Path, outline: Outline, keep_duplicates: bool) -> None:
        """Begin in an empty folder."""
        self._folder, self._outline = folder, outline
        self._keep_duplicates = keep_duplicates
        self._files = ExitStack()
        self._open: dict[str, GrowingArray] = {}
        self._table: Any = None
        rejected = (folder / REJECTED).open("w", encoding="utf-8-sig", newline="")
        self._files.callback(close_safely, rejected)
        self._rejected_rows = csv.writer(rejected)
        self._rejected_rows.writerow(["sample_id", "code", "message"])
        self._first_rejected: list[Rejection] = []
        self._num_rejected = self._num_duplicates = self._num_empty = self._num_held_out = 0
        self._values_seen: dict[int, int] = {}
        self._ids_seen: set[int] = set()
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
        return self._num_rejected + self._num_duplicates

    def reject(self, rejection: Rejection) -> None:
        """Note a sample that is left out."""
        self._num_rejected += 1
        self._note(rejection)

    def add(self, batch: Batch) -> None:
        """Stage samples.

        Raises:
            IntakeError: there are more samples or classes than a data set may have.
        """
        kept = self._without_duplicates(batch)
        if not kept:
            return
        values = batch.values[kept]
        ids = [self._unique(batch.sample_ids[i]) for i in kept]
        self._digest.add(self._images.add(values), ids)
        self._add_labels([batch.class_names[i] for i in kept], ids)
        self._add_flags(values, batch.is_held_out, kept)
        self._add_row(ids, batch, kept)
        if batch.pictures is not None:
            self._file(PICTURES, batch.pictures.shape[1:], "|u1").add(batch.pictures[kept])
        if batch.sounds is not None:
            self._add_sounds([batch.sounds[i] for i in kept])
        if self.num_samples > MOST_SAMPLES:
            raise IntakeError(
                "too_many_samples",
                f"There are more than {MOST_SAMPLES:,} samples; import them in parts.",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def finish(self) -> Summary:
        """Complete the files and return what they hold.

        Raises:
            IntakeError: no sample could be read.
        """
        self._files.close()
        if not self.num_samples:
            raise IntakeError("no_samples", self._why_empty())
        class_names, counts = self._labels.sort(self._folder / LABEL)
        summary = Summary(
            num_samples=self.num_samples,
            num_rejected=self._num_rejected,
            num_duplicates=self._num_duplicates,
            num_empty=self._num_empty,
            num_held_out=self._num_held_out if self._outline.has_split else None,
            class_names=class_names,
            counts=counts,
            rejected=tuple(self._first_rejected),
            content=self._digest.hexdigest(),
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

    def _note(self, rejection: Rejection) -> None:
        if len(self._first_rejected) < NUM_SHOWN:
            self._first_rejected.append(rejection)
        cells = (rejection.sample_id, rejection.code, rejection.message)
        self._rejected_rows.writerow([guarded(cell) for cell in cells])

    def _without_duplicates(self, batch: Batch) -> list[int]:
        """Return the places in a batch of samples whose values did not come before."""
        if self._keep_duplicates:
            return list(range(len(batch.values)))
        kept: list[int] = []
        for i, row in enumerate(np.ascontiguousarray(batch.values)):
            key = short_hash(row.tobytes())
            if key not in self._values_seen:
                self._values_seen[key] = self.num_samples + len(kept)
                kept.append(i)
                continue
            self._num_duplicates += 1
            words = f"It equals sample {self._values_seen[key]:,} of those that are kept."
            self._note(Rejection(batch.sample_ids[i], "duplicate", words))
        return kept

    def _unique(self, sample_id: str) -> str:
        """Return an id that no sample before has."""
        candidate, n = sample_id, 1
        while (key := short_hash(candidate.encode("utf-8", "surrogatepass"))) in self._ids_seen:
            n += 1
            candidate = f"{sample_id}#{n}"
        self._ids_seen.add(key)
        return candidate

    def _add_labels(self, names: Sequence[str | None], ids: Sequence[str]) -> None:
        found = []
        for name, sample_id in zip(names, ids, strict=True):
            try:
                found.append(self._labels.index(name))
            except InvalidInputError as error:
                self._note(Rejection(sample_id, "bad_label", f"Kept without its label: {error}"))
                found.append(-1)
        self._label.add(np.array(found, np.int16))

    def _add_flags(
        self, values: NDArray[Any], is_held_out: Sequence[bool] | None, kept: Sequence[int]
    ) -> None:
        flat = values.reshape(len(values), -1)
        is_empty = (flat.min(1) == flat.max(1)) & (flat.shape[1] > 1)
        flags = is_empty * np.uint8(EMPTY)
        if is_held_out is not None:
            held_out = np.array([bool(is_held_out[i]) for i in kept])
            flags += held_out * np.uint8(HELD_OUT)
            self._num_held_out += int(held_out.sum())
        self._num_empty += int(is_empty.sum())
        self._flags.add(flags)

    def _add_row(self, ids: Sequence[str], batch: Batch, kept: Sequence[int]) -> None:
        texts = {name: [column[i] for i in kept] for name, column in batch.texts.items()}
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

    def _why_empty(self) -> str:
        if not self._first_rejected:
            return "No sample was found in it; see the formats that can be read."
        first = self._first_rejected[0]
        return f"None of the {self._num_rejected:,} samples could be read. {first.message}"


def short_hash(data: bytes) -> int:
    """Return 64 bits that tell byte strings apart."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def guarded(cell: str) -> str:
    """Return text that no spreadsheet takes for a formula (reliability.md, row 30)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
