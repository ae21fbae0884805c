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
from pages.auth.known_sign_ins import KnownSignIns, Turns
from pages.auth.login_page import login_page
from pages.auth.sign_in_cookie import read_token, write_token
from pages.plain_page import passing_page
from pages.session import (
    PUBLIC_PATHS,
    Session,
    address_of,
    came_by_itself,
    network_of,
    query_of,
)
from store.opening import Store
from store.people.invites import Invite
from store.people.password_file import Account, PasswordFile
from store.people.people import Person, SignIn
from store.people.roles import Role
from store.settings import Settings

SCRIPT: Final = "/assets/auth/login.mjs"
OIDC_START, OIDC_BACK = "/login/oidc", "/login/oidc/back"
SIGN_IN_PATHS: Final = frozenset(
    {"/login", "/invite", "/api/login", "/api/invite", "/api/invite/read", SCRIPT}
)
OIDC_PATHS: Final = frozenset({OIDC_START, OIDC_BACK})
MOST_WAITING: Final = 8


class PeopleDoor:
    """Knows people by the cookie of their sign-in."""

    def __init__(
        self, store: Store, settings: Settings, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._known = KnownSignIns(now)
        self._turns = Turns()
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
        """Return whose sign-in a cookie names; one that has ended is nobody's.

        Raises:
            RefusedError: 429 where too many show what is nobody's.
        """
        token = self.token_of(scope)
        if token is None:
            return None
        is_known, session = self._known.look(token)
        if is_known:
            return session
        address = network_of(scope)
        try:
            is_counted = self._known.begin(token, address)
        except RefusedError:
            if scope["path"] in self.public:
                return None  # whoever is locked out may still sign in
            async with self._turns.wait():
                return await self._look_up(token)
        session = await self._look_up(token)
        if is_counted and self._known.is_of_somebody(token):
            self._known.take_back(address)
        return session

    async def _look_up(self, token: str) -> Session | None:
        is_known, session = self._known.look(token)
        if is_known:  # since it began to wait
            return session
        signed_in = await run_in_threadpool(self._store.people.signed_in, token)
        if signed_in is None:
            self._known.end(token)
            return None
        session = await run_in_threadpool(self._session_of, signed_in)
        self._known.keep(token, session)
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

    def let_in(
        self, answer: Response, scope: Scope, person: Person, account: Account | None = None
    ) -> None:
        """Begin a sign-in: a new token each time, and what the browser had before ends.

        Args:
            answer: Gets the cookie.
            scope: Of the request.
            person: Who comes in.
            account: Whose password was shown.

        Raises:
            RefusedError: 401 where the password was changed meanwhile.
        """
        self.let_out(scope)
        changed_at = account.changed_at if account else 0.0
        token = self._store.people.sign_in(person.person_id, changed_at)
        if account is not None and not self.accounts.has_still(account):
            self._store.people.sign_out(token)
            raise RefusedError(401, "wrong_password", "The password was changed; sign in again.")
        self.hand_over(answer, scope, token)

    def hand_over(self, answer: Response, scope: Scope, token: str) -> None:
        """Give a browser the token of a sign-in that began in place of what it had."""
        if (before := self.token_of(scope)) is not None:
            self._known.end(before)
        self._known.hear_of(token)
        write_token(answer.headers, scope, token, is_secure=self.is_secure(scope))

    def token_of(self, scope: Scope) -> str | None:
        """Return the token that a browser shows, whatever it stands for."""
        return read_token(scope, is_secure=self.is_secure(scope))

    def let_out(self, scope: Scope, answer: Response | None = None) -> None:
        """End the sign-in of a browser, on the server."""
        token = self.token_of(scope)
        if token is not None:
            self._store.people.sign_out(token)
            self._known.end(token)
        if answer is not None:
            write_token(answer.headers, scope, "", is_secure=self.is_secure(scope))

    def vouches_for(self, invite: Invite) -> bool:
        """Whether whoever made an invite may still invite others: their links end with that.

        Somebody who got their name later is another one, and revives none. A provider tells nobody
        who has left: its word holds for a week.
        """
        people = self._store.people
        if not self.asks_password:
            return people.is_admin(invite, "oidc")
        account = self.accounts.find(invite.author)
        is_admin = account is not None and account.role == "admin"
        return is_admin and people.is_here(invite, "password")

    def forget(self) -> None:
        """Ask the database again who everybody is and what they see."""
        self._known.forget()

    def _session_of(self, signed_in: SignIn) -> Session | None:
        role = self._role_in(signed_in)
        if role is None:
            return None
        person = signed_in.person
        is_admin = role == "admin"
        hidden = frozenset() if is_admin else self._store.members.hidden_from(person.person_id)
        return Session(
            person.person_id, person.name, role=role, is_person=True, signs_out=True, hidden=hidden
        )

    def _role_in(self, signed_in: SignIn) -> Role | None:
        """Return what a person may do now, None where nobody vouches for them any more."""
        person = signed_in.person
        if person.origin == "invite":
            return person.role
        if person.origin == "password" and self.asks_password:
            account = self.accounts.find(person.subject)
            is_so = account is not None and account.changed_at <= signed_in.began_at
            return account.role if account and is_so else None
        return person.role if person.origin == "oidc" and not self.asks_password else None
