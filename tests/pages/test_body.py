"""How much may be said: little by who has not been let in, and no declared length is believed."""

import socket
from collections.abc import Iterator

import pytest

from pages.body import MAX_BODY_BYTES, STRANGERS_BYTES
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.web import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("body")) as running:
        yield running


def padded(size: int) -> bytes:
    start, end = f'{{"name": "Ada", "password": "{PASSWORD}", "more": "'.encode(), b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


def test_stranger__says_little(served: Served) -> None:
    person(served, "Ada", "viewer")
    answer = served.browser().post("/api/login", padded(STRANGERS_BYTES + 1))
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert "16 kB" in answer.json["message"]
    assert served.browser().post("/api/login", padded(STRANGERS_BYTES)).status == 200


@pytest.mark.parametrize("path", ["/api/login", "/api/invite", "/api/invite/read", "/healthz"])
def test_stranger__is_answered_before_a_long_body_is_there(served: Served, path: str) -> None:
    """Half bodies fill no memory: nothing waits for the rest of what is too long."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as half:
        half.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Type: "
            f"application/json\r\nContent-Length: {MAX_BODY_BYTES}\r\n\r\n".encode()
            + b"x" * (5 * STRANGERS_BYTES)
        )
        assert half.recv(12) == b"HTTP/1.1 413"


def test_person__says_more(served: Served) -> None:
    _, ada = person(served, "Ada", "viewer")
    assert ada.post("/api/session", padded(STRANGERS_BYTES + 1)).status != 413
    assert ada.post("/api/session", padded(MAX_BODY_BYTES + 1)).status == 413
