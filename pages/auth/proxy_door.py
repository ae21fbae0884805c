"""The door of `--auth proxy`: a proxy in front has signed people in, and says who is asking.

Its word is taken only where it comes from: anybody who reaches the app directly could write the
same header (Grafana's auth proxy has a whitelist for the same reason). What others write is dropped
by `pages/middleware/forwarded.py`.
"""

import time
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from ml.errors import InvalidInputError
from pages.answers import RefusedError
from pages.session import PUBLIC_PATHS, Session, display_name
from store.opening import Store
from store.people.people import NOT_NOTED, Person
from store.people.roles import ROLES, Role
from store.settings import Settings

MET_S: Final = 60.0
"""How long a person is not written down anew."""
KNOWN_S: Final = 1.0
"""How long it is taken for true which projects a person sees."""
MOST_KNOWN: Final = 10_000


class ProxyDoor:
    """Takes the word of proxies in trusted networks, and of nobody else."""

    public = PUBLIC_PATHS

    def __init__(
        self, store: Store, settings: Settings, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._settings = settings
        self._now = now
        self._met: dict[tuple[str, Role], tuple[float, Person]] = {}
        self._known: dict[tuple[str, Role], tuple[float, Session]] = {}
        self._num_forgotten = 0

    async def recognise(self, scope: Scope) -> Session | None:
        """Return who a trusted proxy says is asking."""
        headers = Headers(scope=scope)
        said = headers.getlist(self._settings.user_header or "")
        if not is_by_proxy(scope):
            return None
        try:
            name = display_name(readable(said[0]) if len(said) == 1 else None)
        except InvalidInputError:
            return None
        key = name, self._role_in(headers)
        until, session = self._known.get(key, (0.0, None))
        if session is None or until <= self._now():
            num_forgotten = self._num_forgotten
            session = await run_in_threadpool(self._find, key)
            if num_forgotten == self._num_forgotten:  # else what was found may be gone
                self._known[key] = (self._now() + KNOWN_S, session)
        return session

    def turn_away(self, scope: Scope) -> Response:
        """Refuse whom no trusted proxy vouches for."""
        how = (
            "its proxy did not say who you are"
            if is_by_proxy(scope)
            else "it is reached through its proxy only"
        )
        raise RefusedError(401, "not_signed_in", f"Lodemap did not let you in: {how}.")

    def forget(self) -> None:
        """Ask the database again who everybody is and what they see."""
        self._num_forgotten += 1
        self._met.clear()
        self._known.clear()

    def _role_in(self, headers: Headers) -> Role:
        """Return the role the proxy says, the default one where it says none of ours."""
        given = headers.getlist(self._settings.role_header) if self._settings.role_header else []
        said = given[0].strip().lower() if len(given) == 1 else ""
        return next((role for role in ROLES if role == said), self._settings.default_role)

    def _find(self, key: tuple[str, Role]) -> Session:
        if len(self._met) >= MOST_KNOWN:
            self._met.clear()
            self._known.clear()
        name, role = key
        until, person = self._met.get(key, (0.0, None))
        if person is None or until <= self._now():
            num_forgotten = self._num_forgotten
            person = self._meet(name, role)
            if num_forgotten == self._num_forgotten:
                self._met[key] = (self._now() + MET_S, person)
        is_admin = role == "admin"
        hidden = frozenset() if is_admin else self._store.members.hidden_from(person.person_id)
        return Session(person.person_id, name, role=role, is_person=True, hidden=hidden)

    def _meet(self, name: str, role: Role) -> Person:
        """Return a person, noted to be here; who was before comes in also where nothing is noted.

        Raises:
            LodemapError: it cannot be noted, and they are new.
        """
        try:
            return self._store.people.meet("proxy", name, name, role)
        except NOT_NOTED:
            if (known := self._store.people.find("proxy", name)) is None:
                raise
            return known


def is_by_proxy(scope: Scope) -> bool:
    """Whether a trusted proxy handed a connection on."""
    return bool(scope["state"].get("by_proxy"))


def readable(text: str) -> str:
    """Return a header's text: proxies write UTF-8, and it arrives read as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text
