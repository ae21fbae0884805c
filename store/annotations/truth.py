"""What samples are measured against: what people said of them, else the data set's own labels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.records import NO_CLASS
from store.opening import Store
from store.records import ClassInfo, ProjectState


def truth_of(store: Store, project_id: str, state: ProjectState) -> NDArray[np.int16]:
    """Return the class_index of each sample in a state of the project, shape (num_samples,).

    NO_CLASS where it is unknown. The same position of the journal gives the same truth for ever.
    """
    dataset_id = store.projects.get(project_id).dataset_id
    named = match_classes(store.datasets.get(dataset_id).class_names, state.classes)
    return find_truth(state.annotation, store.datasets.samples(dataset_id).label, named)


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
