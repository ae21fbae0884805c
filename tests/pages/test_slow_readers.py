"""F34: who takes an answer byte by byte holds nobody up, and is let go."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

import pages.middleware.patience
import pages.serving
from pages.middleware.patience import PatientProtocol
from tests.pages.rooms.live import browser_of, live
from tests.pages.web import Served, serve, wait_until
from tests.patience import PATIENCE

ANSWER_S = 1.0 * PATIENCE
HEAD_S = 0.5 * PATIENCE
"""Less than a slow reader needs, who asks for nothing else before the answer is there."""
SMALL = 4096
"""Bytes that a slow reader's own machine keeps for it."""
QUICK_S = 5.0 * PATIENCE
LARGE = 4_000_000


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """An app with little patience, for whose answers the kernel keeps little room."""

    def made(self: PatientProtocol, transport: asyncio.Transport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        connection_made(self, transport)

    connection_made = PatientProtocol.connection_made
    monkeypatch.setattr(PatientProtocol, "connection_made", made)
    monkeypatch.setattr(pages.middleware.patience, "ANSWER_S", ANSWER_S)
    monkeypatch.setattr(pages.middleware.patience, "HEAD_S", HEAD_S)
    monkeypatch.setattr(pages.serving, "PING_S", ANSWER_S)
    with serve(tmp_path) as running:
        yield running


@pytest.fixture
def large(served: Served) -> str:
    """A path whose answer has megabytes: the drawing library."""
    path = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    assert len(served.browser().get(path).body) > LARGE
    return path


def asked(served: Served, request: str) -> socket.socket:
    """Ask, over a connection whose other end takes little."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    slow.settimeout(20)
    slow.connect(("127.0.0.1", served.port))
    slow.sendall(f"{request}\r\nHost: 127.0.0.1:{served.port}\r\n".encode())
    return slow


def is_held(slow: socket.socket) -> bool:
    """Whether the app, which is this process, still has its end of a connection."""
    mine = slow.getsockname()
    return any(
        each.raddr == mine and each.status == psutil.CONN_ESTABLISHED
        for each in psutil.Process().net_connections("tcp")
    )


def test_answer__taken_byte_by_byte_is_let_go_and_holds_nobody_up(
    served: Served, large: str
) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(asked(served, f"GET {large} HTTP/1.1")) for _ in range(5)]
        for each in slow:
            each.sendall(b"\r\n")
            assert each.recv(1) == b"H"
        started_s = time.monotonic()
        other = served.browser()
        assert other.get("/healthz").status == 200
        assert len(other.get(large).body) > LARGE
        assert time.monotonic() - started_s < QUICK_S

        def are_gone() -> bool:
            for each in slow:
                with suppress(ConnectionError):
                    each.recv(1)
            return not any(is_held(each) for each in slow)

        wait_until(are_gone, "the slow ones to be let go", 30)
        for each in slow:
            assert num_left(each) < LARGE // 2, "it was not that they had all of it"


def num_left(slow: socket.socket) -> int:
    """Return how many bytes had reached a reader before it was let go."""
    num_bytes = 0
    with suppress(ConnectionError):
        while part := slow.recv(65536):
            num_bytes += len(part)
    return num_bytes


def test_answer__taken_slowly_and_steadily_comes_whole(served: Served, large: str) -> None:
    expected = len(served.browser().get(large).body)
    with asked(served, f"GET {large} HTTP/1.1") as steady:
        steady.sendall(b"\r\n")
        num_bytes, started_s = 0, time.monotonic()
        while num_bytes <= expected and (part := steady.recv(65536)):
            num_bytes += len(part)
            if time.monotonic() - started_s < 3 * ANSWER_S:
                time.sleep(0.01)  # as a network takes its time, for several times the patience
    assert num_bytes > expected


def test_room__of_somebody_who_reads_nothing_is_left_and_others_are_told(served: Served) -> None:
    project = served.project()
    path = f"/api/projects/{project.project_id}/room"
    with ExitStack() as stack:
        ana = stack.enter_context(live(served.port, project.project_id, "Ana"))
        deaf_browser = browser_of(served.port, "Deaf")
        deaf = stack.enter_context(
            asked(
                served,
                f"GET {path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                f"Origin: http://127.0.0.1:{served.port}\r\nCookie: {deaf_browser.cookie}",
            )
        )
        deaf.sendall(b"\r\n")
        ana.wait_for_people(2)
        ana.wait_for_people(1)
        wait_until(lambda: not is_held(deaf), "the deaf one to be let go", 30)
