"""Copies of remote files: fetched in pieces, once, and from where somebody else broke off."""

import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from store.files import fetched
from store.files.artifacts import Artifacts
from store.files.fetched import Far, Fetched

NAME = "datasets/a/images.npy"


class GivenUpError(Exception):
    """Somebody who looks after other things has enough."""


@dataclass
class Server:
    """Keeps one file, and notes what it is asked for."""

    data: bytes
    asked: list[tuple[int, int]] = field(default_factory=list)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_go_on.set()

    def look(self, _: str) -> Far:
        return Far(len(self.data), hashlib.sha256(self.data).hexdigest()[:32], self.piece)

    def piece(self, start: int, stop: int) -> bytes:
        self.asked.append((start, stop))
        assert self.may_go_on.wait(20)
        return self.data[start:stop]


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "PIECE_BYTES", 10)
    monkeypatch.setattr(fetched, "TURN_S", 0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Fetched:
    return Fetched(tmp_path, 1000)


def break_off(folder: Fetched, server: Server, after: int) -> None:
    """Give up after some pieces."""
    num_checked = 0

    def check() -> None:
        nonlocal num_checked
        num_checked += 1
        if num_checked > after:
            raise GivenUpError

    with pytest.raises(GivenUpError):
        folder.get(NAME, server.look, check)


def drafts(root: Path) -> list[Path]:
    return sorted(root.rglob(".*.tmp"))


def test_get__goes_on_where_somebody_broke_off(folder: Fetched, tmp_path: Path) -> None:
    server = Server(bytes(range(35)))
    break_off(folder, server, after=2)
    assert not (tmp_path / NAME).exists(), "half of it has no name"
    assert folder.get(NAME, server.look).read_bytes() == server.data
    assert server.asked == [(0, 10), (10, 20), (20, 30), (30, 35)]
    assert drafts(tmp_path) == []
    folder.get(NAME, server.look)
    assert len(server.asked) == 4


def test_get__never_goes_on_with_another_file(folder: Fetched, tmp_path: Path) -> None:
    break_off(folder, Server(b"old" * 10), after=2)
    new = Server(b"new" * 10)
    assert folder.get(NAME, new.look).read_bytes() == new.data
    assert drafts(tmp_path) == []


def test_get__by_two_at_once_fetches_once(folder: Fetched, tmp_path: Path) -> None:
    server = Server(bytes(30))
    server.may_go_on.clear()
    waited = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(folder.get, NAME, server.look)
        while not server.asked:
            time.sleep(0.001)
        second = pool.submit(Fetched(tmp_path, 1000).get, NAME, server.look, waited.set)
        assert waited.wait(20), "whoever waits may look after other things"
        server.may_go_on.set()
        assert first.result() == second.result()
    assert server.asked == [(0, 10), (10, 20), (20, 30)]
    assert drafts(tmp_path) == []


def test_remove__takes_what_was_on_its_way(folder: Fetched, tmp_path: Path) -> None:
    break_off(folder, Server(bytes(30)), after=1)
    assert len(drafts(tmp_path)) == 1
    folder.remove(NAME)
    assert drafts(tmp_path) == []


def test_remove_drafts__takes_what_nobody_goes_on_with(tmp_path: Path) -> None:
    artifacts = Artifacts("memory://lodemap-drafts", tmp_path)
    break_off(Fetched(tmp_path, 1000), Server(bytes(30)), after=1)
    assert artifacts.remove_drafts() == 0
    (draft,) = drafts(tmp_path)
    os.utime(draft, (0, 0))
    assert artifacts.remove_drafts() == 1
    assert drafts(tmp_path) == []


def test_local_path__asks_whoever_looks_after_the_lease(tmp_path: Path) -> None:
    artifacts = Artifacts("memory://lodemap-pieces", tmp_path)
    artifacts.write(NAME, bytes(35), durable=True)
    checked: list[float] = []
    path = artifacts.local_path(NAME, lambda: checked.append(0))
    assert (path.read_bytes(), len(checked)) == (bytes(35), 4)
    artifacts.remove(NAME)
