"""Sheets of a large data set, drawn by workers in chunks for whoever asks next.

The first that is missing has all of them asked for. Nobody waits for a worker: what is not there
yet is drawn by whoever needs it.
"""

import hashlib
import logging
from collections.abc import Sequence
from typing import Final

import numpy as np

from ml.errors import LodemapError
from store.datasets.tiles import DRAWN_AS, PER_SHEET, TILE
from store.files.artifacts import Artifacts
from store.queue.chunks import Chunks
from store.queue.workers import Workers

logger = logging.getLogger(__name__)

LEAST_SAMPLES: Final = 16 * PER_SHEET
"""Sheets of fewer are drawn before a worker would have begun."""
PART: Final = 8 * PER_SHEET
"""Samples whose sheets a worker draws at once: 0.2 s of 28 x 28, and one file to fetch."""


class SheetsAhead:
    """Has the sheets of large data sets drawn, where there are workers."""

    def __init__(self, chunks: Chunks, workers: Workers, artifacts: Artifacts) -> None:
        self._chunks = chunks
        self._workers = workers
        self._artifacts = artifacts

    def of(self, dataset_id: str, num_samples: int, k: int) -> dict[int, bytes]:
        """Return a sheet and those drawn with it, as PNG by number; {} where none is there yet.

        Args:
            dataset_id: Of which set.
            num_samples: It has.
            k: The sheet that is wanted.
        """
        if num_samples < LEAST_SAMPLES:
            return {}
        job_id = job_of(dataset_id)
        try:
            part = self._chunks.part(job_id, k * PER_SHEET)
            if part is None and self._workers.present():
                self._chunks.ask_sheets(job_id, dataset_id, num_samples, PART)
            if part is None or part.artifact is None:
                return {}
            sheets = unpack_sheets(self._artifacts.read(part.artifact, part.sha256))
        except LodemapError as error:  # it can be drawn all the same
            logger.warning("Sheets that workers draw: %s", error.sentence)
            return {}
        return dict(enumerate(sheets, part.first // PER_SHEET))


def job_of(dataset_id: str) -> str:
    """Return what drawing a data set's sheets is known by."""
    return hashlib.sha256(f"sheets:{TILE}:{DRAWN_AS}:{PART}:{dataset_id}".encode()).hexdigest()


def pack_sheets(sheets: Sequence[bytes]) -> bytes:
    """Return files as one: how many, the size of each, all as uint32, then their bytes."""
    sizes = np.array([len(sheets), *map(len, sheets)], "<u4")
    return sizes.tobytes() + b"".join(sheets)


def unpack_sheets(data: bytes) -> list[bytes]:
    """Return the files of `pack_sheets`."""
    count = int(np.frombuffer(data, "<u4", 1)[0])
    ends = np.cumsum(np.frombuffer(data, "<u4", count, 4), dtype=np.int64) + 4 * (count + 1)
    return [data[start:end] for start, end in zip([4 * (count + 1), *ends], ends, strict=False)]
