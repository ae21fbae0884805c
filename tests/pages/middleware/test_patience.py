"""Who speaks letter by letter is cut off; who has spoken is answered, however long that takes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import pages.middleware.patience
from tests.pages.rooms.live import live
from tests.pages.web import Served, serve, wait_until
from tests.patience import PATIENCE

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """An app with little patience."""
    monkeypatch.setattr(pages.middleware.patience, "HEAD_S", 0.3 * PATIENCE)
    monkeypatch.setattr(pages.middleware.patience, "BODY_S", 0.3 * PATIENCE)
    with serve(tmp_path) as running:
        yield running


def opened(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=20)


@pytest.mark.parametrize("said", [b"", b"G", HEAD, HEAD + b"X-Slow: "])
def test_head__that_never_ends_is_cut_off(served: Served, said: bytes) -> None:
    with opened(served) as slow:
        slow.sendall(said)
        assert slow.recv(100) == b""


def test_head__letter_by_letter_wins_no_time(served: Served) -> None:
    with opened(served) as slow:
        slow.settimeout(0.05)
        heard = None

        def is_cut_off() -> bool:
            nonlocal heard
            try:
                slow.sendall(b"G" if heard is None else b"E")
                heard = slow.recv(100)
            except TimeoutError:
                return False
            except ConnectionError:
                return True
            return heard == b""

        wait_until(is_cut_off, "the connection to be closed")


def test_body__that_never_ends_is_cut_off(served: Served) -> None:
    with opened(served) as slow:
        slow.sendall(
            f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        assert slow.recv(100) == b""


def test_request__after_request_on_one_connection(served: Served) -> None:
    with opened(served) as patient:
        for _ in range(3):
            patient.sendall(HEAD + b"\r\n")
            answer = b""
            while not answer.endswith(b"}"):
                part = patient.recv(4096)
                assert part, "it was cut off"
                answer += part
            assert answer.startswith(b"HTTP/1.1 200")
        patient.sendall(HEAD)
        assert patient.recv(100) == b"", "the next one has no more time than the first"


def test_body__half_sent_in_one_packet_behind_a_whole_request_is_cut_off(served: Served) -> None:
    """uvicorn reads it once the first is answered, and no data comes then."""
    with opened(served) as slow:
        slow.sendall(
            HEAD
            + f"\r\nPOST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        heard = []
        while part := slow.recv(4096):
            heard.append(part)
        assert b"".join(heard).startswith(b"HTTP/1.1 200")


def test_websocket__outlives_the_patience_for_requests(served: Served) -> None:
    with live(served.port, served.project().project_id) as ada, opened(served) as later:
        ada.wait_for_people(1)
        later.sendall(HEAD)
        assert later.recv(100) == b"", "cut off after what the room must outlive"
        ada.say("present")
        ada.hear("told", code="presents")
