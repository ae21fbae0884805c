"""Annotations as tables: one row a sample, or one row a change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.records import NO_CLASS
from store.annotations.changes import Change, Past, first_learners, read_past, until_when
from store.exports.samples import SampleColumns, wanted_samples
from store.exports.tables import Table
from store.opening import Store
from store.records import ProjectState
from store.snapshots.drawn_on import Sights

SCHEMA: Final = pa.schema(
    [
        ("sample_id", pa.string()),
        ("index", pa.int64()),
        ("class_index", pa.int16()),
        ("class_name", pa.string()),
        ("from", pa.string()),
        ("who", pa.string()),
        ("when", pa.timestamp("us", "UTC")),
        ("seq", pa.int64()),
        ("verb", pa.string()),
        ("snapshot_run", pa.int32()),
        ("snapshot_epoch", pa.float64()),
        ("run", pa.int32()),
        ("held_out", pa.bool_()),
        ("label", pa.string()),
    ]
)
"""docs/export.md says what each column means."""
ROWS_AT_ONCE: Final = 65_536


@dataclass(frozen=True, eq=False)
class Rows:
    """Changes of single samples."""

    ids: NDArray[np.int64]
    """Shape (n,)."""
    nth: NDArray[np.int64]
    """Which of the past's changes each is, shape (n,)."""
    before: NDArray[np.int16]
    after: NDArray[np.int16]
    run: NDArray[np.int64]
    """Number of the first run that learned from it, 0 for none, shape (n,)."""


class Annals:
    """The changes of a project, ready to become rows."""

    def __init__(self, store: Store, project_id: str, packed: bytes | None) -> None:
        dataset_id = store.projects.get(project_id).dataset_id
        self._past: Past = read_past(store, project_id)
        num_samples = self._past.fold.num_samples
        self._is_wanted = wanted_samples(packed, num_samples)
        self._is_held_out = np.asarray(store.datasets.samples(dataset_id).is_held_out)
        self._columns = SampleColumns.of(store, dataset_id)
        self._until = until_when(self._past.changes, num_samples)
        self._names = _class_names(self._past)
        sights = Sights(store, project_id, self._past.taught_run_ids)
        self._events = _event_columns(self._past.changes, sights)

    def rows(self) -> Iterator[Rows]:
        """Yield the changes of the wanted samples, oldest first."""
        for nth, change in enumerate(self._past.changes):
            run = first_learners(self._past, change, self._until[nth], self._is_held_out)
            of = self._is_wanted[change.ids]
            ids = change.ids[of]
            yield Rows(ids, np.full(len(ids), nth), change.before[of], change.after[of], run[of])

    def newest(self) -> Rows:
        """Return the last change of each wanted sample that has an annotation or is unsure."""
        rows = joined(list(self.rows()))
        _, from_end = np.unique(rows.ids[::-1], return_index=True)
        last = len(rows.ids) - 1 - from_end
        return _taken(rows, last[rows.after[last] != NO_CLASS])

    def batch(self, rows: Rows) -> pa.RecordBatch:
        """Return rows with all their columns."""
        ids, nth = pa.array(rows.ids), pa.array(rows.nth)
        events = {name: column.take(nth) for name, column in self._events.items()}
        columns = {
            "sample_id": self._columns.sample_id.take(ids),
            "index": ids,
            "class_index": pa.array(rows.after),
            "class_name": self._names.take(_place(rows.after)),
            "from": self._names.take(_place(rows.before)),
            **events,
            "run": pa.array(rows.run.astype(np.int32), mask=rows.run == 0),
            "held_out": self._columns.held_out.take(ids),
            "label": self._columns.label.take(ids),
        }
        return pa.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def annotations(store: Store, project_id: str, packed: bytes | None = None) -> Table:
    """Return one row for each sample that was named or marked as unsure, by sample.

    Args:
        store: Where the project is.
        project_id: Which.
        packed: Samples to keep to, as `ml.maps.codec.pack_ids` packs them; None for all.

    Raises:
        NotFoundError: no such project.
        InvalidInputError: the selection cannot be read.
    """
    annals = Annals(store, project_id, packed)
    return Table(SCHEMA, (annals.batch(annals.newest()) for _ in range(1)))


def history(store: Store, project_id: str, packed: bytes | None = None) -> Table:
    """Return one row for each change of an annotation, oldest first.

    Args and errors are those of `annotations`.
    """
    annals = Annals(store, project_id, packed)
    return Table(SCHEMA, (annals.batch(rows) for rows in _gathered(annals.rows())))


def joined(parts: Sequence[Rows]) -> Rows:
    """Return several rows as one."""
    if not parts:
        none, nobody = np.zeros(0, np.int64), np.zeros(0, np.int16)
        return Rows(none, none, nobody, nobody, none)
    return Rows(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("ids", "nth", "before", "after", "run")
        )
    )


def _taken(rows: Rows, at: NDArray[np.int64]) -> Rows:
    return Rows(rows.ids[at], rows.nth[at], rows.before[at], rows.after[at], rows.run[at])


def _gathered(parts: Iterator[Rows]) -> Iterator[Rows]:
    """Join small changes until they fill a batch."""
    held: list[Rows] = []
    count = 0
    for part in parts:
        held.append(part)
        count += len(part.ids)
        if count >= ROWS_AT_ONCE:
            yield joined(held)
            held, count = [], 0
    yield joined(held)


def _class_names(past: Past) -> pa.Array:
    """Return the names of all classes ever made, as they are now; the last is null."""
    state: ProjectState = past.fold.state()
    names = {index: info.name for index, info in past.fold.made.items()}
    names |= {info.class_index: info.name for info in state.classes}
    size = 1 + max(names, default=-1)
    return pa.array([*(names.get(index) for index in range(size)), None], pa.string())


def _place(class_index: NDArray[np.int16]) -> pa.Array:
    """Return where the names of classes are; those of none and of unsure are null."""
    return pa.array(class_index.astype(np.int64), mask=class_index < 0)


def _event_columns(changes: Sequence[Change], sights: Sights) -> dict[str, pa.Array]:
    events = [change.event for change in changes]
    drawn_on = [sights.of(event) for event in events]
    values = {
        "who": [event.author for event in events],
        "when": [event.created_at for event in events],
        "seq": [event.seq for event in events],
        "verb": [event.verb for event in events],
        "snapshot_run": [at.run for at in drawn_on],
        "snapshot_epoch": [at.epoch for at in drawn_on],
    }
    return {name: pa.array(of, SCHEMA.field(name).type) for name, of in values.items()}
