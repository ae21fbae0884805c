"""Projects: made, renamed, set aside, copied, deleted."""

import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ml.errors import InvalidInputError
from ml.records import PRESETS
from store.datasets.datasets import Datasets
from store.errors import ConflictError
from store.files.artifacts import Artifacts
from store.journal.class_limit import CLASS_LIMIT
from store.journal.fold import Fold
from store.journal.gestures import NUM_COLORS
from store.journal.journal import Journal
from store.journal.pen import Pen, body_digest, project_row
from store.journal.switches import SYSTEM_ID
from store.names import check_uuid, clean_name
from store.people.members import copy_membership
from store.projects.drafts import MADE, Draft
from store.projects.duplication import Copying
from store.projects.names import check_free, free_name
from store.projects.removal import Removals
from store.projects.unseen import BUSY_S
from store.queue.devices import CHOICES
from store.records import Gesture, Project
from store.sql.database import Database
from store.sql.rows import to_project
from store.sql.tables import PROJECT

SYSTEM_NAME = "Lodemap"
COPIED = ("dataset_id", "preset", "latent_dim", "seed", "device")
"""Columns of `project` that a copy has as they are."""


class Projects:
    """Every project of the store."""

    def __init__(
        self, database: Database, datasets: Datasets, artifacts: Artifacts, journal: Journal
    ) -> None:
        self._database = database
        self._datasets = datasets
        self._journal = journal
        self.removals = Removals(database, datasets, artifacts)
        """Those that are deleted, and copies that failed."""

    def create(
        self,
        name: str,
        dataset_id: str,
        latent_dim: int = 2,
        seed: int = 0,
        class_names: tuple[str, ...] = (),
        preset: str = PRESETS[0],
        project_id: str | None = None,
    ) -> Project:
        """Make a project; its first classes are the program's own events, which nobody undoes.

        Where another project has the name, it is "name (2)". A `project_id` that is free may be
        chosen, so that asking again cannot make two.

        Raises:
            InvalidInputError: a name, latent_dim, seed or preset breaks a rule, or there are too
                many classes.
            NotFoundError: no such data set.
            ConflictError: there is a project of this id.
        """
        _check_map(latent_dim, seed, preset)
        cleaned = _cleaned(class_names)
        self._datasets.get(dataset_id)  # checks the id's form
        project_id = project_id or str(uuid.uuid4())
        check_uuid(project_id, "project")
        row = {
            "project_id": project_id, "name": clean_name(name, "name of the project"),
            "dataset_id": dataset_id, "preset": preset, "latent_dim": latent_dim, "seed": seed,
            "created_at": self._database.clock, "archived_at": None,
        }  # fmt: skip
        with self._database.write() as connection:
            self._datasets.hold(connection, dataset_id)
            row["name"] = free_name(self._database, connection, str(row["name"]))
            taken = select(PROJECT.c.project_id).where(PROJECT.c.project_id == project_id)
            if connection.execute(taken).one_or_none() is not None:
                raise ConflictError(MADE)
            connection.execute(insert(PROJECT).values(row))
            _write_classes(connection, self._database, project_id, cleaned)
            return to_project(project_row(connection, project_id))

    def get(self, project_id: str) -> Project:
        """Return a project.

        Raises:
            NotFoundError: no such project.
        """
        check_uuid(project_id, "project")
        with self._database.read() as connection:
            return to_project(project_row(connection, project_id))

    def list(self, include_archived: bool = False) -> list[Project]:
        """Return the projects, newest first."""
        whole = select(PROJECT).where(PROJECT.c.draft_at.is_(None))
        query = whole.order_by(PROJECT.c.created_at.desc(), PROJECT.c.project_id)
        if not include_archived:
            query = query.where(PROJECT.c.archived_at.is_(None))
        with self._database.read() as connection:
            return [to_project(row) for row in connection.execute(query)]

    def rename(self, id: str, name: str) -> Project:  # noqa: A002
        """Give a project another name.

        Raises:
            NotFoundError: no such project.
            InvalidInputError: the name breaks a rule, or another project has it.
        """
        return self._change(id, name=clean_name(name, "name of the project"))

    def set_archived(self, id: str, is_archived: bool) -> Project:  # noqa: A002
        """Lock a project and take it from the list, or bring it back.

        Raises:
            NotFoundError: no such project.
        """
        return self._change(id, archived_at=self._database.clock if is_archived else None)

    def set_device(self, id: str, device: str) -> Project:  # noqa: A002
        """Say where a project's runs are trained: `auto`, `gpu` or `any`.

        Raises:
            NotFoundError: no such project.
            InvalidInputError: there is no such choice.
        """
        if device not in CHOICES:
            raise InvalidInputError(f"device is '{device[:40]}'; use one of {', '.join(CHOICES)}.")
        return self._change(id, device=device)

    def duplicate(self, id: str, name: str, copy_id: str | None = None) -> Project:  # noqa: A002
        """Copy a project as it is now: journal, ended and stopped runs, their snapshots.

        The copy has its own rows and shares the files. Everyone's undo works in it. A run that
        is live is copied as stopped, with the snapshots it has. A `copy_id` that is free may be
        chosen, so that asking again cannot make two.

        Raises:
            NotFoundError: no such project.
            InvalidInputError: the name breaks a rule.
            BeingMadeError: a copy of this id is being made.
            ConflictError: there is a project of this id.
        """
        name = clean_name(name, "name of the project")
        check_uuid(id, "project")
        draft = Draft(self._database, self._free_id(copy_id))
        copying = Copying(self._database, id, draft)
        with self._database.read() as connection:
            row = _columns_of(project_row(connection, id))
        with draft.begun(row, BUSY_S), ExitStack() as on_failure:
            # the source may be deleted meanwhile, and leaves its data set to the draft alone
            on_failure.callback(self.removals.carry_on, draft, row["dataset_id"])
            copying.copy_ahead()
            with self._database.write() as connection:
                self._database.take_turn(connection, id)
                row = _columns_of(project_row(connection, id))
                draft.hold(connection)
                copying.copy_rest(connection)
                copy_membership(connection, id, draft.project_id)
                name = free_name(self._database, connection, name)
                draft.show(connection, **row, name=name, created_at=self._database.clock)
                copied = to_project(project_row(connection, draft.project_id))
            on_failure.pop_all()
            return copied

    def _free_id(self, project_id: str | None) -> str:
        """Return an id for a new project, the one that was chosen where it is free."""
        if project_id is None:
            return str(uuid.uuid4())
        check_uuid(project_id, "project")
        whole = (PROJECT.c.project_id == project_id) & PROJECT.c.draft_at.is_(None)
        with self._database.read() as connection:
            if connection.execute(select(PROJECT.c.project_id).where(whole)).one_or_none():
                raise ConflictError(MADE)
        return project_id

    def delete(self, id: str) -> None:  # noqa: A002
        """Remove a project, its files that no copy shares, and its data set when unused.

        Nobody sees it any more at once; the rest goes soon, while others write
        (`store/projects/removal.py`).

        Raises:
            NotFoundError: no such project.
        """
        check_uuid(id, "project")
        self.removals.begin(id)
        self._journal.forget(id)

    def _change(self, project_id: str, **values: object) -> Project:
        check_uuid(project_id, "project")
        with self._database.write() as connection:
            project_row(connection, project_id)
            if "name" in values:
                check_free(self._database, connection, str(values["name"]), project_id)
            mine = PROJECT.c.project_id == project_id
            connection.execute(update(PROJECT).where(mine).values(values))
            return to_project(project_row(connection, project_id))


