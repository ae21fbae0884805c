"""People who signed in, and where they are signed in.

A sign-in is a row, so that all apps of a database agree on it and ending it ends it everywhere.
Only the hash of its token is stored: whoever reads the database cannot take anybody's place.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from sqlalchemy import ColumnElement, Connection, Row, case, delete, insert, select, update

from store.errors import (
    ConflictError,
    DataDirNotWritableError,
    DiskFullError,
    NotFoundError,
    StoreUnavailableError,
)
from store.names import check_uuid
from store.people.roles import ROLE_CHANGED, Role
from store.sql.database import PEOPLE, Database
from store.sql.people_tables import INVITE, PERSON, SIGN_IN

Origin = Literal["password", "proxy", "oidc", "invite"]
IDLE_S: Final = 12 * 3600.0
"""A sign-in that was not used for so long has ended."""
LONGEST_S: Final[Mapping[Origin, float]] = {
    "password": 30 * 86400.0, "proxy": 30 * 86400.0, "invite": 30 * 86400.0, "oidc": 12 * 3600.0,
}  # fmt: skip
"""A sign-in that began so long ago has ended, used or not: a provider is asked anew each day."""
VOUCHED_S: Final = 7 * 86400.0
"""How long a provider's word that somebody is an admin holds for their invites: it tells nobody who
has left, only who comes. Whoever comes back within a sign-in has their links open again."""
SEEN_S: Final = 60.0
"""How late `seen_at` may be, while it can be written."""
NOT_NOTED: Final = (DataDirNotWritableError, DiskFullError, StoreUnavailableError)
"""Why it may not be noted that somebody came, which locks nobody out."""


@dataclass(frozen=True)
class Person:
    """Somebody who signed in at least once, or who is expected to."""

    person_id: str
    """Random and stable; the author_id of what they do."""
    origin: Origin
    """Who vouches for them."""
    subject: str
    """What `origin` calls them."""
    name: str
    """Display name."""
    role: Role
    """As of the last time they came."""
    seen_at: float
    """Seconds since 1970; 0 of who may come and has not come yet."""


class Made(Protocol):
    """Something that a person made."""

    @property
    def author(self) -> str:
        """Their name then."""

    @property
    def author_id(self) -> str | None:
        """Their person_id; None where that was not noted."""

    @property
    def created_at(self) -> float:
        """When, in seconds since 1970."""


@dataclass(frozen=True)
class SignIn:
    """One browser of a person."""

    person: Person
    began_at: float
    """Seconds since 1970."""


class People:
    """Everybody who was ever let in by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def meet(self, origin: Origin, subject: str, name: str, role: Role) -> Person:
        """Return the person that `origin` calls `subject`, with the name and role it gives now.

        Whoever is no admin any more has their invites ended, for good.
        """
        mine = (PERSON.c.origin == origin) & (PERSON.c.subject == subject)
        given = {"name": name, "role": role, "seen_at": self._database.clock}
        with self._database.write() as connection:
            self._database.take_turn(connection, PEOPLE)
            if connection.execute(select(PERSON.c.person_id).where(mine)).first() is None:
                ids = {"person_id": str(uuid.uuid4()), "origin": origin, "subject": subject}
                row = {**ids, **given, "created_at": self._database.clock}
                connection.execute(insert(PERSON).values(row))
            else:
                connection.execute(update(PERSON).where(mine).values(given))
            person = to_person(connection.execute(select(PERSON).where(mine)).one())
            if role != "admin":
                left = (INVITE.c.author_id == person.person_id) & INVITE.c.revoked_at.is_(None)
                ended = update(INVITE).where(left).values(revoked_at=self._database.clock)
                connection.execute(ended)
            return person

    def expect(self, origin: Origin, coming: Callable[[], Mapping[str, tuple[str, Role]]]) -> None:
        """Know those who may come and have not come yet; they were never seen, so at 0.

        Args:
            origin: Who vouches for them.
            coming: Name and role of each by what `origin` calls them, asked where nobody is taken
                out meanwhile.
        """
        with self._database.write() as connection:
            self._database.take_turn(connection, PEOPLE)
            mine = select(PERSON.c.subject).where(PERSON.c.origin == origin)
            known = set(connection.scalars(mine))
            for subject, (name, role) in coming().items():
                if subject not in known:
                    who = {"person_id": str(uuid.uuid4()), "origin": origin, "subject": subject}
                    row = {**who, "name": name, "role": role, "seen_at": 0.0}
                    connection.execute(
                        insert(PERSON).values(**row, created_at=self._database.clock)
                    )

    def find(self, origin: Origin, subject: str) -> Person | None:
        """Return the person that `origin` calls `subject`, as of the last time they came."""
        mine = (PERSON.c.origin == origin) & (PERSON.c.subject == subject)
        with self._database.read() as connection:
            row = connection.execute(select(PERSON).where(mine)).one_or_none()
        return None if row is None else to_person(row)

    def get(self, person_id: str) -> Person:
        """Return a person.

        Raises:
            NotFoundError: there is none.
        """
        check_uuid(person_id, "person")
        with self._database.read() as connection:
            return to_person(person_row(connection, person_id))

    def is_here(self, made: Made, origin: Origin) -> bool:
        """Whether who made something is still a person that `origin` vouches for."""
        return self._exists(made, origin)

    def is_admin(self, made: Made, origin: Origin) -> bool:
        """Whether they were an admin when they came last, and that is not long ago."""
        is_seen = PERSON.c.seen_at > self._database.clock - VOUCHED_S
        return self._exists(made, origin, PERSON.c.role == "admin", is_seen)

    def _exists(self, made: Made, origin: Origin, *more: ColumnElement[bool]) -> bool:
        who: ColumnElement[bool] = PERSON.c.person_id == made.author_id
        if made.author_id is None:  # by their name, which whoever got it later has not had then
            who = (PERSON.c.name == made.author) & (PERSON.c.created_at <= made.created_at)
        query = select(PERSON.c.person_id).where(who, PERSON.c.origin == origin, *more)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def list(self) -> list[Person]:
        """Return everybody, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(PERSON).order_by(PERSON.c.name, PERSON.c.person_id))
            return [to_person(row) for row in rows]

    def change_role(self, person_id: str, role: Role, was: Role) -> None:
        """Give a person another role.

        Raises:
            NotFoundError: there is none.
            ConflictError: theirs is another one by now than `was`.
        """
        with self._database.write() as connection:
            self._database.take_turn(connection, PEOPLE)
            if person_row(connection, person_id).role != was:
                raise ConflictError(ROLE_CHANGED)
            mine = PERSON.c.person_id == person_id
            connection.execute(update(PERSON).where(mine).values(role=role))

    def remove(self, person_id: str) -> None:
        """Forget a person: their sign-ins end, and so do their memberships; what they said stays.

        Raises:
            NotFoundError: there is none.
        """
        check_uuid(person_id, "person")
        with self._database.write() as connection:
            person_row(connection, person_id)
            connection.execute(delete(PERSON).where(PERSON.c.person_id == person_id))

    def sign_in(self, person_id: str, changed_at: float = 0.0) -> str:
        """Begin a sign-in of a person; return its token, which is nowhere else.

        Sign-ins that ended by themselves are cleared away.

        Args:
            person_id: Whose.
            changed_at: When the password that was shown was set, in seconds since 1970 by another
                clock than the database's: the sign-in does not begin before it.
        """
        with self._database.write() as connection:
            return begin_sign_in(connection, self._database.clock, person_id, changed_at)

    def signed_in(self, token: str) -> SignIn | None:
        """Return what a token stands for, None for nothing, or what has not been used for long."""
        mine = SIGN_IN.c.token_sha256 == hash_of(token)
        now = self._database.clock
        idle_s, age_s = now - SIGN_IN.c.seen_at, now - SIGN_IN.c.created_at
        ages = idle_s.label("idle_s"), age_s.label("age_s")
        query = select(PERSON, SIGN_IN.c.created_at.label("began_at"), *ages)
        query = query.join_from(SIGN_IN, PERSON)
        with self._database.read() as connection:
            row = connection.execute(query.where(mine)).one_or_none()
        if row is None or row.idle_s > IDLE_S or row.age_s > LONGEST_S[row.origin]:
            return None
        if row.idle_s > SEEN_S:
            with suppress(*NOT_NOTED), self._database.write() as connection:
                connection.execute(update(SIGN_IN).where(mine).values(seen_at=now))
                same = PERSON.c.person_id == row.person_id
                connection.execute(update(PERSON).where(same).values(seen_at=now))
        return SignIn(to_person(row), row.began_at)

    def sign_out(self, token: str) -> None:
        """End a sign-in; one that has ended stays so."""
        with self._database.write() as connection:
            end_sign_in(connection, token)

    @contextmanager
    def forgetting(self, origin: Origin, subject: str) -> Iterator[bool]:
        """Forget a person by what others call them: whoever gets that name later is another one.

        Yields whether there was one; where the block fails, nobody is forgotten.
        """
        mine = (PERSON.c.origin == origin) & (PERSON.c.subject == subject)
        with self._database.write() as connection:
            self._database.take_turn(connection, PEOPLE)
            yield connection.execute(delete(PERSON).where(mine)).rowcount > 0

    def sign_out_everywhere(self, origin: Origin, subject: str) -> None:
        """End every sign-in of a person, also of one who is not known."""
        mine = (PERSON.c.origin == origin) & (PERSON.c.subject == subject)
        ids = select(PERSON.c.person_id).where(mine)
        with self._database.write() as connection:
            connection.execute(delete(SIGN_IN).where(SIGN_IN.c.person_id.in_(ids)))


def begin_sign_in(
    connection: Connection, now: ColumnElement[float], person_id: str, changed_at: float = 0.0
) -> str:
    """Begin a sign-in in a transaction that writes; return its token (`People.sign_in`)."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.seen_at < now - IDLE_S))
    row = {"token_sha256": hash_of(token), "person_id": person_id}
    began_at = case((now < changed_at, changed_at), else_=now)
    connection.execute(insert(SIGN_IN).values(**row, created_at=began_at, seen_at=now))
    return token


def end_sign_in(connection: Connection, token: str) -> None:
    """End a sign-in in a transaction that writes."""
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.token_sha256 == hash_of(token)))


def hash_of(secret: str) -> str:
    """Return what is stored of a secret of 32 random bytes, which needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def person_row(connection: Connection, person_id: str) -> Row[Any]:
    """Return the row of a person.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(select(PERSON).where(PERSON.c.person_id == person_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such person; they may have been removed.")
    return row


def to_person(row: Row[Any]) -> Person:
    """Read a row of `person`."""
    return Person(row.person_id, row.origin, row.subject, row.name, row.role, row.seen_at)
