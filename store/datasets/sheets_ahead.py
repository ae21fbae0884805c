"""Sheets of a large data set, drawn by workers in chunks for whoever asks next.

The first that is missing has all of them asked for. Nobody waits for a worker: what is not there
yet is drawn by whoever needs it.
"""

import hashlib
import logging
import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from ml.errors import LodemapError
from store.datasets.tiles import DRAWN_AS, PER_SHEET, TILE, Values
from store.files.artifacts import Artifacts
from store.queue.chunks import Chunks
from store.queue.workers import Workers

logger = logging.getLogger(__name__)

LEAST_SAMPLES: Final = 16 * PER_SHEET
"""Sheets of fewer are drawn before a worker would have begun."""
MOST_SHEETS: Final = 8
VALUES_PER_PART: Final = 6_500_000
"""What a worker draws at once, which holds up a run that is asked for meanwhile, and is one file to
fetch: eight sheets of 28 x 28, or one of large pictures; a third of a second each."""


class SheetsAhead:
    """Has the sheets of large data sets drawn, where there are workers."""

    def __init__(self, chunks: Chunks, workers: Workers, artifacts: Artifacts) -> None:
        self._chunks = chunks
        self._workers = workers
        self._artifacts = artifacts

    def of(self, dataset_id: str, values: Values, k: int) -> dict[int, bytes]:
        """Return a sheet and those drawn with it, as PNG by number; {} where none is there yet.

        Args:
            dataset_id: Of which set.
            values: What stands for its samples.
            k: The sheet that is wanted.
        """
        if len(values) < LEAST_SAMPLES:
            return {}
        job_id = job_of(dataset_id)
        try:
            part = self._chunks.part(job_id, k * PER_SHEET)
            if part is None and self._workers.present():
                size = part_size(values.shape[1:])
                self._chunks.ask_sheets(job_id, dataset_id, len(values), size)
            if part is None or part.artifact is None:
                return {}
            sheets = unpack_sheets(self._artifacts.read(part.artifact, part.sha256))
        except LodemapError as error:  # it can be drawn all the same
            logger.warning("Sheets that workers draw: %s", error.sentence)
            return {}
        return dict(enumerate(sheets, part.first // PER_SHEET))


def job_of(dataset_id: str) -> str:
    """Return what drawing a data set's sheets is known by."""
    return hashlib.sha256(f"sheets:{TILE}:{DRAWN_AS}:{dataset_id}".encode()).hexdigest()


def part_size(sample_shape: Sequence[int]) -> int:
    """Return of how many samples of a shape a worker draws the sheets at once."""
    num_sheets = VALUES_PER_PART // (PER_SHEET * math.prod(sample_shape))
    return PER_SHEET * max(1, min(MOST_SHEETS, num_sheets))


def pack_sheets(sheets: Sequence[bytes]) -> bytes:
    """Return files as one: how many, the size of each, all as uint32, then their bytes."""
    sizes = np.array([len(sheets), *map(len, sheets)], "<u4")
    return sizes.tobytes() + b"".join(sheets)


def unpack_sheets(data: bytes) -> list[bytes]:
    """Return the files of `pack_sheets`."""
    count = int(np.frombuffer(data, "<u4", 1)[0])
    ends = np.cumsum(np.frombuffer(data, "<u4", count, 4), dtype=np.int64) + 4 * (count + 1)
    return [data[start:end] for start, end in zip([4 * (count + 1), *ends], ends, strict=False)]
