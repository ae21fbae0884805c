"""What a snapshot says of each sample, as tables and arrays: predictions and places.

Both are read from the snapshot's frame: places are exact to 1/65535 of the map's range on each
axis, confidence and uncertainty to 1/255 (ml/maps/codec.py).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from store.exports.samples import SampleColumns, wanted_samples
from store.exports.tables import Table
from store.opening import Store
from store.snapshots.seen import SeenSnapshot, living_predictions

PREDICTIONS: Final = pa.schema(
    [
        ("sample_id", pa.string()),
        ("index", pa.int64()),
        ("class_index", pa.int16()),
        ("class_name", pa.string()),
        ("confidence", pa.float32()),
        ("uncertainty", pa.float32()),
        ("held_out", pa.bool_()),
        ("label", pa.string()),
    ]
)
ROWS_AT_ONCE: Final = 65_536


def predictions(store: Store, seen: SeenSnapshot, packed: bytes | None = None) -> Table:
    """Return the predicted class of each sample.

    Args:
        store: Where the project is.
        seen: The snapshot.
        packed: Samples to keep to (`ml.maps.codec.pack_ids`); None for all.

    Raises:
        InvalidInputError: the selection cannot be read.
    """
    project, frame = seen.project, seen.frame
    num_samples = len(frame.embedding)
    columns = SampleColumns.of(store, project.dataset_id)
    state = store.journal.state(project.project_id)
    predicted = living_predictions(frame.prediction, state, num_samples)
    names = {info.class_index: info.name for info in state.classes}
    size = 1 + max(max(names, default=-1), int(predicted.max()))
    name = pa.array([names.get(index) for index in range(size)], pa.string())
    arrays = [
        columns.sample_id,
        pa.array(np.arange(num_samples)),
        pa.array(predicted),
        name.take(pa.array(predicted.astype(np.int64), mask=predicted < 0)),
        pa.array(_share(frame.confidence, num_samples)),
        pa.array(_share(frame.uncertainty, num_samples)),
        columns.held_out,
        columns.label,
    ]
    batch = pa.RecordBatch.from_arrays(arrays, schema=PREDICTIONS)
    return Table(PREDICTIONS, _in_parts(batch, packed), seen.about)


def embedding(store: Store, seen: SeenSnapshot, packed: bytes | None = None) -> Table:
    """Return where each sample is on the map; arguments and errors are those of `predictions`."""
    z = seen.frame.embedding  # (num_samples, latent_dim)
    columns = SampleColumns.of(store, seen.project.dataset_id)
    names = ["sample_id", "index", *(f"z{axis}" for axis in range(z.shape[1]))]
    axes = [pa.array(np.ascontiguousarray(z[:, axis])) for axis in range(z.shape[1])]
    batch = pa.RecordBatch.from_arrays(
        [columns.sample_id, pa.array(np.arange(len(z))), *axes], names
    )
    return Table(batch.schema, _in_parts(batch, packed), seen.about)


def embedding_array(seen: SeenSnapshot, packed: bytes | None = None) -> NDArray[np.float32]:
    """Return places, float32, shape (num_wanted, latent_dim), in the order of the data set."""
    z = seen.frame.embedding
    return z[wanted_samples(packed, len(z))]


def _share(values: NDArray[np.uint8] | None, num_samples: int) -> NDArray[np.float32]:
    """Return bytes as shares from 0 to 1; 0 where the frame has none."""
    if values is None:
        return np.zeros(num_samples, np.float32)
    return (values / np.float32(255)).astype(np.float32)


def _in_parts(batch: pa.RecordBatch, packed: bytes | None) -> Iterator[pa.RecordBatch]:
    is_wanted = wanted_samples(packed, batch.num_rows)
    kept = batch if packed is None else batch.filter(pa.array(is_wanted))
    starts = range(0, max(1, kept.num_rows), ROWS_AT_ONCE)
    return (kept.slice(start, ROWS_AT_ONCE) for start in starts)
