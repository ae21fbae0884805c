"""What a trusted proxy says of whoever asks: address, scheme, and the port a browser sees.

Outside the guard, because guard and sessions read all three. The headers of anybody else are
dropped, so that nothing further in can believe them (docs/security.md, T31).

The Host header is the proxy's to hand on unchanged: the guard compares it with Origin.
"""

import ipaddress
import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
SECURE: Final = {"http": "https", "websocket": "wss"}
"""The scheme of a connection that reached the proxy by TLS, by its kind."""
FORWARDED: Final = (b"forwarded", b"x-forwarded-", b"x-real-ip")
"""Beginnings of the headers that only a trusted proxy may send."""

LOG: Final = logging.getLogger("lodemap.web")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Forwarded:
    """ASGI layer: sees a connection as the proxy in front saw it.

    Args:
        app: what it stands in front of.
        trusted: networks in CIDR form.
        claims: further headers that only a trusted proxy may send; others' are told of once.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[str], claims: Sequence[str] = ()) -> None:
        self._app = app
        self._trusted = [ipaddress.ip_network(each) for each in trusted]
        self._claims = tuple(claim.lower().encode() for claim in claims)
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] in ("http", "websocket"):
            seen = as_seen_by_proxy(scope, self._trusted, self._claims)
            if not seen["state"]["by_proxy"]:
                self._warn(scope)
            scope = seen
        await self._app(scope, receive, send)

    def _warn(self, scope: Scope) -> None:
        """Say once that somebody who is no proxy of ours claims to know who is asking."""
        claimed = [name for name, _ in scope["headers"] if name.lower() in self._claims]
        if not claimed or self._has_warned:
            return
        self._has_warned = True
        LOG.warning(
            "%s sent %s, but is none of --trusted-proxy; the header was dropped. "
            "Others that do the same are not told of.",
            scope["client"][0] if scope.get("client") else "an unknown address",
            claimed[0].decode("latin-1"),
        )


def as_seen_by_proxy(scope: Scope, trusted: list[Network], claims: tuple[bytes, ...] = ()) -> Scope:
    """Return the scope of a connection as the outermost trusted proxy saw it.

    `state["by_proxy"]` says whether one spoke; from anybody else no forwarding header is left.
    `state["was_forwarded"]` says whether anybody claimed to speak for another.
    """
    headers = Headers(scope=scope)
    peer = scope["client"][0] if scope.get("client") else ""
    by_proxy = is_trusted(peer, trusted)
    was_forwarded = any(name.lower().startswith(FORWARDED) for name, _ in scope["headers"])
    told = {"by_proxy": by_proxy, "was_forwarded": was_forwarded}
    seen = {**scope, "state": {**scope.get("state", {}), **told}}
    if not by_proxy:
        seen["headers"] = [
            (name, value)
            for name, value in scope["headers"]
            if not name.lower().startswith(FORWARDED) and name.lower() not in claims
        ]
        return seen
    seen["client"] = (client_of(headers.getlist("x-forwarded-for"), peer, trusted), 0)
    if headers.getlist("x-forwarded-proto") == ["https"]:
        seen["scheme"] = SECURE[scope["type"]]
    seen["server"] = server_of(headers.get("host", ""), seen["scheme"], scope)
    return seen


def is_trusted(address: str, trusted: Iterable[Network]) -> bool:
    """Whether an address is one of the proxies'."""
    try:
        known: Any = ipaddress.ip_address(address)
    except ValueError:
        return False
    if (mapped := getattr(known, "ipv4_mapped", None)) is not None:
        known = mapped
    return any(known in network for network in trusted)


def client_of(told: list[str], peer: str, trusted: list[Network]) -> str:
    """Return who asked: the last address that no trusted proxy has.

    Each proxy appends whom it heard from, so the first ones are the client's own words.
    """
    addresses = [part.strip() for line in told for part in line.split(",")]
    for address in reversed(addresses):
        if not is_trusted(address, trusted):
            return address if _is_address(address) else peer
    return peer


def server_of(host: str, scheme: str, scope: Scope) -> tuple[str, int]:
    """Return name and port that a browser reaches: what its Host header says."""
    name, _, port = host.rpartition(":")
    if name and port.isdecimal() and not name.endswith(":"):
        return name, int(port)
    server = scope.get("server") or ("", 0)
    return host or str(server[0]), PORTS[scheme]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
