"""T32: connections by the hundred that owe something, and requests whose answers nobody reads."""

import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import pages.middleware.patience
from tests.pages.web import Browser, Served, serve, wait_until

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = (
    "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n"
    "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
MOST = 24
"""Connections the app holds here."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path) as running:
        yield running


def opened(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=20)


def is_cut_off(connection: socket.socket) -> bool:
    """Whether the other side has closed it; whatever it says meanwhile is let go."""
    connection.setblocking(False)
    try:
        while connection.recv(2**16):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("said", ["", HEAD.decode(), BODY], ids=["nothing", "head", "body"])
def test_half_open__whoever_has_owed_longest_makes_room(
    served: Served, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """Ten times what the app holds, none of which says all: a browser is answered all along."""
    monkeypatch.setattr(pages.middleware.patience, "most_connections", lambda: MOST)
    monkeypatch.setattr(pages.middleware.patience, "HEAD_S", 600.0)
    with ExitStack() as held:
        silent = []
        for nth in range(10 * MOST):
            connection = held.enter_context(opened(served))
            connection.sendall(said.replace("PORT", str(served.port)).encode())
            silent.append(connection)
            if nth % MOST == MOST - 1:
                assert Browser(served.port).get("/healthz").status == 200
        wait_until(
            lambda: sum(map(is_cut_off, silent)) >= len(silent) - MOST, "the longest to be cut off"
        )
        assert not is_cut_off(silent[-1]), "the newest has its time"
        assert Browser(served.port).get("/api/session").status == 200


def test_pipelined__requests_are_not_read_while_answers_are_not(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sent behind stays with the sender, and who takes no answer is let go."""
    monkeypatch.setattr(pages.middleware.patience, "ANSWER_S", 2.0)
    path = b"/bootstrap/css/bootstrap.min.css"
    asked = HEAD.replace(b"/healthz", path) + b"\r\n"
    sent, most = 0, 2**25
    with opened(served) as greedy:
        greedy.setblocking(False)

        def is_let_go() -> bool:
            nonlocal sent
            assert Browser(served.port).get("/healthz").status == 200
            try:
                while sent < most:
                    sent += greedy.send(asked * 1000)
            except BlockingIOError:
                return False
            except ConnectionError:
                return True
            return False

        wait_until(is_let_go, "the connection to be closed")
    assert sent < most, "some megabytes lie in the sockets, and no more are taken"


def test_files__the_app_may_open_as_many_as_the_system_allows() -> None:
    """Many systems begin with 1,024, which as many silent connections would use up."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    code = (
        "import resource\n"
        "from pages.middleware.patience import allow_many_files, most_connections\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))\n"
        "allow_many_files(); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "print(most_connections())"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    wanted = pages.middleware.patience.WANTED_FILES
    expected = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    assert list(map(int, said.stdout.split())) == [expected, expected // 2]
