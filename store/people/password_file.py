"""`people.json` in the data folder: who may sign in with a password, and as what.

Passwords are kept as argon2id hashes (RFC 9106, second recommended option, as argon2-cffi has it).
Everybody is looked up by a name without regard to case; a person who is not there takes as long to
refuse as one who is.
"""

import fcntl
import functools
import json
import math
import os
import secrets
import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ml.errors import InvalidInputError
from store.errors import ConflictError, NotFoundError, StartError
from store.files.disk import disk_errors
from store.files.drafts import draft_of
from store.files.local_files import sync
from store.names import LONGEST_DISPLAY_NAME, clean_name
from store.people.people import Origin, People
from store.people.roles import ROLE_CHANGED, Role, to_role

FILE: Final = "people.json"
WHOSE: Final = "Who may sign in"
SHORTEST, LONGEST = 8, 200


@dataclass(frozen=True)
class Account:
    """One line of the file."""

    name: str
    role: Role
    password: str
    """argon2id, with its salt and cost."""
    changed_at: float = 0.0
    """When it was set, in seconds since 1970: sign-ins that began before have ended, also in a
    database that nobody told."""


class PasswordFile:
    """The accounts of a data folder; several processes may write it, one after the other."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE
        self.hasher = PasswordHasher()
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, int, int], dict[str, Account]] | None = None
        self._slots = threading.BoundedSemaphore(2)
        """Of 64 MB each: a flood of tries must not take the machine's memory."""

    @functools.cached_property
    def nobodys(self) -> str:
        """A hash that nobody has the password of.

        It is as dear to check as anybody's: the time of an answer must not tell who is there.
        """
        return self.hasher.hash(secrets.token_urlsafe(32))

    def accounts(self) -> Mapping[str, Account]:
        """Return everybody, by folded name; read anew when the file has changed.

        Raises:
            StartError: it cannot be read.
        """
        with self._lock:
            try:
                found = self.path.stat()
            except FileNotFoundError:
                return {}
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if self._known is None or self._known[0] != stamp:
                self._known = stamp, self._read()
            return self._known[1]

    def find(self, name: str) -> Account | None:
        """Return the account of a name, None where there is none."""
        return self.accounts().get(folded(name))

    def check(self, name: str, password: str) -> Account | None:
        """Return the account, where the password is its own; takes about 50 ms whoever asks."""
        account = self.find(name)
        with self._slots:
            try:
                self.hasher.verify(account.password if account else self.nobodys, password)
            except (VerificationError, InvalidHashError):
                return None
        return account

    def has_still(self, account: Account) -> bool:
        """Whether an account is there, with the password it had."""
        now = self.find(account.name)
        return now is not None and now.password == account.password

    def add(self, name: str, role: str, password: str) -> Account:
        """Add somebody.

        Raises:
            ConflictError: the name is taken.
            InvalidInputError: name, role or password break a rule.
        """
        hashed = self._hashed(password)
        clean = clean_name(name, "name", LONGEST_DISPLAY_NAME)
        account = Account(clean, to_role(role), hashed, this_moment())
        with self._changing() as known:
            if folded(account.name) in known:
                raise ConflictError(f"There is a '{account.name}' already; choose another name.")
            known[folded(account.name)] = account
        return account

    def change(
        self,
        name: str,
        *,
        role: str | None = None,
        password: str | None = None,
        was_role: str | None = None,
    ) -> Account:
        """Give somebody another role or password.

        Raises:
            NotFoundError: there is nobody of that name.
            ConflictError: their role is another one by now than `was_role`.
            InvalidInputError: role or password break a rule.
        """
        hashed = None if password is None else self._hashed(password)
        with self._changing() as known:
            was = _of(known, name)
            if was_role not in (None, was.role):
                raise ConflictError(ROLE_CHANGED)
            account = Account(
                was.name,
                was.role if role is None else to_role(role),
                was.password if hashed is None else hashed,
                was.changed_at if hashed is None else this_moment(),
            )
            known[folded(name)] = account
        return account

    def take_out(self, name: str, people: People) -> str:
        """Take somebody out of the database and the file; return their name.

        Where it fails, both stay as they were: the file is written before the database forgets, and
        takes its name after it. A process that is killed between these leaves an account without
        anything in the database, and it is done again. So is it for who is in one of the two alone:
        somebody left in the database would be whoever gets the name next.

        Raises:
            NotFoundError: neither knows anybody of that name.
        """
        who: tuple[Origin, str] = ("password", folded(name))
        with disk_errors(WHOSE), self._turn():
            known = dict(self.accounts())
            gone = known.pop(folded(name), None)
            with self._becoming(known), people.forgetting(*who) as was_known:
                if gone is None and not was_known:
                    raise _nobody(name)
        with people.forgetting(*who):
            pass  # they may have signed in meanwhile
        return gone.name if gone else name.strip()

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Account]]:
        """Hold the accounts while they change: nobody else, in any process, changes them then.

        What the block leaves in them is written; nothing where it raises.

        Raises:
            DiskFullError: no room; nothing was saved.
            DataDirNotWritableError: the rights are missing.
            StoreUnavailableError: the disk fails.
        """
        with disk_errors(WHOSE), self._turn():
            known = dict(self.accounts())
            yield known
            with self._becoming(known):
                pass

    @contextmanager
    def _turn(self) -> Iterator[None]:
        lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _hashed(self, password: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST:
            raise InvalidInputError(f"A password has {SHORTEST} to {LONGEST} characters.")
        return self.hasher.hash(password)

    def _read(self) -> dict[str, Account]:
        try:
            if self.path.stat().st_mode & 0o077:
                raise StartError(f"{self.path} can be read by others; run chmod 600 on it.")
            lines: Any = json.loads(self.path.read_text(encoding="utf-8"))
            accounts = [
                Account(
                    each["name"],
                    to_role(each["role"]),
                    str(each["password"]),
                    float(each.get("changed_at", 0)),
                )
                for each in lines
            ]
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            InvalidInputError,
        ) as error:
            raise StartError(f"{self.path} cannot be read ({error}).") from None
        return {folded(each.name): each for each in accounts}

    @contextmanager
    def _becoming(self, accounts: Mapping[str, Account]) -> Iterator[None]:
        """Write accounts beside the file, private to their owner; it has them once the block ends.

        Nothing has changed where the block raises.
        """
        rows = [vars(each) for each in sorted(accounts.values(), key=lambda each: each.name)]
        for left in self.path.parent.glob(f".{FILE}.*"):  # by a process that was killed
            left.unlink(missing_ok=True)
        with draft_of(self.path) as draft:
            draft.chmod(0o600)
            with draft.open("wb") as file:
                file.write(json.dumps(rows, ensure_ascii=False, indent=1).encode())
                file.flush()
                os.fsync(file.fileno())
            yield
        sync(self.path.parent)


def _of(known: Mapping[str, Account], name: str) -> Account:
    account = known.get(folded(name))
    if account is None:
        raise _nobody(name)
    return account


def _nobody(name: str) -> NotFoundError:
    return NotFoundError(f"There is nobody named '{name[:60]}'; see app.py user list.")


def this_moment() -> float:
    """Return seconds since 1970, in whole thousandths: no sign-in before it began that late."""
    return math.ceil(time.time() * 1000) / 1000


def folded(name: str) -> str:
    """Return a name as it is compared."""
    return unicodedata.normalize("NFC", name).strip().casefold()
