"""A snapshot beside what is known: its predictions, the truth, and which samples were held out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.measures.renamed import Renamed, renamed_between
from store.annotations.truth import truths_of
from store.journal.folds import rest
from store.opening import Store
from store.snapshots.seen import living_predictions, see


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a snapshot can be measured by."""

    project_id: str
    seq: int
    """Journal position that the truth and the classes are of."""
    prediction: NDArray[np.int16]
    """class_index or NO_CLASS, merged classes as those they live on in, shape (num_samples,)."""
    truth: NDArray[np.int16]
    """The same of what is known."""
    label: NDArray[np.int16]
    """And of what the data set's labels alone say (ml/measures/by_label.py)."""
    is_held_out: NDArray[np.bool_]
    """Shape (num_samples,)."""


class Pair(NamedTuple):
    """Two snapshots, both by what was known when the later one learned."""

    before: Evidence
    after: Evidence
    renamed: Renamed
    """Samples known as another class than when the earlier one learned."""


def evidence_of(
    store: Store,
    run_id: str,
    epoch: int,
    seq: int | None = None,
    pause: Callable[[], None] = rest,
) -> Evidence:
    """Return the evidence of one epoch of a run.

    Args:
        store: Where it is kept.
        run_id: The run.
        epoch: Which of its snapshots.
        seq: Journal position of the truth; None for the one that the run learned from, so that the
            figures are those the run told itself.
        pause: Called now and then while an older state is read; may raise.

    Raises:
        NotFoundError: no such run or snapshot.
    """
    run = store.runs.get(run_id)
    at = run.journal_seq if seq is None else seq
    frame = see(store, run.project_id, run_id, epoch).frame
    state = store.journal.state(run.project_id, at, pause)
    truths = truths_of(store, run.project_id, state)
    dataset_id = store.projects.get(run.project_id).dataset_id
    return Evidence(
        project_id=run.project_id,
        seq=at,
        prediction=living_predictions(frame.prediction, state, len(frame.embedding)),
        truth=truths.truth,
        label=truths.label,
        is_held_out=store.datasets.samples(dataset_id).is_held_out,
    )


def pair_of(
    store: Store,
    before: tuple[str, int],
    after: tuple[str, int],
    pause: Callable[[], None] = rest,
) -> Pair:
    """Return the evidence of two snapshots, both by what was known when the later one learned.

    Args:
        store: Where they are kept.
        before: run_id and epoch of one.
        after: The same of the other.
        pause: Called now and then while an older state is read; may raise.

    Raises:
        NotFoundError: no such run or snapshot.
        InvalidInputError: they are of two projects.
    """
    runs = [store.runs.get(run_id) for run_id, _ in (before, after)]
    if runs[0].project_id != runs[1].project_id:
        raise InvalidInputError(
            "The two runs are of different projects; choose two snapshots of the same one."
        )
    then, now = sorted(run.journal_seq for run in runs)
    first, second = (evidence_of(store, *each, now, pause) for each in (before, after))
    return Pair(first, second, _renamed_since(store, second, then, pause))


def _renamed_since(store: Store, seen: Evidence, then: int, pause: Callable[[], None]) -> Renamed:
    """Return which samples are known as another class than they were at a journal position."""
    earlier, later = (store.journal.state(seen.project_id, at, pause) for at in (then, seen.seq))
    known = truths_of(store, seen.project_id, earlier).truth
    living = living_predictions(known, later, len(known))
    return renamed_between(living, seen.truth, earlier.annotation)
