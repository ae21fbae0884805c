"""What a finished run with moves or new names did, read from snapshots (ml/measures/receipt.py).

Moves are compared with a control, a run that was not told of them. Names alone are not: most
Updates are of names, and each would train twice as long. They are told beside the map before.
"""

import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.device import training_manner
from ml.errors import LodemapError
from ml.maps.codec import pack_ids
from ml.measures.receipt import Sight, Touched, became_wrong, measure_gain, write_receipt
from ml.measures.renamed import Renamed, gain_apart, renamed_between
from store.annotations.truth import find_truths
from store.errors import StoreUnavailableError
from store.journal.drags import Dragged
from store.journal.folds import rest
from store.journal.shares import shares_of
from store.opening import Store
from store.records import ProjectState, Run
from store.snapshots.seen import living_predictions
from tasks.lesson import dragged_by, sight_of
from tasks.workbench import WarmSamples, Workbench

logger = logging.getLogger(__name__)


def receipt_of(
    run: Run, store: Store, bench: Workbench, check: Callable[[], None] = rest
) -> Mapping[str, Any] | None:
    """Return the receipt of a run that has learned all it was asked to, None without news.

    Of a control it is that of the run it is compared with, now with the gain. Each notes where it
    was trained: by whoever ends it. A file that is missing costs the receipt, not the run.

    Args:
        run: The run.
        store: Where everything is kept.
        bench: What this worker keeps warm.
        check: Called now and then while an old journal is read; may raise.

    Raises:
        StoreUnavailableError: when the database does not answer.
    """
    is_told = run.kind in ("fine_tune", "control")
    if not is_told or run.parent_run_id is None or run.parent_epoch is None:
        return None
    try:
        if run.control_of is not None:
            return _with_gain(run, store, bench, check)
        dragged = dragged_by(run, store, check)
        return _figures(run, dragged, store, bench) if is_news(dragged) else None
    except StoreUnavailableError:
        raise
    except LodemapError as error:
        logger.warning("Run %s has no receipt: %s", run.run_id, error.sentence)
        return None


def is_news(dragged: Dragged) -> bool:
    """Whether people moved or named anything since the parent."""
    return dragged.is_any or bool(dragged.is_named.any())


def _figures(run: Run, dragged: Dragged, store: Store, bench: Workbench) -> dict[str, Any]:
    assert run.parent_run_id is not None
    assert run.parent_epoch is not None
    before = _living_sight(run.parent_run_id, run.parent_epoch, dragged.now, store)
    after = _living_sight(run.run_id, run.last_epoch, dragged.now, store)
    warm = bench.samples(store, store.projects.get(run.project_id).dataset_id)
    touched = touched_by(dragged, before, warm)
    figures = {
        **asdict(write_receipt(before, after, touched)),
        "gain": None,
        "trained_on": training_manner(bench.device),
        "by": [asdict(share) for share in shares_of(dragged)],
        "worse": _packed(became_wrong(before, after, touched), len(touched.truth)),
    }
    if dragged.is_any:
        return {**figures, "is_compared": True, "change": None}
    return {
        **figures,
        "is_compared": False,
        "change": _change(before, after, touched),
    }


def _living_sight(run_id: str, epoch: int, state: ProjectState, store: Store) -> Sight:
    """Return what a snapshot shows, in the classes of a state, as the truth is.

    A class that was merged since would count as wrong on the map before, and its heir as a gain.
    """
    sight = sight_of(run_id, epoch, store)
    living = living_predictions(sight.prediction, state, len(sight.embedding))
    return replace(sight, prediction=living)


def _packed(ids: NDArray[np.int64], num_samples: int) -> str:
    """Return samples as a packed selection, base64."""
    return base64.b64encode(pack_ids(ids, num_samples)).decode()


def _renamed(dragged: Dragged, warm: WarmSamples) -> Renamed:
    """Return which samples are known as another class than before."""
    then, now = (
        find_truths(state, warm.label, warm.dataset.class_names).truth
        for state in (dragged.before, dragged.now)
    )
    living = living_predictions(then, dragged.now, len(then))
    return renamed_between(living, now, dragged.before.annotation)


def _change(before: Sight, after: Sight, touched: Touched) -> dict[str, Any] | None:
    """Return how much more often the map is right than the one before, None where that was mute."""
    if (before.prediction < 0).all():
        return None
    assert touched.is_renamed is not None
    assert touched.is_against is not None
    renamed = Renamed(touched.is_renamed, touched.is_against)
    predictions = after.prediction, before.prediction
    return asdict(gain_apart(*predictions, touched.truth, touched.is_held_out, renamed))


def _with_gain(
    control: Run, store: Store, bench: Workbench, check: Callable[[], None]
) -> dict[str, Any]:
    run = store.runs.get(control.control_of or "")
    warm = bench.samples(store, store.projects.get(run.project_id).dataset_id)
    dragged = dragged_by(run, store, check)
    gain = measure_gain(
        _living_sight(run.run_id, run.last_epoch, dragged.now, store).prediction,
        _living_sight(control.run_id, control.last_epoch, dragged.now, store).prediction,
        find_truths(dragged.now, warm.label, warm.dataset.class_names).truth,
        warm.is_held_out,
    )
    figures = store.receipts.get(run.run_id).figures
    return {**figures, "gain": asdict(gain), "control_trained_on": training_manner(bench.device)}


def touched_by(dragged: Dragged, before: Sight, warm: WarmSamples) -> Touched:
    """Return what people did since a snapshot, in the words of `ml/measures/receipt.py`."""
    pins, moved_ids = dragged.now.pins, dragged.moved_ids
    truths = find_truths(dragged.now, warm.label, warm.dataset.class_names)
    renamed = _renamed(dragged, warm)
    return Touched(
        moved_ids=moved_ids,
        targets=pins.places[np.searchsorted(pins.ids, moved_ids)],
        is_named=dragged.is_named,
        is_carried=is_carried(dragged, before.prediction),
        truth=truths.truth,
        is_held_out=warm.is_held_out,
        annotation=dragged.now.annotation,
        is_renamed=renamed.is_renamed,
        is_against=renamed.is_against,
        label=truths.label,
    )


def is_carried(dragged: Dragged, prediction: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return which samples are of a class that got another place since, shape (num_samples,).

    Args:
        dragged: What people did.
        prediction: Of the snapshot before, shape (num_samples,).
    """
    then, now = dragged.before.class_places, dragged.now.class_places
    placed = [index for index, place in now.items() if then.get(index) != place]
    annotation = dragged.now.annotation
    return np.isin(np.where(annotation >= 0, annotation, prediction), placed)
