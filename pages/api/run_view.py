"""A run as the browser sees it: what happened, how fast, how much longer."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from store.errors import NotFoundError
from store.opening import Store
from store.queue.queue import Place
from store.records import LIVE_STATES, Run


def to_json(
    run: Run, store: Store, *, line_place: int | None, place: Place | None, wait: str
) -> dict[str, Any]:
    """Return the run's entry in a project's state, but for whose it is.

    Args:
        run: The run.
        store: Where its frames are.
        line_place: Where it is on the line, from 0; None where the map does not stand on it.
        place: Where it stands in the queue, None where it does not wait.
        wait: What it waits for, in words, "" where it does not.
    """
    epoch_s, time_left_s = pace(run, progress_of(run, store), datetime.now(UTC))
    return {
        "run_id": run.run_id,
        "number": run.number,
        "kind": run.kind,
        "state": run.state,
        "num_epochs": run.config.num_epochs,
        "last_epoch": run.last_epoch,
        "last_n": run.last_n,
        "on_line": line_place is not None,
        "line_place": line_place,
        "seq": run.journal_seq,
        "author": run.author,
        "config": run.config.to_json(),
        "position": 0 if place is None else place.num_before,
        "wait": wait,
        "is_late": run.is_late,
        "error": run.error,
        "has_receipt": run.has_receipt,
        "metrics": metrics_of(store, run.run_id, run.last_epoch),
        "started_at": _text(run.started_at),
        "ended_at": _text(run.ended_at),
        "epoch_s": epoch_s,
        "time_left_s": time_left_s,
    }


def progress_of(run: Run, store: Store) -> float:
    """Return how many epochs are behind a run, by its newest frame."""
    if run.state not in LIVE_STATES or run.last_n < 1:
        return float(run.last_epoch)
    newest = store.frames.after(run.run_id, run.last_n - 1)
    return newest[-1].epoch if newest else float(run.last_epoch)


def pace(run: Run, progress: float, now: datetime) -> tuple[float | None, float | None]:
    """Return seconds per epoch and seconds left, None where it is too early to say."""
    if run.started_at is None or progress <= 0:
        return None, None
    is_live = run.state in LIVE_STATES
    until = now if is_live or run.ended_at is None else run.ended_at
    epoch_s = max(0.0, (until - run.started_at).total_seconds()) / progress
    left = epoch_s * max(0.0, run.config.num_epochs - progress) if is_live else None
    return round(epoch_s, 3), None if left is None else round(left, 1)


@lru_cache(maxsize=4096)
def metrics_of(store: Store, run_id: str, epoch: int) -> dict[str, float | None]:
    """Return the measures of one snapshot; a snapshot never changes, so each is read once."""
    if epoch < 0:
        return {}
    try:
        return dict(store.runs.snapshot(run_id, epoch).metrics)
    except NotFoundError:
        return {}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
