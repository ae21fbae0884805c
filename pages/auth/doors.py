"""The doors of `--auth none` and `--auth token`, where nobody has an account and all may do all."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Final, Protocol

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from pages.answers import RefusedError
from pages.auth.tries import Tries
from pages.plain_page import passing_page
from pages.session import (
    PUBLIC_PATHS,
    Session,
    SessionCookies,
    address_of,
    came_by_itself,
    network_of,
    new_session,
    query_of,
)
from store.people.tries import MemoryCounts

NEW: Final = "is_new_session"
"""In a scope's state: the answer may carry a cookie for this session."""
WAIT_A_MOMENT: Final = "The map opens in a moment."


class Door(Protocol):
    """What stands between a connection and the app."""

    public: frozenset[str]
    """Paths that anybody may ask for."""

    async def recognise(self, scope: Scope) -> Session | None:
        """Return who a connection comes from, None where they are not let in.

        Raises:
            LodemapError: it cannot be said now.
        """

    def turn_away(self, scope: Scope) -> Response:
        """Return the answer to a request of whom the door does not know.

        Raises:
            RefusedError: where that is a plain no.
        """


class OpenDoor:
    """Lets everybody in, and knows them again by a cookie."""

    public = PUBLIC_PATHS

    def __init__(self, cookies: SessionCookies) -> None:
        self._cookies = cookies

    async def recognise(self, scope: Scope) -> Session | None:
        """Return the session of the cookie, or a new one."""
        known = self._cookies.read(scope)
        scope["state"][NEW] = known is None
        return known or new_session()

    def turn_away(self, scope: Scope) -> Response:
        """Never called: nobody is turned away."""
        raise RefusedError(401, "locked", f"{scope['path'][:80]} is locked.")


class TokenDoor:
    """Asks each browser once for the start-up token; a limit on guessing it."""

    public = PUBLIC_PATHS

    def __init__(
        self, token: str, cookies: SessionCookies, now: Callable[[], float] = monotonic
    ) -> None:
        self.token = token
        self._cookies = cookies
        self._tries = Tries("Too many wrong tokens; wait a minute.", MemoryCounts(now))

    async def recognise(self, scope: Scope) -> Session | None:
        """Return the session of a browser that showed the token, and whose address has none."""
        known = self._cookies.read(scope)
        is_known = known is not None and known.has_token and not shows_token(scope)
        return known if is_known else None

    def opens(self, given: str, client: str) -> bool:
        """Whether `given` is the token.

        Raises:
            RefusedError: after five wrong ones within a minute from the same address.
        """
        self._tries.begin(client)
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return False
        self._tries.forgive(client)
        return True

    def turn_away(self, scope: Scope) -> Response:
        """Let in whoever shows the token; take it out of the address bar of who is in already."""
        session = self._cookies.read(scope) or new_session()
        query = query_of(scope)
        given = query.get("token", "")
        client = network_of(scope)
        is_shown = scope["method"] == "GET" and given != ""
        if not session.has_token and not (is_shown and self.opens(given, client)):
            raise RefusedError(
                401, "token_needed", "Open the address with ?token=… that the app printed at start."
            )
        if not came_by_itself(scope):
            # Sent by a file or another site, it came without our Strict cookie, and a new one would
            # replace that; from a page of our own the browser asks again with the cookie it has.
            return HTMLResponse(passing_page("Come in", WAIT_A_MOMENT, address_of(scope, query)))
        # The token leaves the address bar, the history and every later Referer.
        del query["token"]
        answer = RedirectResponse(address_of(scope, query), 303)
        if not session.has_token:
            self._cookies.write(answer.headers, scope, replace(session, has_token=True))
        return answer


def shows_token(scope: Scope) -> bool:
    """Whether a page is opened by an address that holds a token."""
    return scope["type"] == "http" and scope["method"] == "GET" and "token" in query_of(scope)
