"""A snapshot as it was kept: where its samples are, and what it believes of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import DecodedFrame, decode_frame
from store.errors import NotFoundError
from store.opening import Store
from store.records import Project, ProjectState, Run


@dataclass(frozen=True, eq=False)
class SeenSnapshot:
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
) -> SeenSnapshot:
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
    frame = decode_frame(store.artifacts.read(frame_row.artifact))
    return SeenSnapshot(project, run, row.epoch, frame)


def living_predictions(
    prediction: NDArray[np.int16] | None, state: ProjectState, num_samples: int
) -> NDArray[np.int16]:
    """Return predictions in the classes that live today, shape (num_samples,); NO_CLASS for none.

    Args:
        prediction: As the snapshot says, shape (num_samples,); None for a frame without.
        state: Which classes were merged since, and which are gone: their making was taken back.
        num_samples: Of the data set.
    """
    if prediction is None:
        return np.full(num_samples, -1, np.int16)
    size = 1 + max([int(prediction.max()), *(info.class_index for info in state.classes)])
    living = np.full(size + 1, -1, np.int16)  # the last is what NO_CLASS finds
    for info in state.classes:
        into = info.merged_into
        living[info.class_index] = info.class_index if into is None else into
    return living[prediction]
