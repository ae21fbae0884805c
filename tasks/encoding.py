"""What a worker does with a chunk: features of some samples, or all parts put together."""

import logging
from typing import Final

from safetensors import SafetensorError
from safetensors.numpy import load

from ml.errors import BadCheckpointError, LodemapError
from ml.networks.plain_encoder import PlainEncoder
from store.errors import StoreUnavailableError
from store.opening import Store
from store.queue.chunks import Chunk

logger = logging.getLogger(__name__)

FOLDER: Final = "encodings"


def encode_next(store: Store, owner: str) -> bool:
    """Do the chunk that waits longest; return whether there was one.

    What cannot be done is given up and said, so that whoever asked does it otherwise.
    """
    chunk = store.chunks.claim(owner)
    if chunk is None:
        return False
    try:
        data = assembled(store, chunk) if chunk.is_last else encoded(store, chunk)
        name = f"{FOLDER}/{chunk.job_id}/{chunk.attempt}-{chunk.nth:05d}.f4"
        sha256 = store.artifacts.write(name, data, durable=True)
        if not store.chunks.finish(chunk, owner, name, sha256):
            store.artifacts.remove(name)  # somebody else has done it
    except StoreUnavailableError:
        raise
    except LodemapError as error:
        logger.warning("Chunk %d of %s: %s", chunk.nth, chunk.job_id, error.sentence)
        store.chunks.fail(chunk, owner)
    return True


def encoded(store: Store, chunk: Chunk) -> bytes:
    """Return the features of a chunk's samples, float32, shape (num_samples, width).

    Raises:
        BadCheckpointError: the snapshot's checkpoint holds no network that fits.
        ArtifactMissingError: a file is gone.
        NotFoundError: so is the snapshot.
    """
    run, row = store.runs.get(chunk.run_id), store.runs.snapshot(chunk.run_id, chunk.epoch)
    dataset = store.datasets.get(store.projects.get(run.project_id).dataset_id)
    try:
        tensors = load(store.artifacts.read(row.checkpoint, row.sha256))
    except (SafetensorError, ValueError) as error:
        raise BadCheckpointError(f"The checkpoint cannot be read: {error}") from None
    encoder = PlainEncoder.read(tensors, dataset.sample_shape, run.config.preset)
    samples = store.datasets.samples(dataset.dataset_id).images[chunk.first : chunk.stop]
    return encoder.encode_all(samples, lambda: None).astype("<f4").tobytes()


def assembled(store: Store, chunk: Chunk) -> bytes:
    """Return all parts of a job one after the other.

    Raises:
        ArtifactMissingError: one is gone.
        ArtifactDamagedError: one is not what was written.
    """
    parts = store.chunks.parts(chunk.job_id)
    return b"".join(store.artifacts.read(name, sha256) for name, sha256 in parts)
