"""Which projects are for their members only, and who those are."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from store.errors import NotFoundError
from store.journal.journal import project_row
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

    def set(self, project_id: str, is_closed: bool, person_ids: Collection[str]) -> Membership:
        """Say who a project is for.

        Raises:
            NotFoundError: no such project, or no such person.
        """
        check_uuid(project_id, "project")
        for person_id in person_ids:
            check_uuid(person_id, "person")
        with self._database.write() as connection:
            project_row(connection, project_id)
            known = select(PERSON.c.person_id).where(PERSON.c.person_id.in_(person_ids))
            if len(set(connection.scalars(known))) != len(set(person_ids)):
                raise NotFoundError("One of these people is not here any more; look again.")
            for table in (CLOSED_PROJECT, MEMBER):
                connection.execute(delete(table).where(table.c.project_id == project_id))
            write_membership(connection, project_id, Membership(is_closed, frozenset(person_ids)))
            return read_membership(connection, project_id)

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
        query = select(PROJECT.c.project_id).where(PROJECT.c.dataset_id == dataset_id)
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
