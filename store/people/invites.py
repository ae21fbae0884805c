"""Invites: links that let somebody in with a role, for a while, without an account."""

import hmac
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from ml.errors import InvalidInputError, LodemapError
from store.errors import ConflictError, NotFoundError
from store.journal.pen import project_row
from store.names import UUID, check_uuid, clean_name, looks_of
from store.people.people import Person, begin_sign_in, end_sign_in, hash_of, person_row, to_person
from store.people.roles import Role
from store.sql.database import PEOPLE, Database
from store.sql.people_tables import INVITE, MEMBER, PERSON

MOST_DAYS: Final = 90
DAY_S: Final = 24 * 3600.0
JOINT: Final = "."
"""Between an invite's id and its secret."""
NOBODYS: Final = hash_of("")
ENDED: Final = "This invite has ended; ask whoever sent it for another one."


class InviteEndedError(LodemapError):
    """The invite was used, revoked, or is too old; or there never was such a one."""

    code = "invite_ended"
    status = 410


class InviteGuessedError(InviteEndedError):
    """The secret is of no invite; whoever asks is told the same."""


class NameTakenError(ConflictError):
    """Somebody here has the name that an invited one said."""

    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is a '{name}' here already; say another name, or sign in if that is you."
        )


@dataclass(frozen=True)
class Invite:
    """One link, as its maker sees it later: the secret is not kept."""

    invite_id: str
    role: Role
    project_id: str | None
    """The project whoever opens it becomes a member of."""
    is_for_many: bool
    num_used: int
    author: str
    author_id: str | None
    """person_id of whoever made it; None of one made before that was noted."""
    created_at: float
    """Seconds since 1970."""
    expires_at: float
    """Seconds since 1970."""
    is_open: bool
    """Whether it still lets somebody in."""


