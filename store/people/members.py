"""Which projects are for their members only, and who those are."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from store.errors import ConflictError, NotFoundError
from store.journal.pen import project_row
from store.names import UUID, check_uuid
from store.sql.database import Database
from store.sql.people_tables import CLOSED_PROJECT, MEMBER, PERSON
from store.sql.tables import PROJECT, RUN


@dataclass(frozen=True)
class Membership:
    """Who a project is for."""

    is_closed: bool
    """Whether it is for members only; else everybody who may sign in sees it."""
    person_ids: frozenset[str]
    """Its members; they are kept while it is open."""

    @property
    def version(self) -> str:
        """What tells it from any other, so that nobody changes what they have not seen."""
        text = f"{self.is_closed} {' '.join(sorted(self.person_ids))}"
        return sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class MembershipChange:
    """What somebody wants otherwise than they saw it."""

    version: str
    """Of the membership they saw."""
    is_closed: bool | None = None
    """None leaves it as it is."""
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    """Ids of people; who is no member need not be removed."""


class Members:
    """The members of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, project_id: str) -> Membership:
        """Return who a project is for.

        Raises:
            NotFoundError: no such project.
        """
        check_uuid(project_id, "project")
        with self._database.read() as connection:
            project_row(connection, project_id)
            return read_membership(connection, project_id)

    def change(self, project_id: str, wanted: MembershipChange) -> Membership:
        """Say who a project is for; return it as it is then.

        Raises:
            NotFoundError: no such project, or no such person to add.
            ConflictError: it has changed since; nothing was done, so that a page of this morning
                brings nobody back who was taken out since.
        """
        check_uuid(project_id, "project")
        for person_id in wanted.add:
            check_uuid(person_id, "person")
        with self._database.write() as connection:
            self._database.take_turn(connection, project_id)
            project_row(connection, project_id)
            now = read_membership(connection, project_id)
            if now.version != wanted.version:
                raise ConflictError("Somebody has changed this meanwhile; look again, then change.")
            known = select(PERSON.c.person_id).where(PERSON.c.person_id.in_(wanted.add))
            if set(connection.scalars(known)) != wanted.add:
                raise NotFoundError("One of these people is not here any more; look again.")
            self._write(connection, project_id, now, wanted)
            return read_membership(connection, project_id)

    def _write(
        self, connection: Connection, project_id: str, now: Membership, wanted: MembershipChange
    ) -> None:
        """Write no more than what is wanted otherwise: others come by an invite meanwhile."""
        mine = MEMBER.c.project_id == project_id
        connection.execute(delete(MEMBER).where(mine, MEMBER.c.person_id.in_(wanted.remove)))
        new = [*wanted.add - wanted.remove - now.person_ids]
        if new:
            dialect: Any = sqlite if self._database.is_sqlite else postgresql
            rows = [{"project_id": project_id, "person_id": each} for each in new]
            connection.execute(dialect.insert(MEMBER).on_conflict_do_nothing(), rows)
        if wanted.is_closed and not now.is_closed:
            connection.execute(insert(CLOSED_PROJECT).values(project_id=project_id))
        if wanted.is_closed is False:
            closed = CLOSED_PROJECT.c.project_id == project_id
            connection.execute(delete(CLOSED_PROJECT).where(closed))

    def hidden_from(self, person_id: str) -> frozenset[str]:
        """Return the projects that are for others only; unknown people see what is open."""
        mine = select(MEMBER.c.project_id).where(MEMBER.c.person_id == person_id)
        others = select(CLOSED_PROJECT.c.project_id).where(CLOSED_PROJECT.c.project_id.not_in(mine))
        with self._database.read() as connection:
            return frozenset(connection.scalars(others))

    def project_of_run(self, run_id: str) -> str | None:
        """Return the project of a run, None where there is no such run."""
        if not UUID.fullmatch(run_id):
            return None
        with self._database.read() as connection:
            return connection.scalar(select(RUN.c.project_id).where(RUN.c.run_id == run_id))

    def projects_of_dataset(self, dataset_id: str) -> list[str]:
        """Return the projects on a data set."""
        mine = (PROJECT.c.dataset_id == dataset_id) & PROJECT.c.draft_at.is_(None)
        query = select(PROJECT.c.project_id).where(mine)
        with self._database.read() as connection:
            return list(connection.scalars(query))


def read_membership(connection: Connection, project_id: str) -> Membership:
    """Return who a project is for, inside a transaction."""
    closed = select(CLOSED_PROJECT.c.project_id).where(CLOSED_PROJECT.c.project_id == project_id)
    members = select(MEMBER.c.person_id).where(MEMBER.c.project_id == project_id)
    return Membership(
        connection.execute(closed).first() is not None, frozenset(connection.scalars(members))
    )


def write_membership(connection: Connection, project_id: str, wanted: Membership) -> None:
    """Write who a project is for, inside a transaction; it must have no members yet."""
    if wanted.is_closed:
        connection.execute(insert(CLOSED_PROJECT).values(project_id=project_id))
    if wanted.person_ids:
        rows = [{"project_id": project_id, "person_id": each} for each in wanted.person_ids]
        connection.execute(insert(MEMBER), rows)


def copy_membership(connection: Connection, source: str, copy: str) -> None:
    """Let a copy of a project be for whom the project is."""
    write_membership(connection, copy, read_membership(connection, source))
