"""Which reader files are for."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ml.intake.errors import FormatError
from ml.intake.records import BATCH, Batch, Options, Outline, Reader, Rejection


class Npz:
    def __init__(self, path: Path, name: str) -> None:
        with np.load(path, allow_pickle=False) as file:
            self._images = file["images"]
            if self._images.ndim == 3:
                self._images = self._images[:, None]
            self._labels, self._names = file["labels"], file["class_names"]
            self._split, self._name = file["split"], name
        n, *shape = self._images.shape
        self.outline = Outline(
            "image", "NPZ", tuple(shape), n, ("Kept as they are.",), has_split=True
        )

    def read(self) -> Iterator[Batch | Rejection]:
        for i in range(0, len(self._images), BATCH):
            rows = range(i, min(i + BATCH, len(self._images)))
            names = [str(self._names[self._labels[r]]) for r in rows]
            held_out = [self._split[r] == "test" for r in rows]
            ids = [f"{self._name}[{r}]" for r in rows]
            yield Batch(self._images[i : i + BATCH], ids, names, held_out)


def open_reader(path: Path, name: str, _options: Options) -> Reader:
    if not name.endswith(".npz"):
        raise FormatError(f"{name} is no format that can be read yet.")
    return Npz(path, name)
