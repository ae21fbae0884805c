"""The files that are imported: noise in the forms people bring."""

import csv
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile
from numpy.typing import NDArray
from PIL import Image

NUM_CLASSES: Final = 10
DIMENSIONS: Final = 384


def drawings(count: int, side: int = 28, channels: int = 1) -> NDArray[np.uint8]:
    """Return blurred noise with an empty ground, shape (count, side, side[, channels])."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (count, side // 4 + 1, side // 4 + 1, channels), np.uint8)
    fine = coarse.repeat(4, 1).repeat(4, 2)[:, :side, :side]
    fine = np.where(fine > 120, fine, 0).astype(np.uint8)
    fine[:, 0, :3, 0] = np.arange(count)[:, None] >> np.array([16, 8, 0]) & 255  # no two are equal
    return fine[..., 0] if channels == 1 else fine


def make_png(folder: Path, share: float) -> int:
    """Write small grey pictures, a folder a class."""
    images = drawings(int(10_000 * share))
    for k in range(NUM_CLASSES):
        (folder / f"class {k}").mkdir()
    for i, image in enumerate(images):
        Image.fromarray(image).save(folder / f"class {i % NUM_CLASSES}" / f"{i}.png")
    return len(images)


def make_jpeg(folder: Path, share: float) -> int:
    """Write photographs of 96 x 96 pixels into a zip."""
    images = drawings(int(2_000 * share), 96, 3)
    scratch = folder / "one.jpg"
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        for i, image in enumerate(images):
            Image.fromarray(image).save(scratch, quality=90)
            archive.write(scratch, f"class {i % NUM_CLASSES}/{i}.jpg")
    scratch.unlink()
    return len(images)


def make_npz(folder: Path, share: float) -> int:
    """Write pictures and labels as one compressed .npz."""
    images = drawings(int(100_000 * share))
    labels = np.arange(len(images)) % NUM_CLASSES
    np.savez_compressed(folder / "set.npz", images=images, labels=labels)
    return len(images)


def make_idx(folder: Path, share: float) -> int:
    """Write the pair of files the MNIST family comes in."""
    images = drawings(int(60_000 * share))
    count = np.array([len(images)], ">u4").tobytes()
    sides = np.array([28, 28], ">u4").tobytes()
    head = {"images": b"\0\0\x08\x03" + count + sides, "labels": b"\0\0\x08\x01" + count}
    labels = (np.arange(len(images)) % NUM_CLASSES).astype(np.uint8)
    for name, array in (("images", images), ("labels", labels)):
        kind = "idx3" if name == "images" else "idx1"
        with gzip.open(folder / f"train-{name}-{kind}-ubyte.gz", "wb", 6) as file:
            file.write(head[name] + array.tobytes())
    return len(images)


def make_wav(folder: Path, share: float) -> int:
    """Write recordings of half a second."""
    rng = np.random.default_rng(0)
    count = int(2_000 * share)
    for i in range(count):
        pitch = 200 * (1 + i % NUM_CLASSES)
        sound = np.sin(np.arange(4000) * pitch * 2 * np.pi / 8000) + rng.normal(0, 0.1, 4000)
        soundfile.write(folder / f"{i % NUM_CLASSES}_ana_{i}.wav", sound * 0.3, 8000)
    return count


def make_csv(folder: Path, share: float) -> int:
    """Write vectors of 64 numbers with an id and a label."""
    rng = np.random.default_rng(0)
    count = int(20_000 * share)
    with (folder / "vectors.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "label", *(f"v{k}" for k in range(64))])
        for i, row in enumerate(rng.normal(size=(count, 64)).round(5).tolist()):
            rows.writerow([f"s{i}", f"class {i % NUM_CLASSES}", *row])
    return count


def make_parquet(folder: Path, share: float) -> int:
    """Write embeddings as a column of lists, with an id and a label."""
    count = int(200_000 * share)
    values = np.random.default_rng(0).normal(size=count * DIMENSIONS).astype(np.float32)
    table = pa.table(
        {
            "id": [f"s{i}" for i in range(count)],
            "label": [f"class {i % NUM_CLASSES}" for i in range(count)],
            "embedding": pa.FixedSizeListArray.from_arrays(pa.array(values), DIMENSIONS),
        }
    )
    pq.write_table(table, folder / "vectors.parquet", row_group_size=10_000)
    return count


def make_vectors(path: Path, count: int) -> Path:
    """Write vectors as .npy, 1 GB for 700,000, a part at a time."""
    array = np.lib.format.open_memmap(path, "w+", np.float32, (count, DIMENSIONS))
    rng = np.random.default_rng(0)
    for start in range(0, count, 50_000):
        array[start : start + 50_000] = rng.normal(size=(min(50_000, count - start), DIMENSIONS))
    array.flush()
    return path


FORMATS: Final[dict[str, Callable[[Path, float], int]]] = {
    "png": make_png,
    "jpeg_zip": make_jpeg,
    "npz": make_npz,
    "idx": make_idx,
    "wav": make_wav,
    "csv": make_csv,
    "parquet": make_parquet,
}
"""By key: writes a share of the format's files into an empty folder; returns how many samples."""
