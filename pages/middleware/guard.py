"""The outermost ASGI layer: who may talk to this app, in which form, and what browsers may do.

It stands around everything (pages, callbacks, binary routes, static files, websockets), because a
check that lives in one router is a check that misses the next one (docs/security.md, T1 and T2).

- *Host* must be a name this app was started for: otherwise a web page could reach it by pointing
  its own domain at 127.0.0.1 (DNS rebinding).
- *Origin* and *Sec-Fetch-Site* of anything that changes state must be this very app.
- A body must be JSON or the bytes of a file: forms another site's HTML form cannot send.
- Every answer carries the headers that keep a browser from being talked into something.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.answers import RefusedError, answer_for
from pages.closing import NOT_ALLOWED
from store.settings import is_loopback

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")
SAFE_TYPES: Final = frozenset({"application/json", "application/octet-stream"})
_FIXED_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class GuardPolicy:
    """What the guard lets through."""

    hosts: frozenset[str]
    """Lower-case host names without port; an entry with a port allows that port only."""
    allows_ip_hosts: bool
    """Whether any IP address is a fine Host: it cannot be rebound, names can."""
    csp: str
    """The Content-Security-Policy of every answer."""


def allowed_hosts(bind: str, extra: Iterable[str]) -> tuple[frozenset[str], bool]:
    """Return the Host allow-list for an address to listen on, and whether IP hosts are fine.

    Any port of an allowed name is fine, so that a forwarded port (`ssh -L 9000:localhost:8050`)
    keeps working; an extra host may name its port to be stricter.
    """
    names = {*LOOPBACK_NAMES, bind.lower(), *(host.lower().rstrip(".") for host in extra)}
    if is_loopback(bind):
        return frozenset(names), False
    return frozenset({*names, socket.gethostname().lower()}), True


def content_security_policy(script_hashes: Iterable[str]) -> str:
    """Return the policy: this app's own files, plus the inline scripts Dash writes (by hash)."""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *sorted(set(script_hashes)))),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


class Guard:
    """Refuse what does not come from this app's own pages; harden every answer."""

    def __init__(self, app: ASGIApp, policy: GuardPolicy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = find_refusal(scope, self._policy)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": NOT_ALLOWED})
            return
        hardened = with_headers(send, self._policy.csp)
        app = self._app if refusal is None else answer_for(scope, refusal)
        await app(scope, receive, hardened)


def find_refusal(scope: Scope, policy: GuardPolicy) -> RefusedError | None:
    """Return why a request is refused, or None."""
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    host = hosts[0].lower() if len(hosts) == 1 else ""
    if not is_host_allowed(host, policy):
        return RefusedError(
            421,
            "wrong_host",
            f"This app does not answer to the host '{host[:60]}'; open it by the address it "
            "printed, or start it with --allowed-host.",
        )
    is_websocket = scope["type"] == "websocket"
    if not is_websocket and scope["method"] in SAFE_METHODS:
        return refuse_embedding(scope, headers)
    if not is_same_origin(headers, host, must_name_origin=is_websocket):
        return RefusedError(
            403,
            "wrong_origin",
            "This came from another site; only Lodemap's own pages may ask.",
        )
    if not is_websocket and not has_safe_body(headers):
        return RefusedError(
            415, "json_only", "Send the body as JSON, with Content-Type: application/json."
        )
    return None


def refuse_embedding(scope: Scope, headers: Headers) -> RefusedError | None:
    """Return why another site may not have the interface do work, such as an export, or None."""
    is_elsewhere = headers.get("sec-fetch-site", "").lower() == "cross-site"
    if is_elsewhere and scope["path"].startswith("/api/"):
        return RefusedError(
            403, "wrong_origin", "This came from another site; only Lodemap's own pages may ask."
        )
    return None


def is_host_allowed(host: str, policy: GuardPolicy) -> bool:
    """Whether a lower-case Host header names this app."""
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name = match.group(1).rstrip(".")
    return name in policy.hosts or host in policy.hosts or (policy.allows_ip_hosts and _is_ip(name))


def is_same_origin(headers: Headers, host: str, *, must_name_origin: bool) -> bool:
    """Whether the browser says that this app's own page is asking (programs say nothing)."""
    if headers.get("sec-fetch-site", "same-origin").lower() not in ("same-origin", "none"):
        return False
    origins = headers.getlist("origin")
    if not origins:
        return not must_name_origin
    scheme, _, netloc = origins[0].lower().partition("://")
    return len(origins) == 1 and scheme in ("http", "https") and netloc == host


def has_safe_body(headers: Headers) -> bool:
    """Whether the body is declared as JSON or as bytes of a file; none at all needs no type."""
    content_type = headers.get("content-type")
    if content_type is None:
        has_body = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
        return not has_body
    return content_type.split(";")[0].strip().lower() in SAFE_TYPES


def with_headers(send: Send, csp: str) -> Send:
    """Return a `send` that adds the security headers and a default for caching."""

    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update({**_FIXED_HEADERS, "Content-Security-Policy": csp})
            # Files with an ETag may be kept, but asked for again each time, unless their address
            # names their version (pages/assets.py): else it is the same after an upgrade.
            headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")
        await send(message)

    return hardened


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
