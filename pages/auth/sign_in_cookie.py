"""The cookie of a sign-in: a random token that says nothing by itself.

It is not signed, because apps of one database that have data folders of their own must take it too;
what it stands for is a row that any of them can end. What has not the form of one is no token, and
costs no more than being looked at.
"""

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

MAX_AGE_S: Final = 30 * 24 * 3600
"""How long a browser keeps it; the server ends it long before where it is not used."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
"""32 bytes as `secrets.token_urlsafe` writes them: the last letter says four bits."""


def cookie_name(scope: Scope, *, is_secure: bool) -> str:
    """Return its name: with the port browsers use, because all ports of a host share cookies."""
    host = Headers(scope=scope).get("host", "")
    port = host.rpartition(":")[2]
    name = f"lodemap-in-{port if port.isdecimal() else 'https' if is_secure else '80'}"
    return f"__Host-{name}" if is_secure else name


def read_token(scope: Scope, *, is_secure: bool) -> str | None:
    """Return the token a browser shows, None for none or what cannot be one."""
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    token = cookies.get(cookie_name(scope, is_secure=is_secure), "")
    return token if _TOKEN.fullmatch(token) else None


def write_token(headers: MutableHeaders, scope: Scope, token: str, *, is_secure: bool) -> None:
    """Let a browser keep a token; an empty one makes it forget."""
    carrier = Response()
    carrier.set_cookie(
        cookie_name(scope, is_secure=is_secure),
        token,
        max_age=MAX_AGE_S if token else 0,
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )
    headers.append("set-cookie", carrier.headers["set-cookie"])
