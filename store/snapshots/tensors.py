"""The tensors of a snapshot's checkpoint, read without torch."""

from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from ml.errors import BadCheckpointError
from store.files.artifacts import Artifacts
from store.records import SnapshotRow


def read_tensors(artifacts: Artifacts, snapshot: SnapshotRow) -> dict[str, NDArray[Any]]:
    """Return the tensors of a snapshot's checkpoint by name.

    Raises:
        ArtifactMissingError: its checkpoint is gone.
        ArtifactDamagedError: its checkpoint is not what was written.
        BadCheckpointError: what was written holds no tensors.
    """
    try:
        return dict(load(artifacts.read(snapshot.checkpoint, snapshot.sha256)))
    except (SafetensorError, ValueError) as error:
        raise BadCheckpointError(f"The checkpoint cannot be read: {error}") from None
