"""What a snapshot says of each sample, as tables and arrays: predictions and places.

Both are read from the snapshot's frame: places are exact to 1/65535 of the map's range on each
axis, confidence and uncertainty to 1/255 (ml/maps/codec.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.maps.codec import DecodedFrame, decode_frame
from store.errors import NotFoundError
from store.exports.samples import SampleColumns, wanted_samples
from store.exports.tables import Table
from store.opening import Store
from store.records import Project, ProjectState, Run

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


@dataclass(frozen=True, eq=False)
class Sight:
    """A snapshot of a project, read."""

    project: Project
    run: Run
    epoch: int
    frame: DecodedFrame

    @property
    def about(self) -> dict[str, str]:
        """Where it comes from, for files that can say so."""
        return {
            "project": self.project.name,
            "dataset_id": self.project.dataset_id,
            "run": str(self.run.number),
            "epoch": str(self.epoch),
        }


def see(
    store: Store, project_id: str, run_id: str | None = None, epoch: int | None = None
) -> Sight:
    """Return a snapshot of a project: of a run, or of the one whose map is its head.

    Args:
        store: Where the project is.
        project_id: Which.
        run_id: One of its runs; None for the head's.
        epoch: Of that run; None for its newest.

    Raises:
        NotFoundError: no such project, run or epoch, or the project or the run has no map.
    """
    project = store.projects.get(project_id)
    if run_id is None:
        row = store.runs.head(project_id)
        if row is None:
            raise NotFoundError("This project has no map yet; wait until its first one has formed.")
        run = store.runs.get(row.run_id)
        if epoch is not None:
            row = store.runs.snapshot(run.run_id, epoch)
    else:
        run = store.runs.get(run_id)
        if run.project_id != project_id or run.kind == "control":
            raise NotFoundError("This run is not one of the project; choose one of its own.")
        if run.last_epoch < 0:
            raise NotFoundError("This run has finished no epoch, so it has no map; choose another.")
        row = store.runs.snapshot(run_id, run.last_epoch if epoch is None else epoch)
    frame_row = store.frames.get(row.run_id, row.attempt, row.frame_n)
    return Sight(project, run, row.epoch, decode_frame(store.artifacts.read(frame_row.artifact)))


def living_predictions(
    prediction: NDArray[np.int16] | None, state: ProjectState, num_samples: int
) -> NDArray[np.int16]:
    """Return predictions in the classes that live today, shape (num_samples,); NO_CLASS for none.

    Args:
        prediction: As the snapshot says, shape (num_samples,); None for a frame without.
        state: Which classes were merged since.
        num_samples: Of the data set.
    """
    if prediction is None:
        return np.full(num_samples, -1, np.int16)
    size = 1 + max([int(prediction.max()), *(info.class_index for info in state.classes)])
    living = np.arange(size + 1, dtype=np.int16)
    living[-1] = -1  # what NO_CLASS finds
    for info in state.classes:
        if info.merged_into is not None:
            living[info.class_index] = info.merged_into
    return living[prediction]


def predictions(store: Store, sight: Sight, packed: bytes | None = None) -> Table:
    """Return the predicted class of each sample.

    Args:
        store: Where the project is.
        sight: The snapshot.
        packed: Samples to keep to (`ml.maps.codec.pack_ids`); None for all.

    Raises:
        InvalidInputError: the selection cannot be read.
    """
    project, frame = sight.project, sight.frame
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
    return Table(PREDICTIONS, _in_parts(batch, packed), sight.about)


def embedding(store: Store, sight: Sight, packed: bytes | None = None) -> Table:
    """Return where each sample is on the map; arguments and errors are those of `predictions`."""
    z = sight.frame.embedding  # (num_samples, latent_dim)
    columns = SampleColumns.of(store, sight.project.dataset_id)
    names = ["sample_id", "index", *(f"z{axis}" for axis in range(z.shape[1]))]
    axes = [pa.array(np.ascontiguousarray(z[:, axis])) for axis in range(z.shape[1])]
    batch = pa.RecordBatch.from_arrays(
        [columns.sample_id, pa.array(np.arange(len(z))), *axes], names
    )
    return Table(batch.schema, _in_parts(batch, packed), sight.about)


def embedding_array(sight: Sight, packed: bytes | None = None) -> NDArray[np.float32]:
    """Return places, float32, shape (num_wanted, latent_dim), in the order of the data set."""
    z = sight.frame.embedding
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
