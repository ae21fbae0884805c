"""Gathers what database, disk and process table say once the dust has settled."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from sqlalchemy import select

from store.errors import ArtifactMissingError
from store.journal.switches import SYSTEM_ID
from store.opening import Store
from store.records import LIVE_STATES
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT
from tests.faults.history import Drawn, Epoch, Facts, Line, Standing


def gather(store: Store, project_id: str, running: Sequence[int] = ()) -> Facts:
    """Return the facts of one project.

    Args:
        store: Where they are.
        project_id: Whose they are.
        running: Processes of this data directory that are meant to run.
    """
    with store.database.read() as connection:
        events = connection.execute(
            select(EVENT).where(EVENT.c.project_id == project_id).order_by(EVENT.c.seq)
        ).all()
        clock = connection.scalar(select(store.database.clock)) or 0.0
        runs = connection.execute(select(RUN).where(RUN.c.project_id == project_id)).all()
        ids = [run.run_id for run in runs]
        epochs = connection.execute(
            select(SNAPSHOT).where(SNAPSHOT.c.run_id.in_(ids)).order_by(SNAPSHOT.c.epoch)
        ).all()
        drawn = connection.execute(
            select(FRAME).where(FRAME.c.run_id.in_(ids)).order_by(FRAME.c.n)
        ).all()
    return Facts(
        lines=[
            Line(row.seq, row.key, row.author_id != SYSTEM_ID and row.verb != "update")
            for row in events
        ],
        runs=[
            Standing(
                run.run_id, run.state, int(run.parent_run_id is not None), run.last_epoch,
                run.attempt, run.state in LIVE_STATES and run.lease_until > clock,
            )
            for run in runs
        ],
        epochs=[
            Epoch(row.run_id, row.epoch, row.attempt, row.sha256, digest_of(store, row.checkpoint))
            for row in epochs
        ],
        drawn=[Drawn(row.run_id, row.n, row.attempt) for row in drawn],
        orphans=processes_of(store.settings.data_dir, running),
        draft_ages_s=draft_ages_s(store.settings.data_dir),
    )  # fmt: skip


def digest_of(store: Store, artifact: str) -> str:
    """Return the sha256 of an artifact's bytes, empty where it is gone."""
    with suppress(ArtifactMissingError):
        return hashlib.sha256(store.artifacts.read(artifact)).hexdigest()
    return ""


def draft_ages_s(folder: Path) -> list[float]:
    """Return the age of each half-written file below a folder."""
    ages = []
    for path in folder.rglob("*.tmp"):
        with suppress(FileNotFoundError):  # it was being written, and is done
            ages.append(time.time() - path.stat().st_mtime)
    return ages


def processes_of(data_dir: Path, but: Sequence[int] = ()) -> list[str]:
    """Return the processes that were told to work in a data directory, and are alive."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            is_ours = process.environ().get("LODEMAP_DATA_DIR") == str(data_dir)
            if is_ours and process.pid not in but and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline()[:4])}")
    return found
