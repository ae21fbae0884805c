"""Whose word is taken about a client: the trusted proxy's, and nobody else's."""

import ipaddress
from typing import Any

import pytest

from pages.middleware.forwarded import as_seen_by_proxy

TRUSTED: Any = [ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("::1")]
SAYS = ((b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https"))


def scope(peer: str, *headers: tuple[bytes, bytes], kind: str = "http") -> dict[str, Any]:
    scheme = "http" if kind == "http" else "ws"
    return {"type": kind, "scheme": scheme, "client": (peer, 1), "server": ("10.0.0.9", 8050),
            "headers": [(b"host", b"maps.example"), *headers]}  # fmt: skip


def test_forwarded__a_trusted_proxy_is_believed() -> None:
    seen = as_seen_by_proxy(scope("10.0.0.5", *SAYS), TRUSTED)
    assert (seen["client"][0], seen["scheme"]) == ("203.0.113.9", "https")
    assert seen["server"] == ("maps.example", 443)
    assert seen["state"]["by_proxy"]
    assert as_seen_by_proxy(scope("::1", *SAYS, kind="websocket"), TRUSTED)["scheme"] == "wss"


@pytest.mark.parametrize("peer", ["10.0.1.5", "203.0.113.9", "", "::2"])
def test_forwarded__nobody_else_is(peer: str) -> None:
    more = ((b"Forwarded", b"for=1.2.3.4"), (b"X-Real-IP", b"1.2.3.4"))
    seen = as_seen_by_proxy(scope(peer, *SAYS, *more), TRUSTED)
    assert (seen["client"][0], seen["scheme"], seen["server"][1]) == (peer, "http", 8050)
    assert not seen["state"]["by_proxy"]
    assert seen["headers"] == [(b"host", b"maps.example")], "nothing further in may believe them"


@pytest.mark.parametrize(
    ("told", "client"),
    [
        (b"6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the first is what the client itself wrote
        (b"203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies of ours
        (b"10.0.0.7", "10.0.0.5"),
        (b"<script>", "10.0.0.5"),
        (b"", "10.0.0.5"),
    ],
)
def test_forwarded__client_is_the_last_that_is_no_proxy(told: bytes, client: str) -> None:
    seen = as_seen_by_proxy(scope("10.0.0.5", (b"x-forwarded-for", told)), TRUSTED)
    assert seen["client"][0] == client


@pytest.mark.parametrize(
    ("host", "server"),
    [
        (b"maps.example:8443", ("maps.example", 8443)),
        (b"[::1]:8443", ("[::1]", 8443)),
        (b"[::1]", ("[::1]", 443)),
    ],
)
def test_forwarded__port_is_the_one_a_browser_sees(host: bytes, server: tuple[str, int]) -> None:
    asked = scope("10.0.0.5", *SAYS)
    asked["headers"][0] = (b"host", host)
    assert as_seen_by_proxy(asked, TRUSTED)["server"] == server
