"""Gathers what database, disk and process table say once the dust has settled."""

import hashlib
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Row, select

from store.errors import ArtifactMissingError
from store.journal.switches import SYSTEM_ID
from store.opening import Store
from store.records import LIVE_STATES
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT
from tests.faults.history import Draft, Drawn, Epoch, Facts, Line, Standing
from tests.patience import PATIENCE

END_S = 5.0 * PATIENCE
"""How long a process that was told to end may take."""
OLD_DRAFT_S = 3600.0


def gather(
    store: Store, project_id: str, running: Collection[int] = (), also: Sequence[str] = ()
) -> Facts:
    """Return the facts of one project, once nobody speaks any more.

    Without those of controls, which give way to everybody and leave nothing when they are done.

    Args:
        store: Where they are.
        project_id: Whose they are.
        running: Processes of this data directory that are meant to run.
        also: Further projects whose runs are looked at.
    """
    orphans = left_over(store.settings.data_dir, running)
    with store.database.read() as connection:
        events = connection.execute(
            select(EVENT).where(EVENT.c.project_id == project_id).order_by(EVENT.c.seq)
        ).all()
        clock = connection.scalar(select(store.database.clock)) or 0.0
        mine = RUN.c.project_id.in_((project_id, *also))
        runs = connection.execute(select(RUN).where(mine)).all()
        ids = [run.run_id for run in runs if run.control_of is None]
        epochs = connection.execute(
            select(SNAPSHOT).where(SNAPSHOT.c.run_id.in_(ids)).order_by(SNAPSHOT.c.epoch)
        ).all()
        drawn = connection.execute(
            select(FRAME).where(FRAME.c.run_id.in_(ids)).order_by(FRAME.c.n)
        ).all()
    is_quiet = not any(run.state in LIVE_STATES for run in runs)
    return Facts(
        lines=[
            Line(row.seq, row.key, row.author_id != SYSTEM_ID and row.verb != "update")
            for row in events
        ],
        runs=[standing(run, clock) for run in runs if run.control_of is None],
        epochs=[
            Epoch(row.run_id, row.epoch, row.attempt, row.sha256, digest_of(store, row.checkpoint))
            for row in epochs
        ],
        drawn=[Drawn(row.run_id, row.n, row.attempt) for row in drawn],
        orphans=orphans,
        drafts=drafts_of(store, is_quiet=is_quiet),
    )


def standing(run: Row[Any], clock: float) -> Standing:
    """Return how a run stands by the database's clock."""
    has_live_lease = run.state in LIVE_STATES and run.lease_until > clock
    first = int(run.parent_run_id is not None)
    return Standing(run.run_id, run.state, first, run.last_epoch, run.attempt, has_live_lease)


def left_over(data_dir: Path, running: Collection[int]) -> list[str]:
    """Return the processes that are still there once they had time to end."""
    since_s = time.monotonic()
    while found := processes_of(data_dir, running):
        if time.monotonic() - since_s > END_S:
            break
        time.sleep(0.05)
    return found


def digest_of(store: Store, artifact: str) -> str:
    """Return the sha256 of an artifact's bytes, empty where it is gone."""
    with suppress(ArtifactMissingError):
        return hashlib.sha256(store.artifacts.read(artifact)).hexdigest()
    return ""


def drafts_of(store: Store, *, is_quiet: bool) -> list[Draft]:
    """Return the files that are half written; where somebody may write, those of an hour ago.

    Where nobody does, the app's own removal is asked for all there are, as if an hour had gone by.
    """
    folders = {store.settings.data_dir, Path(store.settings.artifacts_url)}
    ages_s: dict[Path, float] = {}
    for path in (path for folder in folders for path in drafts_in(folder)):
        with suppress(FileNotFoundError):  # it was being written, and is done
            ages_s[path] = time.time() - path.stat().st_mtime
    if is_quiet:
        store.artifacts.remove_drafts(0.0)
    return [
        Draft(path.name, time.monotonic() - age_s, path.exists())
        for path, age_s in ages_s.items()
        if is_quiet or age_s > OLD_DRAFT_S
    ]


def drafts_in(folder: Path) -> list[Path]:
    """Return the half-written files below a folder."""
    return [path for end in ("tmp", "part") for path in folder.rglob(f".*.{end}")]


def processes_of(data_dir: Path, but: Collection[int] = ()) -> list[str]:
    """Return the processes that were told to work in a data directory, and are alive."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            is_ours = process.environ().get("LODEMAP_DATA_DIR") == str(data_dir)
            if is_ours and process.pid not in but and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline()[:4])}")
    return found
