"""What a run learns from: a data set and the annotations of one journal position."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.codec import decode_frame
from ml.measures.receipt import Sight
from ml.records import NO_CLASS
from ml.training import TrainingSet
from store.annotations.truth import find_truths
from store.errors import ArtifactDamagedError, NotFoundError
from store.journal.drags import Dragged, dragged_between
from store.journal.fold import Fold
from store.journal.folds import rest
from store.journal.past import PAGE
from store.opening import Store
from store.records import ClassInfo, Event, ProjectState, Run
from tasks.workbench import Workbench


def load_lesson(
    run: Run, store: Store, bench: Workbench, check: Callable[[], None] = rest
) -> TrainingSet:
    """Return the samples of a run's project with what people said up to the run's journal position.

    That is annotations and the places of samples and of classes. A pretraining hears nothing of
    either, a control nothing of what was dragged since its parent.

    Args:
        run: The run.
        store: Where its project is.
        bench: What this worker keeps warm.
        check: Called now and then while data are fetched from afar, and while an old journal is
            read, which takes a minute where it is long; may raise.

    Raises:
        LodemapError: when the project or its data are gone or damaged.
    """
    warm = bench.samples(store, store.projects.get(run.project_id).dataset_id, check)
    state = store.journal.state(run.project_id, run.journal_seq, check)
    heard = dragged_by(run, store, check).without if run.kind == "control" else state
    truths = find_truths(state, warm.label, warm.dataset.class_names)
    num_classes = 1 + max((info.class_index for info in state.classes), default=-1)
    is_told = run.kind != "pretrain"
    return TrainingSet(
        images=warm.images,
        annotation=heard.annotation if is_told else np.full_like(heard.annotation, NO_CLASS),
        is_held_out=warm.is_held_out,
        truth=truths.truth,
        num_classes=num_classes,
        kind=warm.dataset.kind,
        target=heard.pins.spread(heard.annotation.size) if is_told else None,
        class_place=spread_places(heard, num_classes) if is_told else None,
        shown=shown_before(run, store, state.classes) if is_told and heard.class_places else None,
        label=truths.label,
        known=warm.known,
    )


def dragged_by(run: Run, store: Store, check: Callable[[], None] = rest) -> Dragged:
    """Return what people dragged between the parent of a run and the run.

    A pretraining learned nothing that was said before it: after one everything counts.

    Args:
        run: The run.
        store: Where its project is.
        check: Called now and then; may raise.

    Raises:
        LodemapError: when its project or its parent are gone.
    """
    parent = store.runs.get(run.parent_run_id or "")
    after = 0 if parent.kind == "pretrain" else min(parent.journal_seq, run.journal_seq)

    def begin() -> Fold:
        return store.journal.fold_at(run.project_id, after, check)

    def following() -> Iterator[Event]:
        for start in range(after, run.journal_seq, PAGE):
            check()
            num = min(PAGE, run.journal_seq - start)
            yield from store.journal.events(run.project_id, start, num)

    return dragged_between(begin, following())


def shown_before(run: Run, store: Store, classes: Sequence[ClassInfo]) -> NDArray[np.int16] | None:
    """Return the class of each sample on the map a run begins with, shape (num_samples,).

    Merged classes are what they became, those that are gone NO_CLASS. None for a run without a
    parent, or where its map is lost.
    """
    if run.parent_run_id is None or run.parent_epoch is None:
        return None
    try:
        prediction = sight_of(run.parent_run_id, run.parent_epoch, store).prediction
    except (NotFoundError, ArtifactDamagedError, InvalidInputError):
        return None
    became = np.full(np.iinfo(np.int16).max + 2, NO_CLASS, np.int16)  # its last entry is NO_CLASS's
    for info in classes:
        merged = info.merged_into
        became[info.class_index] = info.class_index if merged is None else merged
    found: NDArray[np.int16] = became[np.maximum(prediction, NO_CLASS)]
    return found


def sight_of(run_id: str, epoch: int, store: Store) -> Sight:
    """Return what a snapshot shows.

    Raises:
        LodemapError: when the snapshot or its frame is missing.
    """
    snapshot = store.runs.snapshot(run_id, epoch)
    row = store.frames.get(run_id, snapshot.attempt, snapshot.frame_n)
    frame = decode_frame(store.artifacts.read(row.artifact))
    if frame.prediction is None:
        raise InvalidInputError(f"The frame of epoch {epoch} holds no predictions.")
    return Sight(frame.embedding, frame.prediction)


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
