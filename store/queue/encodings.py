"""Features of a large data set, computed by workers in chunks and fetched when they are whole."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from store.errors import ArtifactDamagedError, ArtifactMissingError
from store.files.artifacts import Artifacts
from store.queue.chunks import FOLDER, Chunks
from store.queue.workers import Workers
from store.records import SnapshotRow

LEAST_SAMPLES: Final = 200_000
"""Fewer are encoded by whoever wants them: they are done before a worker would have begun."""
VALUES_PER_PART: Final = 16_000_000
"""Values that a worker encodes at once, a few seconds' work: 20,408 images of 28 x 28."""
LOOK_S: Final = 0.3
"""Between two looks at how far the workers are."""
PATIENCE_S: Final = 600.0
"""Without a further chunk for so long, whoever works on it gets nowhere."""
IDLE_S: Final = 15.0
"""While no worker is at it for so long, all of them are busy: the bell was rung three times."""
WANT_S: Final = 60.0
"""How often it is said that a job is still waited for."""
KEPT_S: Final = 3600.0
"""A job that nobody asks for any more is removed after this, with its files. Until then whoever
asks, in another app, too, finds what was done."""


class Encodings:
    """Asks the workers, where there are any."""

    def __init__(self, chunks: Chunks, workers: Workers, artifacts: Artifacts) -> None:
        self._chunks = chunks
        self._workers = workers
        self._artifacts = artifacts

    def of(
        self,
        row: SnapshotRow,
        size: tuple[int, int],
        sample_shape: Sequence[int],
        job_id: str,
        pause: Callable[[], None],
    ) -> NDArray[np.float32] | None:
        """Return the features of all samples by a snapshot's network, shape `size`.

        None where the caller should compute them: there are few, no worker, or they failed.

        Args:
            row: The snapshot.
            size: Samples, and how many features each has.
            sample_shape: Of one sample.
            job_id: Under which nothing else is asked for.
            pause: Called while waiting; may raise.
        """
        if size[0] < LEAST_SAMPLES or not self._workers.present():
            return None
        part = max(1, VALUES_PER_PART // math.prod(sample_shape))
        self._chunks.ask(job_id, row.run_id, row.epoch, size[0], part)
        if not self._is_done(job_id, pause):
            return None
        data = self._whole(job_id)
        if data is None or len(data) != 4 * size[0] * size[1]:
            return None
        return np.frombuffer(data, "<f4").reshape(size).astype(np.float32)

    def _is_done(self, job_id: str, pause: Callable[[], None]) -> bool:
        """Wait for the workers; return whether they have done it all."""
        num_done, moved_s = -1, time.monotonic()
        worked_s = wanted_s = moved_s
        while (progress := self._chunks.progress(job_id)) is not None:
            if progress.state != "working":
                return progress.state == "done"
            now_s = time.monotonic()
            if progress.num_done != num_done:
                num_done, moved_s = progress.num_done, now_s
            worked_s = max(moved_s, now_s if progress.num_working else worked_s)
            if now_s - moved_s > PATIENCE_S or now_s - worked_s > IDLE_S:
                self._give_up(job_id)
                return False
            if now_s - wanted_s > WANT_S:
                self._chunks.want(job_id)
                wanted_s = now_s
            pause()
            time.sleep(LOOK_S)
        return False

    def _give_up(self, job_id: str) -> None:
        for name in self._chunks.forget(job_id):
            self._artifacts.remove(name)

    def _whole(self, job_id: str) -> bytes | None:
        progress = self._chunks.progress(job_id)
        if progress is None or progress.artifact is None:
            return None
        try:
            return self._artifacts.read(progress.artifact, progress.sha256)
        except (ArtifactMissingError, ArtifactDamagedError):
            return None


def sweep(chunks: Chunks, artifacts: Artifacts) -> None:
    """Remove the jobs that nobody asks for any more, with what workers wrote for them.

    The rows of a job go with its run or its data set; its files, then, once they lie quiet.
    """
    for job_id in chunks.unwanted(KEPT_S):
        for name in chunks.forget(job_id, KEPT_S):
            artifacts.remove(name)
    before_s = time.time() - KEPT_S
    for folder in artifacts.listed(FOLDER):
        job_id = folder.name.removeprefix(f"{FOLDER}/")
        if folder.is_folder and chunks.part(job_id, 0) is None:
            files = artifacts.listed(folder.name)
            if all(file.written_s is not None and file.written_s < before_s for file in files):
                for file in files:
                    artifacts.remove(file.name)
