"""Who is speaking: a value, and the signed cookie that holds it where nobody signs in.

The author of a gesture always comes from here, never from what a page sends. The cookie's name
carries the port, because browsers share cookies between the ports of one host.
"""

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode
from uuid import uuid4

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from store.names import GUEST, LONGEST_DISPLAY_NAME, clean_name
from store.people.roles import Role

MAX_AGE_S: Final = 180 * 24 * 3600
AHEAD_S: Final = 60
"""How far the clock of another app, which signed something, may be ahead."""
MOST_KNOWN: Final = 2000
"""Cookies whose signature is not checked anew at each request."""
KNOWN_CHARACTERS: Final = 2000
"""Of the longest header that is kept."""
PUBLIC_PATHS: Final = frozenset({"/healthz"})
"""Open to everybody, and no reason for a cookie."""
STATIC_PATHS: Final = ("/assets/", "/bootstrap/", "/_dash-component-suites/", "/_favicon")


@dataclass(frozen=True)
class Session:
    """Who is asking: a browser, as its cookie knows it, or a person who signed in."""

    author_id: str
    """Random, of the browser or the person: undo takes back only gestures of the same author_id."""
    name: str | None = None
    """Display name for the journal, None until it was asked for."""
    has_token: bool = False
    """Whether the browser once showed the start-up token."""
    role: Role | None = None
    """What they may do; None is who is not let in."""
    is_person: bool = False
    """Whether they signed in, so that the name is not theirs to change."""
    signs_out: bool = False
    """Whether the sign-in is this app's to end."""
    hidden: frozenset[str] = frozenset()
    """Projects that are for others only, by id."""

    @property
    def author(self) -> str:
        """Name the journal writes down."""
        return self.name or GUEST

    def sees(self, project_id: str) -> bool:
        """Whether a project is not for others only."""
        return project_id not in self.hidden


STRANGER: Final = Session("")
"""Who has not been let in; only what anybody may ask for answers them."""


def new_session() -> Session:
    """Return a session for a browser that was never seen; where nobody signs in, it may do all."""
    return Session(str(uuid4()), role="admin")


def display_name(value: object) -> str:
    """Check a display name.

    Raises:
        InvalidInputError: unless it is 1 to 60 printable characters.
    """
    return clean_name(value, "display name", LONGEST_DISPLAY_NAME)


class SessionCookies:
    """Sessions as signed cookies."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="lodemap-session")
        self._known: dict[tuple[str, str], tuple[Session, float]] = {}
        """By cookie name and header, whose signature was checked, and when it was signed."""

    def read(self, scope: Scope) -> Session | None:
        """Return the session of a request, None without a cookie that we signed."""
        header = Headers(scope=scope).get("cookie", "")
        key = cookie_name(scope), header
        if (known := self._known.get(key)) is None:
            known = self._checked(key)
            if known is not None and len(header) <= KNOWN_CHARACTERS:
                if len(self._known) >= MOST_KNOWN:
                    self._known.clear()
                self._known[key] = known
        is_young = known is not None and time.time() - known[1] <= MAX_AGE_S
        return known[0] if known is not None and is_young else None

    def _checked(self, key: tuple[str, str]) -> tuple[Session, float] | None:
        """Return the session that a cookie header holds and when it was signed."""
        name, header = key
        # other apps of this host share the cookies; one that Python's own parser refuses hides ours
        cookies = cookie_parser(header)
        try:
            values, signed_s = signed_values(self._serializer, cookies[name], MAX_AGE_S)
            session = Session(values["id"], values["name"], values["token"], role="admin")
        except (BadSignature, KeyError, TypeError):
            return None
        return session, signed_s

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


def signed_values(
    signer: URLSafeTimedSerializer, value: str, max_age_s: float
) -> tuple[Any, float]:
    """Return what an app signed, and when, in seconds since 1970.

    Raises:
        BadSignature: no app did, or too long ago.
    """
    values, signed = signer.loads(value, return_timestamp=True)
    signed_s = signed.timestamp()
    if not -AHEAD_S <= time.time() - signed_s <= max_age_s:
        raise BadSignature("It was not signed in the time that counts.")
    return values, signed_s


def cookie_name(scope: Scope) -> str:
    """Return the cookie's name for the port this request came in by."""
    server = scope.get("server")
    return f"lodemap-{server[1] if server else 0}"


def network_of(scope: Scope) -> str:
    """Return where a connection comes from, as tries are counted; "" where it is not known.

    That is its address; of IPv6 the first half, because one person has all the addresses of it.
    """
    address = str(scope["client"][0]) if scope.get("client") else ""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))


def query_of(scope: Scope) -> dict[str, str]:
    """Return what stands behind the address's question mark."""
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))


def address_of(scope: Scope, query: Mapping[str, str]) -> str:
    """Return the address of this very path with another query; it never leads to another host."""
    # quoted: browsers read a backslash as a slash, and pass over a tab
    path = f"/{quote(scope['path'].lstrip('/'))}"
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
