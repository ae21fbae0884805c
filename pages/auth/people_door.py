"""The door of `--auth password` and `--auth oidc`: whoever comes has signed in, or must."""

import threading
import time
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from pages.answers import RefusedError, is_for_programs
from pages.auth.doors import WAIT_A_MOMENT
from pages.auth.login_page import login_page
from pages.auth.sign_in_cookie import read_token, write_token
from pages.plain_page import passing_page
from pages.session import PUBLIC_PATHS, Session, address_of, came_by_itself, query_of
from store.opening import Store
from store.people.password_file import PasswordFile
from store.people.people import Person, hash_of
from store.people.roles import Role
from store.settings import Settings

SCRIPT: Final = "/assets/auth/login.mjs"
OIDC_START, OIDC_BACK = "/login/oidc", "/login/oidc/back"
SIGN_IN_PATHS: Final = frozenset(
    {"/login", "/invite", "/api/login", "/api/invite", "/api/invite/read", SCRIPT}
)
OIDC_PATHS: Final = frozenset({OIDC_START, OIDC_BACK})
KNOWN_S: Final = 1.0
"""How long an answer of the database is taken for true: so late a sign-in ends everywhere."""
MOST_WAITING: Final = 8
MOST_KNOWN: Final = 10_000


class PeopleDoor:
    """Knows people by the cookie of their sign-in."""

    def __init__(
        self, store: Store, settings: Settings, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._now = now
        self._known: dict[str, tuple[float, Session | None]] = {}
        self.asks_password = settings.auth == "password"
        self.accounts = PasswordFile(settings.data_dir)
        self.waiting = threading.BoundedSemaphore(MOST_WAITING)
        """Who has a password looked at: a flood of tries must leave threads to all others."""
        self.public = (
            PUBLIC_PATHS | SIGN_IN_PATHS | (frozenset() if self.asks_password else OIDC_PATHS)
        )
        if self.asks_password:
            _ = self.accounts.nobodys  # made by the first try, it would tell that try apart
        self._is_tls = (settings.public_url or "").startswith("https://")

    async def recognise(self, scope: Scope) -> Session | None:
        """Return whose sign-in a cookie names; one that has ended is nobody's."""
        token = read_token(scope, is_secure=self.is_secure(scope))
        if token is None:
            return None
        key, now = hash_of(token), self._now()
        until, session = self._known.get(key, (0.0, None))
        if until <= now:
            session = await run_in_threadpool(self._find, token)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = (now + KNOWN_S, session)
        return session

    def turn_away(self, scope: Scope) -> Response:
        """Ask a person to sign in; tell a program that it must.

        Raises:
            RefusedError: 401, to a program.
        """
        if is_for_programs(scope):
            raise RefusedError(401, "sign_in_needed", "You are not signed in; reload the page.")
        if not came_by_itself(scope):
            # a link on another site: the Strict cookie stayed behind, a page of ours has it again
            address = address_of(scope, query_of(scope))
            return HTMLResponse(passing_page("Come in", WAIT_A_MOMENT, address))
        return HTMLResponse(login_page(asks_password=self.asks_password), 401)

    def is_secure(self, scope: Scope) -> bool:
        """Whether browsers reach the app by TLS, here or at a proxy in front."""
        return self._is_tls or scope["scheme"] in ("https", "wss")

    def let_in(self, answer: Response, scope: Scope, person: Person) -> None:
        """Begin a sign-in: a new token each time, and what the browser had before ends."""
        self.let_out(scope)
        token = self._store.people.sign_in(person.person_id)
        write_token(answer.headers, scope, token, is_secure=self.is_secure(scope))

    def let_out(self, scope: Scope, answer: Response | None = None) -> None:
        """End the sign-in of a browser, on the server."""
        token = read_token(scope, is_secure=self.is_secure(scope))
        if token is not None:
            self._store.people.sign_out(token)
            self.forget()
        if answer is not None:
            write_token(answer.headers, scope, "", is_secure=self.is_secure(scope))

    def forget(self) -> None:
        """Ask the database again who everybody is and what they see."""
        self._known.clear()

    def _find(self, token: str) -> Session | None:
        person = self._store.people.signed_in(token)
        role = self._role_of(person) if person is not None else None
        if person is None or role is None:
            return None
        is_admin = role == "admin"
        hidden = frozenset() if is_admin else self._store.members.hidden_from(person.person_id)
        return Session(
            person.person_id, person.name, role=role, is_person=True, signs_out=True, hidden=hidden
        )

    def _role_of(self, person: Person) -> Role | None:
        """Return what a person may do now, None where nobody vouches for them any more."""
        if person.origin == "invite":
            return person.role
        if person.origin == "password" and self.asks_password:
            account = self.accounts.find(person.subject)
            return account.role if account else None
        return person.role if person.origin == "oidc" and not self.asks_password else None
