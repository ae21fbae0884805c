"""What holds in every store, whatever happened to it (docs/reliability.md, "Invariants")."""

from collections import Counter
from pathlib import Path

from sqlalchemy import select, text

from ml.maps.codec import decode_frame
from store.opening import Store
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT


def check(store: Store) -> None:
    """Check the journal, the runs and every file that a row names.

    Raises:
        AssertionError: which does not hold.
    """
    _check_journal(store)
    _check_runs(store)
    if store.database.is_sqlite:
        with store.database.read() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    for dataset in store.datasets.list():
        assert len(store.datasets.samples(dataset.dataset_id).label) == dataset.num_samples


def drafts(folder: Path) -> list[str]:
    """Files that somebody began to write, and folders of something unfinished."""
    ends = (".tmp", ".part")
    found = [p for p in folder.rglob("*") if p.name.endswith(ends) or ".restoring" in p.name]
    return [str(path.relative_to(folder)) for path in found]


def _check_journal(store: Store) -> None:
    with store.database.read() as connection:
        rows = connection.execute(select(EVENT.c.project_id, EVENT.c.seq, EVENT.c.key)).all()
    for project_id, count in Counter(row.project_id for row in rows).items():
        mine = [row for row in rows if row.project_id == project_id]
        assert sorted(row.seq for row in mine) == list(range(1, count + 1))
        assert len({row.key for row in mine}) == count
        assert store.journal.state(project_id).seq == count


def _check_runs(store: Store) -> None:
    with store.database.read() as connection:
        snapshots = connection.execute(select(SNAPSHOT)).all()
        frames = connection.execute(select(FRAME)).all()
        runs = {row.run_id: row for row in connection.execute(select(RUN))}
    for run_id, run in runs.items():
        epochs = sorted(row.epoch for row in snapshots if row.run_id == run_id)
        assert epochs == list(range(run.last_epoch + 1 - len(epochs), run.last_epoch + 1))
        assert len(epochs) >= run.last_epoch
        mine = sorted(row.n for row in frames if row.run_id == run_id)
        assert mine == list(range(1, run.last_n + 1))
    for row in snapshots:
        store.artifacts.read(row.checkpoint, row.sha256)
    for row in frames:
        decode_frame(store.artifacts.read(row.artifact))
        assert row.field is None or store.artifacts.exists(row.field)
