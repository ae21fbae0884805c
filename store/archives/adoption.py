"""Making a project of an archive: all of it, or nothing.

Ids are made anew, as for a duplicate: browsers keep what they fetched under an id for ever, and
other processes keep the journal they know of one. Files get names of their own, so that nothing
that is there can be overwritten. Runs that were live are stopped, with the snapshots they have.
"""

import uuid
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import IO, Any, Final

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from store.archives.archive import ARTIFACTS, MORE_ROWS, BadArchiveError, Manifest
from store.archives.arriving_data import adopt_data, check_count
from store.archives.drawn import ENDINGS, Role
from store.archives.project_checks import (
    CheckedProject,
    check_frame,
    check_project,
    damaged_networks,
    rows_of,
)
from store.archives.remarks import Ground, arriving
from store.archives.unpacking import ArchiveReader
from store.errors import StoreUnavailableError
from store.files.left_out import ENDING
from store.names import clean_name
from store.opening import Store
from store.projects.drafts import Draft
from store.projects.duplication import copied_event, copied_run
from store.projects.names import free_name
from store.records import Project
from store.runs.moments import moments_of
from store.runs.orphans import IMPORTED
from store.runs.receipts import stamped
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT

DURABLE: Final = frozenset({"snapshot", "checkpoint", "moments"})
"""What must survive a power loss; the rest is for the eye."""


@dataclass(frozen=True)
class NewNames:
    """What the parts of an archive are called here."""

    project_id: str
    run_ids: Mapping[str, str]
    """By the archive's own run_id."""
    artifacts: Mapping[str, str]
    """By the archive's own name, also of files that are missing."""


def import_project(
    store: Store, file: IO[bytes], name: str | None = None, project_id: str | None = None
) -> Project:
    """Make a project of an archive, with its journal, runs, snapshots, frames and remarks.

    Networks that were damaged before they were packed are left out, as if they were gone.

    Args:
        store: Where to.
        file: A `.lodemap` archive, seekable.
        name: What to call the project; None for its own name. Where another project has that it
            becomes "name (2)".
        project_id: A free id it gets, so that asking again cannot make two; None for any.

    Raises:
        NewerArchiveError: a newer Lodemap wrote it.
        BadArchiveError: it is damaged, changed, or contradicts itself.
        InvalidInputError: `name` breaks a rule.
        DiskFullError: no room. In every case so far nothing was kept.
        StoreUnavailableError: nobody may know whether it was made.
    """
    archive = ArchiveReader(file)
    check_count(store, archive)
    checked = check_project(archive)
    called = clean_name(name or checked.name, "name of the project")
    names = new_names(checked, archive.manifest, project_id or str(uuid.uuid4()))
    written: list[str] = []
    with adopt_data(store, archive) as dataset, ExitStack() as on_failure:
        on_failure.callback(_remove_unnamed, store, written)
        damaged = damaged_networks(archive)
        for artifact in (each for each in archive.artifacts if each not in damaged):
            data, role = archive.read(ARTIFACTS + artifact), checked.roles[artifact]
            check_frame(data, role, checked)
            written.append(names.artifacts[artifact])
            store.artifacts.write(names.artifacts[artifact], data, durable=role in DURABLE)
        project = _project_row(checked, names, called, dataset.dataset_id)
        _insert_all(store, archive, checked, names, project)
        on_failure.pop_all()
    return store.projects.get(names.project_id)


def new_names(checked: CheckedProject, manifest: Manifest, project_id: str) -> NewNames:
    """Return names that nothing has yet; those of networks left out by choice say so."""
    folder = f"{IMPORTED}/{uuid.uuid4()}"
    left_out = set(manifest.missing) - set(manifest.gone)

    def ending(name: str, role: Role) -> str:
        is_chosen = role == "checkpoint" and name in left_out
        return ENDING if is_chosen else f".{ENDINGS[role]}"

    artifacts = {
        name: f"{folder}/{nth:06d}{ending(name, role)}"
        for nth, (name, role) in enumerate(checked.roles.items())
        if role != "moments"
    }
    run_ids = {run["run_id"]: str(uuid.uuid4()) for run in checked.runs}
    beside = {
        moments_of(name): moments_of(artifacts[name])
        for name, role in checked.roles.items()
        if role == "checkpoint"
    }
    return NewNames(project_id, run_ids, artifacts | beside)


def _remove_unnamed(store: Store, written: Collection[str]) -> None:
    """Remove files, but none that a row names: a commit whose answer was lost did take place."""
    with suppress(StoreUnavailableError):  # what is left is swept
        for name in set(written) - store.frames.named(written):
            store.artifacts.remove(name)


def _project_row(
    checked: CheckedProject, names: NewNames, called: str, dataset_id: str
) -> dict[str, Any]:
    return {
        "project_id": names.project_id,
        "name": called,
        "dataset_id": dataset_id,
        "preset": checked.preset,
        "latent_dim": checked.latent_dim,
        "seed": checked.seed,
    }


def _insert_all(
    store: Store,
    archive: ArchiveReader,
    checked: CheckedProject,
    names: NewNames,
    project: dict[str, Any],
) -> None:
    """Insert every row, page by page, and show the project when all are there.

    Raises:
        BadArchiveError: two rows claim one place.
    """
    draft = Draft(store.database, names.project_id)
    row = {key: value for key, value in project.items() if key not in ("project_id", "name")}
    try:
        with draft.begun(row):
            with store.database.read() as connection:
                now = connection.scalar(select(store.database.clock)) or 0.0
            draft.add(RUN, (_run_row(row, names, now) for row in checked.runs))
            events = rows_of(archive, "event")
            run_ids = dict(names.run_ids)
            draft.add(EVENT, (copied_event(row, names.project_id, run_ids) for row in events))
            for table in (SNAPSHOT, FRAME):
                draft.add(table, (_renamed(row, names) for row in rows_of(archive, table.name)))
            ground = Ground(checked.data.num_samples, checked.num_events, names.run_ids)
            mine = {"project_id": names.project_id}
            for table in MORE_ROWS.values():
                draft.add(table, (row | mine for row in arriving(archive, table, ground)))
            with store.database.write() as connection:
                store.datasets.hold(connection, project["dataset_id"])
                name = free_name(store.database, connection, project["name"])
                draft.show(connection, name=name, created_at=store.database.clock)
    except IntegrityError as error:
        raise BadArchiveError(
            "Two rows of the archive claim one place; export it again."
        ) from error
    except DataError as error:
        raise BadArchiveError(
            "The archive holds a value that no database keeps; export it again."
        ) from error


def _run_row(row: dict[str, Any], names: NewNames, now: float) -> dict[str, Any]:
    copied = copied_run(row, names.project_id, dict(names.run_ids), now)
    copied["receipt"] = stamped(row["receipt"], None)
    return copied | {"rung_at": now, "lease_s": 0.0, "is_cancel_requested": False}


def _renamed(row: dict[str, Any], names: NewNames) -> dict[str, Any]:
    files = {
        column: names.artifacts[row[column]]
        for column in ("artifact", "field", "checkpoint")
        if row.get(column) is not None
    }
    return row | files | {"run_id": names.run_ids[row["run_id"]]}
