"""What a worker does with a chunk: features of samples, all parts put together, or sheets."""

import logging
import time
from collections.abc import Callable
from typing import Final

from threadpoolctl import threadpool_limits

from ml.errors import LodemapError
from ml.networks.plain_encoder import PlainEncoder
from store.datasets.sheets_ahead import pack_sheets
from store.datasets.tiles import PER_SHEET, draw_sheet
from store.errors import LeaseLostError, StoreUnavailableError
from store.opening import Store
from store.queue.chunk_records import Chunk
from store.queue.chunks import LEASE_S, WRITE_S, artifact_of
from store.snapshots.tensors import read_tensors

logger = logging.getLogger(__name__)

RENEW_S: Final = LEASE_S / 3


class Hold:
    """A chunk that its worker is at."""

    def __init__(self, store: Store, chunk: Chunk, owner: str) -> None:
        self._store, self.chunk, self._owner = store, chunk, owner
        self._renewed_s = time.monotonic()

    def keep(self) -> None:
        """Note that the work goes on.

        Raises:
            LeaseLostError: somebody else has the chunk by now.
        """
        if time.monotonic() - self._renewed_s > RENEW_S:
            self._store.chunks.renew(self.chunk, self._owner)
            self._renewed_s = time.monotonic()

    def write(self, data: bytes) -> None:
        """Save what came of it; nothing is left where somebody else has done it.

        Raises:
            LeaseLostError: somebody else has the chunk by now.
        """
        chunk = self.chunk
        self._store.chunks.renew(chunk, self._owner, WRITE_S)
        name = artifact_of(chunk.job_id, chunk.nth, chunk.attempt)
        sha256 = self._store.artifacts.write(name, data, durable=True)
        if not self._store.chunks.finish(chunk, self._owner, name, sha256):
            self._store.artifacts.remove(name)


def encode_next(store: Store, owner: str) -> bool:
    """Do the chunk that waits longest; return whether there was one.

    What cannot be done is given up and said, so that whoever asked does it otherwise.
    """
    chunk = store.chunks.claim(owner)
    if chunk is None:
        return False
    hold = Hold(store, chunk, owner)
    try:
        make = _maker(chunk)
        hold.write(make(store, chunk, hold.keep))
    except StoreUnavailableError:
        raise
    except LeaseLostError as error:
        logger.warning("%s", error.sentence)
    except LodemapError as error:
        logger.warning("Chunk %d of %s: %s", chunk.nth, chunk.job_id, error.sentence)
        store.chunks.fail(chunk, owner)
    return True


def _maker(chunk: Chunk) -> Callable[[Store, Chunk, Callable[[], None]], bytes]:
    if chunk.dataset_id is not None:
        return drawn
    return assembled if chunk.is_last else encoded


def drawn(store: Store, chunk: Chunk, keep: Callable[[], None]) -> bytes:
    """Return the sheets of a chunk's samples, packed.

    Args:
        store: Where everything is kept.
        chunk: Which samples; it begins with a sheet.
        keep: Called after each sheet; may raise.

    Raises:
        NotFoundError: the data set is gone.
        ArtifactDamagedError: a file of it is not the array it should be.
    """
    assert chunk.dataset_id is not None
    values = store.thumbnails.drawn(chunk.dataset_id, keep)
    sheets = []
    for k in range(chunk.first // PER_SHEET, -(-chunk.stop // PER_SHEET)):
        sheets.append(draw_sheet(values, k))
        keep()
    return pack_sheets(sheets)


def encoded(store: Store, chunk: Chunk, keep: Callable[[], None]) -> bytes:
    """Return the features of a chunk's samples, float32, shape (num_samples, width).

    Args:
        store: Where everything is kept.
        chunk: Which samples.
        keep: Called now and then; may raise.

    Raises:
        BadCheckpointError: the snapshot's checkpoint holds no network that fits.
        ArtifactMissingError: a file is gone.
        NotFoundError: so is the snapshot.
    """
    assert chunk.run_id is not None
    run, row = store.runs.get(chunk.run_id), store.runs.snapshot(chunk.run_id, chunk.epoch)
    dataset = store.datasets.get(store.projects.get(run.project_id).dataset_id)
    tensors = read_tensors(store.artifacts, row)
    encoder = PlainEncoder.read(tensors, dataset.sample_shape, run.config.preset)
    samples = store.datasets.samples(dataset.dataset_id, keep).images[chunk.first : chunk.stop]
    with threadpool_limits(1, "blas"):  # parts are side by side already
        return encoder.encode_all(samples, keep).astype("<f4").tobytes()


def assembled(store: Store, chunk: Chunk, keep: Callable[[], None]) -> bytes:
    """Return all parts of a job one after the other.

    Args:
        store: Where everything is kept.
        chunk: The last of its job.
        keep: Called after each part; may raise.

    Raises:
        ArtifactMissingError: one is gone.
        ArtifactDamagedError: one is not what was written.
    """
    found = bytearray()
    for name, sha256 in store.chunks.parts(chunk.job_id):
        found += store.artifacts.read(name, sha256)
        keep()
    return bytes(found)
