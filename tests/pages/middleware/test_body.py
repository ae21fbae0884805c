"""How much may be said: little by who has not been let in, and no declared length is believed."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pages.middleware.body import MAX_BODY_BYTES, MOST_OF_ONE, STRANGERS_BYTES, Budget, Share
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.web import Browser, Served, wait_until


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


def half_body(browser: Browser, num_bytes: int) -> socket.socket:
    """Send so much of a body, and leave the rest for later."""
    half = socket.create_connection(("127.0.0.1", browser.port), timeout=20)
    half.sendall(
        f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\nContent-Type: "
        f"application/json\r\nCookie: {browser.cookie}\r\n"
        f"Content-Length: {MAX_BODY_BYTES}\r\n\r\n".encode()
        + b"x" * num_bytes
    )
    return half


def test_person__keeps_no_more_than_four_of_the_largest_bodies_under_way(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Counter[str]] = []
    begin = Budget.share

    def noted(budget: Budget, asker: str) -> Share:
        kept.append(budget.kept)
        return begin(budget, asker)

    monkeypatch.setattr(Budget, "share", noted)
    _, eve = person(served, "Eve", "viewer")
    _, ben = person(served, "Ben", "viewer")
    with ExitStack() as halves:
        for _ in range(MOST_OF_ONE // MAX_BODY_BYTES):
            halves.enter_context(half_body(eve, MAX_BODY_BYTES - 1))
        wait_until(lambda: kept[-1].total() == MOST_OF_ONE - 4, "all of them")
        answer = eve.post("/api/session", padded(2**17))
        assert (answer.code, answer.headers["retry-after"]) == ("too_many_requests", "5")
        assert answer.json["message"].endswith(".")
        assert ben.post("/api/session", padded(2**17)).code == "name_given", "it has been read"
    wait_until(lambda: eve.post("/api/session", padded(2**17)).status != 429, "what has ended")


def test_budget__of_all_is_for_what_is_long() -> None:
    """However many send much at once, what is short gets through."""
    budget = Budget(of_one=100, of_all=150, short=10)
    ada, ben, cyd = (budget.share(name) for name in ("ada", "ben", "cyd"))
    assert ada.takes(60)
    assert ada.takes(30)
    another = budget.share("ada")
    assert not another.takes(11)
    assert another.takes(10)
    assert not ben.takes(81)
    assert ben.takes(80)
    assert cyd.takes(10)
    assert not cyd.takes(1)
    ada.end()
    assert cyd.takes(1)
    for share in (ada, another, ben, cyd):
        share.end()
        share.end()
    assert budget.share("ada").takes(100)
    assert budget.share("ben").takes(70)
