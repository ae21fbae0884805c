"""What samples are measured against: what people said of them, else the data set's own labels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.measures.by_label import OTHER_CLASS
from ml.records import NO_CLASS
from store.opening import Store
from store.records import ClassInfo, ProjectState


class Truths(NamedTuple):
    """What predictions are measured against."""

    truth: NDArray[np.int16]
    """What people said, else the data set's label: class_index or NO_CLASS, (num_samples,)."""
    label: NDArray[np.int16]
    """By the label alone: class_index, NO_CLASS or OTHER_CLASS, same shape."""


def truths_of(store: Store, project_id: str, state: ProjectState) -> Truths:
    """Return what the samples are measured against in a state of the project.

    The same position of the journal gives the same truths for ever.
    """
    dataset_id = store.projects.get(project_id).dataset_id
    class_names = store.datasets.get(dataset_id).class_names
    return find_truths(state, store.datasets.samples(dataset_id).label, class_names)


def find_truths(
    state: ProjectState, label: NDArray[np.int16], class_names: Sequence[str]
) -> Truths:
    """Return the same of a data set that is at hand.

    Args:
        state: Of the project.
        label: Index into the data set's classes or -1, shape (num_samples,).
        class_names: The data set's classes.
    """
    named = match_classes(class_names, state.classes)
    annotation = state.annotation
    return Truths(find_truth(annotation, label, named), find_label(annotation, label, named))


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


def find_label(
    annotation: NDArray[np.int16], label: NDArray[np.int16], named: NDArray[np.int16]
) -> NDArray[np.int16]:
    """Return the class of each sample by its label alone, arguments as in `find_truth`.

    A class that the project lacks tells nothing, NO_CLASS; but where somebody named the sample as
    another of the data set's classes the label contradicts them, and it is OTHER_CLASS.
    """
    is_own = np.isin(annotation, named[named >= 0])
    is_other = is_own & (label >= 0) & (named[label] < 0)
    return np.where(is_other, OTHER_CLASS, named[label]).astype(np.int16)
