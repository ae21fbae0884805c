"""Other methods, other spellings of an address, broken requests: none is a way around the door."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from pages.auth.people_door import SIGN_IN_PATHS
from pages.session import PUBLIC_PATHS
from tests.attacks.target import routes_of
from tests.pages.auth.people import people_app, person
from tests.pages.web import VALUES, Answer, Browser, Served

METHODS = ("HEAD", "OPTIONS", "TRACE", "PATCH", "get", "X-Y")
"""Those of routes are walked by test_declared.py."""
SPELLINGS = (
    "//api/people", "/api/people/", "/API/people", "/api/../api/people", "/api/people;x",
    "/login/../api/people", "/login/", "/healthz/", "/healthz/../api/people", "/%61pi/people",
    "/assets/auth/login.mjs/../../main.mjs", "/login%2f..%2fapi/people", "/login%00", "/invite/",
    "/api/login/", "/./api/people", "/login\\..\\api\\people", "/login%23/../api/people",
)  # fmt: skip
HARDENED = {
    "content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options",
    "cache-control",
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("methods"), page=None) as running:
        yield running


def paths(served: Served) -> set[str]:
    found = set()
    for route in routes_of(served.dash_app.server.routes):
        path = route.path
        for name, value in VALUES.items():
            path = path.replace(f"{{{name}}}", value)
        found.add(path or "/")
    return found


def is_hardened(answer: Answer) -> bool:
    return (
        set(answer.headers) >= HARDENED
        and "default-src 'self'" in (answer.headers["content-security-policy"])
    )


def test_methods__of_no_kind_are_a_way_in(served: Served) -> None:
    stranger = served.browser()
    closed = paths(served) - PUBLIC_PATHS - SIGN_IN_PATHS
    assert len(closed) > 60
    for path in closed:
        for method in METHODS:
            answer = stranger.ask(method, path)
            assert answer.status == 401, (method, path)
            assert is_hardened(answer)


def test_methods__of_a_door_that_no_route_has_do_nothing(served: Served) -> None:
    """What anybody may ask for is asked for in one way only."""
    before = served.store.people.list()
    for path in SIGN_IN_PATHS - {"/assets/auth/login.mjs"}:
        for method in {*METHODS, "GET"}:
            answer = served.browser().ask(method, path)
            assert answer.status in (200, 400, 401, 403, 404, 405, 415, 422), (method, path)
            assert "set-cookie" not in answer.headers
            assert is_hardened(answer)
    assert served.store.people.list() == before


def test_methods__a_viewer_gets_no_further_by_another_one(served: Served) -> None:
    _, vera = person(served, "Vera", "viewer")
    for path in ("/api/people", "/api/invites", "/api/imports", "/api/people/"):
        for method in METHODS:
            answer = vera.ask(method, path)
            assert answer.status in (400, 403, 404, 405), (method, path)
            assert b"Vera" not in answer.body
            assert is_hardened(answer)


@pytest.mark.parametrize("path", SPELLINGS)
def test_spelling__of_an_address_is_no_way_in(served: Served, path: str) -> None:
    answer = served.browser().get(path)
    assert answer.status == 401
    assert is_hardened(answer)


def test_errors__have_the_policy_whatever_went_wrong(served: Served) -> None:
    _, ada = person(served, "Ada", "admin")
    asked = {
        401: served.browser().get("/"),
        403: person(served, "Vera", "viewer")[1].get("/api/people"),
        404: ada.get("/nothing/here"),
        405: ada.ask("PATCH", "/api/people"),
        413: ada.post("/api/login", b"x" * (17 * 2**20)),
        415: ada.ask("POST", "/api/login", b"x", {"Content-Type": "text/plain"}),
        421: ada.get("/", Host="evil.example"),
        422: ada.post("/api/invites", {"role": "root"}),
    }
    for status, answer in asked.items():
        assert answer.status == status
        assert is_hardened(answer), status
        assert b"Traceback" not in answer.body


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
    ],
    ids=["two hosts", "smuggled", "version", "tls", "nul", "long", "folded"],
)
def test_request__that_is_none_ends_in_a_refusal(served: Served, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        heard = b""
        with suppress(OSError):  # what is too long is not read to its end: the other side hangs up
            raw.sendall(said)
            raw.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while part := raw.recv(4096):
                heard += part
    status = heard.split(b" ")[1:2]
    assert not heard or status[0][:1] == b"4", heard[:80]
    assert Browser(served.port).get("/healthz").status == 200