def _columns_of(row: Row[Any]) -> dict[str, Any]:
    """Return what a copy takes over of its project's row."""
    return {name: getattr(row, name) for name in COPIED}


def _check_map(latent_dim: int, seed: int, preset: str) -> None:
    if latent_dim not in (2, 3):
        raise InvalidInputError(f"latent_dim is {latent_dim}; a map has 2 or 3 axes.")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**31:
        raise InvalidInputError("seed must be a whole number from 0 to 2147483647.")
    if preset not in PRESETS:
        raise InvalidInputError(f"There is no preset '{preset[:40]}'; use one of {PRESETS}.")


def _cleaned(class_names: Sequence[str]) -> list[str]:
    if len(class_names) > CLASS_LIMIT:
        raise InvalidInputError(
            f"A project makes {CLASS_LIMIT:,} classes at most, and {len(class_names):,} are given; "
            "leave some out."
        )
    cleaned = [clean_name(class_name, "class name") for class_name in class_names]
    if len({class_name.casefold() for class_name in cleaned}) != len(cleaned):
        raise InvalidInputError("Two of the class names are the same; give each its own.")
    return cleaned


def _write_classes(
    connection: Connection, database: Database, project_id: str, class_names: Sequence[str]
) -> None:
    """Begin the journal with the classes a project is made with."""
    project = project_row(connection, project_id)
    pen = Pen(connection, database, project, Fold(project.num_samples, project.latent_dim))
    for index, name in enumerate(class_names):
        values = {"class_index": index, "name": name, "color": index % NUM_COLORS}
        gesture = Gesture("add_class", f"{SYSTEM_ID}:class:{index}", values=values)
        pen.write(gesture, SYSTEM_NAME, SYSTEM_ID, body_digest("add_class", b"", values))