class Invites:
    """The invites of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self,
        role: Role,
        days: float,
        by: tuple[str, str | None],
        project_id: str | None,
        is_for_many: bool,
    ) -> tuple[Invite, str]:
        """Make an invite; return it and its link's secret, which is nowhere else.

        The secret names its invite, so that wrong ones can be counted by what they try to open.

        Args:
            role: Of whom it lets in.
            days: How long it lasts.
            by: Name and person_id of its maker.
            project_id: The project whoever opens it becomes a member of, or None.
            is_for_many: Whether it stays open once somebody used it.

        Raises:
            InvalidInputError: the days are not above 0 and at most 90, or it is for an admin.
            NotFoundError: no such project.
        """
        if not 0 < days <= MOST_DAYS:
            raise InvalidInputError(
                f"An invite lasts at most {MOST_DAYS} days, and more than none."
            )
        if role == "admin":
            raise InvalidInputError("An invite cannot make an admin; choose another role.")
        secret, now = secrets.token_urlsafe(32), self._database.clock
        row = {
            "invite_id": str(uuid.uuid4()), "secret_sha256": hash_of(secret), "role": role,
            "project_id": project_id, "is_for_many": is_for_many, "num_used": 0, "author": by[0],
            "author_id": by[1],
            "created_at": now, "expires_at": now + days * DAY_S,
        }  # fmt: skip
        with self._database.write() as connection:
            if project_id is not None:
                check_uuid(project_id, "project")
                project_row(connection, project_id)
            connection.execute(insert(INVITE).values(row))
            mine = INVITE.c.invite_id == row["invite_id"]
            made = _to_invite(connection.execute(self._query().where(mine)).one())
        return made, f"{made.invite_id}{JOINT}{secret}"

    def list(self) -> list[Invite]:
        """Return all invites, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(self._query().order_by(INVITE.c.created_at.desc()))
            return [_to_invite(row) for row in rows]

    def revoke(self, invite_id: str) -> None:
        """End an invite; those it let in stay in until they are removed.

        Raises:
            NotFoundError: there is none.
        """
        check_uuid(invite_id, "invite")
        mine = INVITE.c.invite_id == invite_id
        with self._database.write() as connection:
            if connection.execute(select(INVITE.c.invite_id).where(mine)).first() is None:
                raise NotFoundError("There is no such invite.")
            revoked = update(INVITE).where(mine, INVITE.c.revoked_at.is_(None))
            connection.execute(revoked.values(revoked_at=self._database.clock))

    def read(self, secret: str, key: str | None = None) -> Invite:
        """Return the invite of a secret, without using it.

        Raises:
            InviteEndedError: it lets nobody in any more, nor whoever came by it with `key`.
        """
        with self._database.read() as connection:
            return self._open_one(connection, secret, key)[0]

    def accept(
        self,
        secret: str,
        name: str,
        taken: Iterable[str] = (),
        instead_of: str | None = None,
        key: str | None = None,
    ) -> tuple[Person, str]:
        """Let somebody in by an invite, as a new person who is signed in.

        Args:
            secret: Of the link.
            name: What they say they are called.
            taken: Names of who may come and never did.
            instead_of: Token of a sign-in that ends, which their browser has.
            key: 32 random bytes that only their page knows: whoever comes again with them, as
                where the answer was lost, is the person they became then, by the name they say
                now. None where it has none.

        Returns:
            The person, and the token of their sign-in, which is nowhere else.

        Raises:
            InviteEndedError: it lets nobody in any more.
            InvalidInputError: the name breaks a rule.
            ConflictError: somebody here has that name, or one that looks the same.
        """
        name, now = clean_name(name, "display name", 60), self._database.clock
        with self._database.write() as connection:
            self._database.take_turn(connection, PEOPLE)
            invite, person_id = self._open_one(connection, secret, key)
            others = select(PERSON.c.name).where(PERSON.c.person_id != (person_id or ""))
            if looks_of(name) in map(looks_of, [*connection.scalars(others), *taken]):
                raise NameTakenError(name)
            if person_id is None:
                person_id = self._take_in(connection, invite, name, key)
            else:
                mine = PERSON.c.person_id == person_id
                connection.execute(update(PERSON).where(mine).values(name=name))
            if instead_of is not None:
                end_sign_in(connection, instead_of)
            token = begin_sign_in(connection, now, person_id)
            person = to_person(person_row(connection, person_id))
        return person, token

    def _take_in(self, connection: Connection, invite: Invite, name: str, key: str | None) -> str:
        """Write a new person down; return their id."""
        person_id, now = str(uuid.uuid4()), self._database.clock
        subject = person_id if key is None else _subject(invite.invite_id, key)
        row = {"person_id": person_id, "origin": "invite", "subject": subject, "name": name}
        connection.execute(
            insert(PERSON).values(**row, role=invite.role, created_at=now, seen_at=now)
        )
        if invite.project_id is not None:
            member = {"project_id": invite.project_id, "person_id": person_id}
            connection.execute(insert(MEMBER).values(member))
        mine = INVITE.c.invite_id == invite.invite_id
        connection.execute(update(INVITE).where(mine).values(num_used=INVITE.c.num_used + 1))
        return person_id

    def _open_one(
        self, connection: Connection, secret: str, key: str | None
    ) -> tuple[Invite, str | None]:
        """Return the invite of a secret, and the id of who came by it with `key` already."""
        named, given = named_by(secret), hash_of(secret.rpartition(JOINT)[2])
        # links of before they named their invite are found by their hash
        mine = INVITE.c.invite_id == named if named else INVITE.c.secret_sha256 == given
        row = connection.execute(self._query().where(mine)).one_or_none()
        if not hmac.compare_digest(row.secret_sha256 if row else NOBODYS, given) or row is None:
            raise InviteGuessedError(ENDED)
        invite, before = _to_invite(row), None
        if key is not None and row.revoked_at is None and row.left_s > 0:
            theirs = PERSON.c.subject == _subject(invite.invite_id, key)
            who = select(PERSON.c.person_id).where(PERSON.c.origin == "invite", theirs)
            before = connection.scalar(who)
        if not invite.is_open and before is None:
            raise InviteEndedError(ENDED)
        return invite, before

    def _query(self) -> Any:
        return select(INVITE, (INVITE.c.expires_at - self._database.clock).label("left_s"))


def end_invites_to(connection: Connection, project_id: str, now: ColumnElement[float]) -> None:
    """End the invites to a project that is about to be deleted.

    They outlive it: the link of one that is not known any more would count as a guess.

    Args:
        connection: Of a transaction that writes.
        project_id: Of the project.
        now: Seconds since 1970, by the database's clock.
    """
    theirs = update(INVITE).where(INVITE.c.project_id == project_id)
    ended_at = func.coalesce(INVITE.c.revoked_at, now)
    connection.execute(theirs.values(project_id=None, revoked_at=ended_at))


def named_by(secret: str) -> str | None:
    """Return the id of the invite that a link's secret names, None where it names none."""
    named, joint, _ = secret.partition(JOINT)
    return named if joint and UUID.fullmatch(named) else None


def _subject(invite_id: str, key: str) -> str:
    """Return what is noted of a key, which only the page that made it can show."""
    return hash_of(f"{invite_id} {key}")


def _to_invite(row: Row[Any]) -> Invite:
    is_used_up = row.num_used > 0 and not row.is_for_many
    return Invite(
        row.invite_id, row.role, row.project_id, bool(row.is_for_many), row.num_used, row.author,
        row.author_id, row.created_at, row.expires_at,
        row.revoked_at is None and not is_used_up and row.left_s > 0,
    )  # fmt: skip
