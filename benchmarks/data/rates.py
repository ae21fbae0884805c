"""The same files read twice: by the product, and by the library's plain loop."""

import gzip
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import soundfile
from PIL import Image

from ml.intake.reading import open_reader
from ml.intake.records import Batch, Options
from store.intake.staging import Staging


@dataclass(frozen=True)
class Rate:
    """How the two compare."""

    num_samples: int
    num_bytes: int
    ours_s: Sequence[float]
    plain_s: Sequence[float]

    @property
    def ratio(self) -> float:
        """Rate of the product over that of the plain loop: the medians of their seconds."""
        return statistics.median(self.plain_s) / statistics.median(self.ours_s)

    @property
    def words(self) -> str:
        """The rates themselves."""
        seconds = statistics.median(self.ours_s)
        per_s, mb_per_s = self.num_samples / seconds, self.num_bytes / 2**20 / seconds
        return f"{per_s:,.0f} samples/s, {mb_per_s:,.1f} MB/s; plain {seconds * self.ratio:.2f} s"


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start_s = time.perf_counter()
    work()
    return time.perf_counter() - start_s


def read_staged(folder: Path) -> int:
    """Read files as an import does: decoded, compared with all others, staged on disk."""
    files = list(folder.iterdir())
    brought = files[0] if len(files) == 1 else folder
    reader = open_reader(brought, brought.name, Options())
    staged = Path(tempfile.mkdtemp())
    try:
        with Staging(staged, reader.outline, keep_duplicates=False) as staging:
            for part in reader.read():
                if isinstance(part, Batch):
                    staging.add(part)
                else:
                    staging.reject(part)
            return staging.finish().num_samples
    finally:
        shutil.rmtree(staged)


def read_plainly(key: str, folder: Path) -> int:
    """Read files as a script of ten lines would, into one array in memory."""
    return PLAIN[key](folder)


def _pictures(folder: Path) -> int:
    return len(np.stack([np.asarray(Image.open(path)) for path in sorted(folder.rglob("*.png"))]))


def _zip(folder: Path) -> int:
    with zipfile.ZipFile(folder / "photos.zip") as archive:
        return len(np.stack([np.asarray(Image.open(archive.open(n))) for n in archive.namelist()]))


def _npz(folder: Path) -> int:
    with np.load(folder / "set.npz", allow_pickle=False) as file:
        return len(file["images"]) + 0 * len(file["labels"])


def _idx(folder: Path) -> int:
    found = [gzip.decompress(path.read_bytes()) for path in sorted(folder.iterdir())]
    return len(np.frombuffer(found[0], np.uint8, offset=16).reshape(-1, 28, 28))


def _sounds(folder: Path) -> int:
    """Decode only: what a spectrogram costs has no plain loop."""
    return len([soundfile.read(path)[0] for path in sorted(folder.iterdir())])


def _csv(folder: Path) -> int:
    table = pyarrow.csv.read_csv(folder / "vectors.csv")
    columns = [table[name].to_numpy() for name in table.column_names[2:]]
    return len(np.stack(columns, 1).astype(np.float32))


def _parquet(folder: Path) -> int:
    column = pyarrow.parquet.read_table(folder / "vectors.parquet")["embedding"]
    return len(
        np.concatenate([part.flatten().to_numpy() for part in column.chunks]).reshape(-1, 384)
    )


PLAIN: dict[str, Callable[[Path], int]] = {
    "png": _pictures,
    "jpeg_zip": _zip,
    "npz": _npz,
    "idx": _idx,
    "wav": _sounds,
    "csv": _csv,
    "parquet": _parquet,
}
"""By the keys of `FORMATS`: returns how many samples there are."""
