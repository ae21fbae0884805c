"""What the standing events of a journal did to each sample's annotation, and who has learned it.

An event that an undo took back did nothing. A merge changes the samples of the merged class, a
reset those that had an annotation; an event that says again what was so already changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.maps.pins import Pins
from ml.records import NO_CLASS
from store.journal.board import Board
from store.journal.fold import Fold
from store.journal.line import LINE_VERBS
from store.opening import Store
from store.records import Event, Project, ProjectState, Run

PAGE: Final = 500
"""Events read at once."""
NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Change:
    """The samples whose annotation one event changed."""

    event: Event
    ids: NDArray[np.int64]
    """Ascending sample indices, shape (n,)."""
    before: NDArray[np.int16]
    """class_index, NO_CLASS or UNSURE of each until then, shape (n,)."""
    after: NDArray[np.int16]
    """The same from then on, shape (n,)."""


@dataclass(frozen=True, eq=False)
class Past:
    """A journal read from its beginning, and what its runs heard of it."""

    fold: Fold
    changes: Sequence[Change]
    """In the order of their events."""
    heard: Sequence[tuple[Run, ProjectState]]
    """Fine-tunings that have trained, oldest first, each with the state it learned from."""
    taught_run_ids: Sequence[tuple[int, tuple[str, ...]]]
    """The runs that taught the map from an event on, by seq."""


def read_past(store: Store, project_id: str) -> Past:
    """Read the whole journal of a project.

    Raises:
        NotFoundError: no such project.
    """
    project = store.projects.get(project_id)
    num_samples = store.datasets.get(project.dataset_id).num_samples
    runs = [run for run in store.runs.of_project(project_id) if has_learned(run)]
    asked = {run.journal_seq for run in runs}
    fold = Fold(num_samples, project.latent_dim)
    states: dict[int, ProjectState] = {}
    taught: list[tuple[int, tuple[str, ...]]] = []
    for event in events_of(store, project_id):
        fold.advance(event)
        if event.verb in LINE_VERBS:
            taught.append((event.seq, fold.state().taught_run_ids))
        if event.seq in asked:
            states[event.seq] = fold.state()
    heard = [(run, states[run.journal_seq]) for run in runs if run.journal_seq in states]
    return Past(fold, list(changes_of(fold)), heard, taught)


def has_learned(run: Run) -> bool:
    """Whether a run is a fine-tuning that has finished an epoch."""
    return run.kind == "fine_tune" and run.last_epoch >= 1


def events_of(store: Store, project_id: str) -> Iterator[Event]:
    """Yield every event of a project, oldest first."""
    seq = 0
    while events := store.journal.events(project_id, seq, PAGE):
        yield from events
        seq = events[-1].seq


def changes_of(fold: Fold) -> Iterator[Change]:
    """Yield what each standing event changed."""
    state = fold.state()
    board = Board(
        annotation=np.full(fold.num_samples, NO_CLASS, np.int16),
        pins=Pins.none(fold.latent_dim),
        made=fold.made,
        authors=fold.authors,
    )
    for event in fold.events:
        if event.verb in ("undo", "redo") or not state.stands(event):
            continue
        before = board.annotation.copy()
        board.apply(event)
        ids = np.flatnonzero(before != board.annotation)
        if len(ids):
            yield Change(event, ids, before[ids], board.annotation[ids])


def changes_until(store: Store, project: Project, num_samples: int, seq: int) -> Iterator[Change]:
    """Yield what each event changed that stands once event `seq` was said, oldest first.

    Of old events only a page at a time is in memory.

    Raises:
        NotFoundError: no such project.
    """
    project_id = project.project_id

    def read(start: int, stop: int) -> list[Event]:
        return store.journal.events(project_id, start, stop - start)

    fold = Fold(num_samples, project.latent_dim, read=read)
    for event in takewhile(lambda each: each.seq <= seq, events_of(store, project_id)):
        fold.advance(event)
    yield from changes_of(fold)


def until_when(changes: Sequence[Change], num_samples: int) -> list[NDArray[np.int64]]:
    """Return by change until which event it held for each of its samples: seq, or NEVER."""
    until = np.full(num_samples, NEVER, np.int64)
    found: list[NDArray[np.int64]] = []
    for change in reversed(changes):
        found.append(until[change.ids])
        until[change.ids] = change.event.seq
    return found[::-1]


def first_learners(
    past: Past, change: Change, until: NDArray[np.int64], is_held_out: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the number of the first run that learned each annotation, shape (n,); 0 for none.

    Args:
        past: The journal and its runs.
        change: The annotations.
        until: When each of them was replaced (`until_when`), shape (n,).
        is_held_out: Samples nobody learns from, shape (num_samples,).
    """
    number = np.zeros(len(change.ids), np.int64)
    is_open = (change.after >= 0) & ~is_held_out[change.ids]
    for run, state in past.heard:
        if not is_open.any():
            break
        if run.journal_seq < change.event.seq or not state.stands(change.event):
            continue
        is_learned = is_open & (until > run.journal_seq)
        is_learned &= state.annotation[change.ids] == change.after
        number[is_learned] = run.number
        is_open &= ~is_learned
    return number
