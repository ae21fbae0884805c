"""A small real file of each format people bring, made by the libraries they make them with."""

import csv
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile
from numpy.typing import NDArray
from PIL import Image

NUM = 24
"""Samples in each."""
WORDS = ("circle", "square")
SIDE = 28
RATE = 8000
DIMENSIONS = 6
Maker = Callable[[Path], list[Path] | Path]
"""Writes below an empty folder; returns files to choose, or the folder to choose."""


def noise() -> NDArray[np.uint8]:
    """Grey pictures like no others, (NUM, SIDE, SIDE)."""
    return np.random.default_rng(5).integers(0, 256, (NUM, SIDE, SIDE), np.uint8)


def word_of(n: int) -> str:
    return WORDS[n % 2]


def encoded(pixels: NDArray[np.uint8], form: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


def pictures(form: str, is_flat: bool = False) -> dict[str, bytes]:
    """Encoded pictures by their paths, a folder a class, or all in one."""
    end = {"JPEG": "jpg"}.get(form, form.lower())
    names = (f"{n:02d}.{end}" if is_flat else f"{word_of(n)}/{n:02d}.{end}" for n in range(NUM))
    return {name: encoded(one, form) for name, one in zip(names, noise(), strict=True)}


def folder_of(form: str, is_flat: bool = False) -> Maker:
    def make(folder: Path) -> Path:
        for name, data in pictures(form, is_flat).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
        return folder

    return make


def zip_of(form: str, is_flat: bool = False) -> Maker:
    return lambda folder: [packed(folder / "set.zip", pictures(form, is_flat))]


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def described_pictures(folder: Path) -> list[Path]:
    rows = "".join(f"{n:02d}.png,{word_of(n)}\n" for n in range(NUM))
    table = {"metadata.csv": f"file_name,label\n{rows}".encode()}
    return [packed(folder / "set.zip", pictures("PNG", is_flat=True) | table)]


def npz(folder: Path) -> list[Path]:
    labels = np.array([word_of(n) for n in range(NUM)])
    np.savez_compressed(folder / "set.npz", allow_pickle=False, images=noise(), labels=labels)
    return [folder / "set.npz"]


def npy_and_labels(folder: Path) -> list[Path]:
    np.save(folder / "images.npy", noise())
    np.save(folder / "labels.npy", np.arange(NUM) % 2)
    return [folder / "images.npy", folder / "labels.npy"]


def idx(folder: Path) -> list[Path]:
    count = struct.pack(">I", NUM)
    images = b"\0\0\x08\x03" + count + struct.pack(">II", SIDE, SIDE) + noise().tobytes()
    labels = b"\0\0\x08\x01" + count + bytes(n % 2 for n in range(NUM))
    files = {"train-images-idx3-ubyte.gz": images, "train-labels-idx1-ubyte.gz": labels}
    for name, data in files.items():
        (folder / name).write_bytes(gzip.compress(data))
    return [folder / name for name in files]


def quickdraw_npy(folder: Path) -> list[Path]:
    for k, word in enumerate(WORDS):
        bitmaps = noise().reshape(NUM, -1)[k::2]
        np.save(folder / f"full_numpy_bitmap_{word}.npy", bitmaps)
    return sorted(folder.iterdir())


def strokes(n: int) -> list[list[list[int]]]:
    """Two strokes, of which one turns with n."""
    return [[[0, 255, 3 * n], [9 * n, 10, 200]], [[20, 30 + n], [40, 250]]]


def quickdraw_bin(folder: Path) -> list[Path]:
    for k, word in enumerate(WORDS):
        data = b""
        for n in range(k, NUM, 2):
            data += struct.pack("<Q2sbIH", n, b"SE", 1, 1_489_000_000, len(strokes(n)))
            for xs, ys in strokes(n):
                data += struct.pack("<H", len(xs)) + bytes(xs) + bytes(ys)
        (folder / f"full_binary_{word}.bin").write_bytes(data)
    return sorted(folder.iterdir())


def times(axis: list[int]) -> list[float]:
    return [20.0 * t for t in range(len(axis))]


def ndjson(is_raw: bool) -> Maker:
    def drawing(n: int) -> list[list[list[float]]]:
        if not is_raw:
            return [[list(map(float, axis)) for axis in stroke] for stroke in strokes(n)]
        return [[[x * 2.5 + 80 for x in xs], [y * 2.5 for y in ys], times(xs)]
                for xs, ys in strokes(n)]  # fmt: skip

    def make(folder: Path) -> list[Path]:
        lines = (json.dumps({"word": word_of(n), "drawing": drawing(n)}) for n in range(NUM))
        path = folder / ("full_raw_shapes.ndjson" if is_raw else "full_simplified_shapes.ndjson")
        path.write_text("\n".join(lines))
        return [path]

    return make


def sounds(form: str) -> Maker:
    def make(folder: Path) -> Path:
        rng = np.random.default_rng(0)
        for n in range(NUM):
            hertz = 300 * (1 + n % 2) + 5 * n
            tone = np.sin(2 * np.pi * hertz * np.arange(RATE // 4) / RATE)
            (folder / word_of(n)).mkdir(exist_ok=True)
            path = folder / word_of(n) / f"{n:02d}.{form.lower()}"
            soundfile.write(path, 0.3 * tone + rng.normal(0, 0.02, RATE // 4), RATE, format=form)
        return folder

    return make


def vectors() -> NDArray[np.float32]:
    rng = np.random.default_rng(7)
    return (rng.normal(size=(NUM, DIMENSIONS)) + np.arange(NUM)[:, None] % 2).astype(np.float32)


def columns() -> dict[str, Any]:
    return {"id": [f"s{n}" for n in range(NUM)], "label": [word_of(n) for n in range(NUM)]}


def parquet(folder: Path) -> list[Path]:
    pq.write_table(pa.table(columns() | {"embedding": vectors().tolist()}), folder / "v.parquet")
    return [folder / "v.parquet"]


def picture_parquet(folder: Path) -> list[Path]:
    cells = [{"bytes": encoded(one, "PNG"), "path": None} for one in noise()]
    pq.write_table(pa.table(columns() | {"image": cells}), folder / "train.parquet")
    return [folder / "train.parquet"]


def csv_table(folder: Path) -> list[Path]:
    with (folder / "v.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*columns(), *(f"x{k}" for k in range(DIMENSIONS))])
        for *named, vector in zip(*columns().values(), vectors().tolist(), strict=True):
            rows.writerow([*named, *vector])
    return [folder / "v.csv"]


def npy_vectors(folder: Path) -> list[Path]:
    np.save(folder / "v.npy", vectors())
    return [folder / "v.npy"]


MAKERS: dict[str, tuple[Maker, bool]] = {
    "png-folder": (folder_of("PNG"), True),
    "png-flat-folder": (folder_of("PNG", is_flat=True), False),
    "jpeg-zip": (zip_of("JPEG"), True),
    "webp-flat-zip": (zip_of("WEBP", is_flat=True), False),
    "png-and-metadata": (described_pictures, True),
    "npz": (npz, True),
    "npy-and-labels": (npy_and_labels, True),
    "idx-gz": (idx, True),
    "quickdraw-npy": (quickdraw_npy, True),
    "quickdraw-bin": (quickdraw_bin, True),
    "quickdraw-simplified": (ndjson(is_raw=False), True),
    "quickdraw-raw": (ndjson(is_raw=True), True),
    "wav": (sounds("WAV"), True),
    "flac": (sounds("FLAC"), True),
    "ogg": (sounds("OGG"), True),
    "parquet": (parquet, True),
    "picture-parquet": (picture_parquet, True),
    "csv": (csv_table, True),
    "npy": (npy_vectors, False),
}
"""By name of the format: how its file is made, and whether it tells the two classes."""
