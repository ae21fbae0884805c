"""`python -m benchmarks data`: how fast files come in, and how soon a large project is in sight.

Each format is read by the product's reader into staged files, and beside it, in the same run and
turn about, by the plain loop of the library it stands on. The files are made anew, of noise that
compresses as little as drawings do.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.data.files import FORMATS, make_vectors
from benchmarks.data.large import open_seconds
from benchmarks.data.memory import peak_ratio
from benchmarks.data.rates import Rate, read_plainly, read_staged, seconds_of
from benchmarks.data.sheets import thumbnails_per_s
from benchmarks.records import Report

REPETITIONS: Final = 5
QUICK_REPETITIONS: Final = 2


def run(is_quick: bool) -> Report:
    """Take the figures; quick: a tenth of the samples, no browser."""
    figures: dict[str, float | None] = {}
    notes: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key, make in FORMATS.items():
            rate = compare(key, make, folder / key, is_quick)
            figures[f"ratio_vs_plain_{key}"] = rate.ratio
            notes[f"ratio_vs_plain_{key}"] = rate.words
        vectors = make_vectors(folder / "vectors.npy", 100_000 if is_quick else 700_000)
        figures["import_memory_ratio"], notes["import_memory_ratio"] = peak_ratio(vectors, folder)
        vectors.unlink()
        figures["thumbnails_per_s"] = thumbnails_per_s(10_000 if is_quick else 60_000)
        notes["thumbnails_per_s"] = "28 x 28, drawn and packed as PNG, none from the cache"
        opened = (None, None) if is_quick else open_seconds(folder / "large")
        for key, seconds in zip(("open_100k_s", "reopen_100k_s"), opened, strict=True):
            figures[key] = seconds
            notes[key] = "" if not is_quick else "not taken: it needs a browser"
    return Report("data", figures, notes)


def compare(key: str, make: Callable[[Path, float], int], folder: Path, is_quick: bool) -> Rate:
    """Read a format both ways, turn about, and return how they compare."""
    folder.mkdir()
    num_samples = make(folder, 0.1 if is_quick else 1.0)
    num_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    ours, plain = [], []
    for _ in range(QUICK_REPETITIONS if is_quick else REPETITIONS):
        plain.append(seconds_of(lambda: read_plainly(key, folder)))
        ours.append(seconds_of(lambda: read_staged(folder)))
    return Rate(num_samples, num_bytes, ours, plain)
