"""What a run learns from: a data set and the annotations of one journal position."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.records import NO_CLASS
from ml.training import TrainingSet
from store.drags import Dragged, dragged_between
from store.opening import Store
from store.records import ClassInfo, ProjectState, Run
from tasks.workbench import Workbench


def load_lesson(run: Run, store: Store, bench: Workbench) -> TrainingSet:
    """Return the samples of a run's project with what people said up to the run's journal position.

    That is annotations and, once there is a map, the places of samples and of classes. A control
    hears nothing of what was dragged since its parent.

    Raises:
        LodemapError: when the project or its data are gone or damaged.
    """
    warm = bench.samples(store, store.projects.get(run.project_id).dataset_id)
    state = store.journal.state(run.project_id, run.journal_seq)
    heard = dragged_by(run, store).without if run.kind == "control" else state
    named = match_classes(warm.dataset.class_names, state.classes)
    num_classes = 1 + max((info.class_index for info in state.classes), default=-1)
    has_map = run.kind != "pretrain"
    return TrainingSet(
        images=warm.images,
        annotation=heard.annotation,
        is_held_out=warm.is_held_out,
        truth=find_truth(state.annotation, warm.label, named),
        num_classes=num_classes,
        kind=warm.dataset.kind,
        target=heard.pins.spread(heard.annotation.size) if has_map else None,
        class_place=spread_places(heard, num_classes) if has_map else None,
    )


def dragged_by(run: Run, store: Store) -> Dragged:
    """Return what people dragged between the parent of a run and the run.

    Raises:
        LodemapError: when its project or its parent are gone.
    """
    parent = store.runs.get(run.parent_run_id or "")
    project = store.projects.get(run.project_id)
    events = store.journal.events(run.project_id, limit=run.journal_seq)
    num_samples = store.datasets.get(project.dataset_id).num_samples
    return dragged_between(
        events, num_samples, project.latent_dim, parent.journal_seq, run.journal_seq
    )


def spread_places(state: ProjectState, num_classes: int) -> NDArray[np.float32] | None:
    """Return the place of each class, shape (num_classes, latent_dim), NaN for those without one.

    None where no class has a place.
    """
    if not state.class_places:
        return None
    place = np.full((num_classes, state.pins.places.shape[1]), np.nan, np.float32)
    for class_index, at in state.class_places.items():
        place[class_index] = at
    return place


def match_classes(class_names: Sequence[str], classes: Sequence[ClassInfo]) -> NDArray[np.int16]:
    """Return the project's class_index of each of the data set's own classes, NO_CLASS for none.

    They are the same when they have the same name; a merged class counts as the one it lives on in.

    Returns:
        Shape (len(class_names) + 1,): the last entry, which label -1 finds, is NO_CLASS.
    """
    by_name = {
        info.name.casefold(): info.class_index if info.merged_into is None else info.merged_into
        for info in sorted(classes, key=lambda info: info.merged_into is None)
    }
    found = [by_name.get(name.strip().casefold(), NO_CLASS) for name in class_names]
    return np.array([*found, NO_CLASS], np.int16)


def find_truth(
    annotation: NDArray[np.int16], label: NDArray[np.int16], named: NDArray[np.int16]
) -> NDArray[np.int16]:
    """Return what each sample is measured against, shape (num_samples,): NO_CLASS when unknown.

    That is its annotation, else the data set's own label where a class of that name exists.

    Args:
        annotation: class_index, NO_CLASS or UNSURE, shape (num_samples,).
        label: Index into the data set's classes or -1, shape (num_samples,).
        named: From `match_classes`.
    """
    return np.where(annotation >= 0, annotation, named[label]).astype(np.int16)
