"""Who is speaking: a signed cookie, and the start-up token of `--auth token`.

The author of a gesture always comes from here, never from what a page sends. The cookie's name
carries the port, because browsers share cookies between the ports of one host.
"""

import hmac
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.answers import RefusedError, answer_for
from pages.plain_page import passing_page
from store.errors import StartError
from store.names import clean_name

KEY_BYTES: Final = 32
MAX_NAME: Final = 60
MAX_AGE_S: Final = 180 * 24 * 3600
GUEST: Final = "Guest"
"""Author shown for somebody who gave no name."""
PUBLIC_PATHS: Final = frozenset({"/healthz"})
STATIC_PATHS: Final = ("/assets/", "/bootstrap/", "/_dash-component-suites/", "/_favicon")
WAIT_A_MOMENT: Final = "The map opens in a moment."
MAX_TRIES: Final = 5
TRIES_WINDOW_S: Final = 60.0


@dataclass(frozen=True)
class Session:
    """One browser, as its cookie knows it."""

    author_id: str
    """Random and stable: undo takes back only gestures of the same author_id."""
    name: str | None = None
    """Display name for the journal, None until it was asked for."""
    has_token: bool = False
    """Whether this browser once showed the start-up token."""

    @property
    def author(self) -> str:
        """Name the journal writes down."""
        return self.name or GUEST


def new_session() -> Session:
    """Return a session for a browser that was never seen before."""
    return Session(str(uuid4()))


def display_name(value: object) -> str:
    """Check a display name.

    Raises:
        InvalidInputError: unless it is 1 to 60 printable characters.
    """
    return clean_name(value, "display name", MAX_NAME)


def load_secret_key(path: Path) -> bytes:
    """Return the key that signs cookies, made on first use and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise StartError(
                f"{path} holds {len(key)} bytes instead of {KEY_BYTES}; delete it and start again."
            ) from None
        return key
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


class SessionCookies:
    """Sessions as signed cookies."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="lodemap-session")

    def read(self, scope: Scope) -> Session | None:
        """Return the session of a request, None without a cookie that we signed."""
        # other apps of this host share the cookies; one that Python's own parser refuses hides ours
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        try:
            values = self._serializer.loads(cookies[cookie_name(scope)], max_age=MAX_AGE_S)
            return Session(values["id"], values["name"], values["token"])
        except (BadSignature, KeyError, TypeError):
            return None

    def write(self, headers: MutableHeaders, scope: Scope, session: Session) -> None:
        """Add the cookie to an answer's headers."""
        values = {"id": session.author_id, "name": session.name, "token": session.has_token}
        carrier = Response()
        carrier.set_cookie(
            cookie_name(scope),
            str(self._serializer.dumps(values)),
            max_age=MAX_AGE_S,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )
        headers.append("set-cookie", carrier.headers["set-cookie"])


def cookie_name(scope: Scope) -> str:
    """Return the cookie's name for the port this request came in by."""
    server = scope.get("server")
    return f"lodemap-{server[1] if server else 0}"


@dataclass
class TokenDoor:
    """The start-up token, and a limit on guessing it."""

    token: str
    """What must be shown once."""
    now: Callable[[], float] = time.monotonic
    _tries: dict[str, deque[float]] = field(default_factory=dict)

    def opens(self, given: str, client: str) -> bool:
        """Whether `given` is the token.

        Raises:
            RefusedError: after five wrong ones within a minute from the same address.
        """
        wrong = self._tries.setdefault(client, deque(maxlen=MAX_TRIES))
        if len(wrong) == MAX_TRIES and self.now() - wrong[0] < TRIES_WINDOW_S:
            raise RefusedError(429, "too_many_tries", "Too many wrong tokens; wait a minute.")
        if hmac.compare_digest(given.encode(), self.token.encode()):
            return True
        wrong.append(self.now())
        return False


class SessionGate:
    """ASGI layer: gives each request its session, and asks for the token where one is needed."""

    def __init__(self, app: ASGIApp, cookies: SessionCookies, door: TokenDoor | None) -> None:
        self._app = app
        self._cookies = cookies
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        known = self._cookies.read(scope)
        session = known or new_session()
        scope.setdefault("state", {})["session"] = session
        door = None if scope["path"] in PUBLIC_PATHS else self._door
        if door is not None and (not session.has_token or shows_token(scope)):
            await self._ask(door, session, scope, receive, send)
            return
        if known is None and wants_cookie(scope):
            send = self._with_cookie(send, scope, session)
        await self._app(scope, receive, send)

    async def _ask(
        self, door: TokenDoor, session: Session, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4001})
            return
        try:
            answer = self._let_in(door, session, scope)
        except RefusedError as error:
            answer = answer_for(scope, error)
        await answer(scope, receive, send)

    def _let_in(self, door: TokenDoor, session: Session, scope: Scope) -> Response:
        query = query_of(scope)
        given = query.get("token", "")
        client = scope["client"][0] if scope.get("client") else ""
        is_shown = scope["method"] == "GET" and given != ""
        if not session.has_token and not (is_shown and door.opens(given, client)):
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

    def _with_cookie(self, send: Send, scope: Scope, session: Session) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "set-cookie" not in headers:
                    self._cookies.write(headers, scope, session)
            await send(message)

        return sending


def query_of(scope: Scope) -> dict[str, str]:
    """Return what stands behind the address's question mark."""
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))


def shows_token(scope: Scope) -> bool:
    """Whether a page is opened by an address that holds a token."""
    return scope["type"] == "http" and scope["method"] == "GET" and "token" in query_of(scope)


def address_of(scope: Scope, query: Mapping[str, str]) -> str:
    """Return the address of this very path with another query; it never leads to another host."""
    path = f"/{scope['path'].lstrip('/')}"
    return f"{path}?{urlencode(query)}" if query else path


def came_by_itself(scope: Scope) -> bool:
    """Whether no other site sent this request, as far as the browser says."""
    headers: Any = Headers(scope=scope)
    return headers.get("sec-fetch-site", "none").lower() in ("same-origin", "none")


def wants_cookie(scope: Scope) -> bool:
    """Whether an answer may start a session.

    A visit that comes from another site arrives without our Strict cookie even where the browser
    has one; answering it with a new cookie would make the person a stranger to their own work.
    """
    if scope["type"] != "http" or scope["path"].startswith((*STATIC_PATHS, *PUBLIC_PATHS)):
        return False
    return came_by_itself(scope)
