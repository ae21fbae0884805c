"""Fetching from a real server that breaks off, lies, or is not there."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ml.errors import InvalidInputError
from ml.intake.errors import IntakeError
from tasks.fetching import fetch
from tasks.public_sets import SETS, Part, PublicSet, find_set
from tests.ml.intake.brought import bring
from tests.ml.intake.test_idx import idx


class Mirror(ThreadingHTTPServer):
    """Serves bytes by name; breaks off each of the first `num_breaks` answers in the middle.

    While `gate` is not set, it says nothing after half of an answer.
    """

    def __init__(self, files: dict[str, bytes], num_breaks: int, knows_ranges: bool) -> None:
        self.files, self.num_breaks, self.knows_ranges = files, num_breaks, knows_ranges
        self.asked: list[str | None] = []
        self.gate = threading.Event()
        self.gate.set()
        super().__init__(("127.0.0.1", 0), Answering)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class Answering(BaseHTTPRequestHandler):
    server: Mirror

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Range"])
        data = self.server.files.get(self.path[1:])
        if data is None:
            self.send_error(404)
            return
        if self.server.knows_ranges:
            start, end = self.headers["Range"].removeprefix("bytes=").split("-")
            data = data[int(start) : int(end) + 1]
        self.send_response(206 if self.server.knows_ranges else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.server.num_breaks:
            self.server.num_breaks -= 1
            data = data[: len(data) // 2]
            self.close_connection = True
        half = len(data) // 2
        with suppress(ConnectionError):  # whoever asked had enough
            self.wfile.write(data[:half])
            self.server.gate.wait(30)
            self.wfile.write(data[half:])


@contextmanager
def mirror(
    files: dict[str, bytes], num_breaks: int = 0, knows_ranges: bool = True
) -> Iterator[Mirror]:
    server = Mirror(files, num_breaks, knows_ranges)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def one_of(server: Mirror, name: str, data: bytes, md5: str | None = None) -> PublicSet:
    digest = hashlib.md5(data).hexdigest() if md5 is None else md5
    part = Part(server.url(name), name, len(data), digest)
    return PublicSet("things", "Things", "", "", (part,), ("cat", "dog"))


DATA = bytes(range(256)) * 4000


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_fetch__goes_on_where_the_connection_broke(tmp_path: Path, knows_ranges: bool) -> None:
    told: list[int] = []
    with mirror({"a.gz": DATA}, num_breaks=2, knows_ranges=knows_ranges) as server:
        fetch(one_of(server, "a.gz", DATA), tmp_path, told.append)
        asked = server.asked
    assert (tmp_path / "a.gz").read_bytes() == DATA
    assert (tmp_path / "class_names.txt").read_text() == "cat\ndog\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gz", "class_names.txt"]
    assert told[-1] == len(DATA)
    assert len(asked) == 3
    assert asked[1] != asked[0], "the second time it asks for the rest"


def test_fetch__does_not_ask_again_for_what_is_here(tmp_path: Path) -> None:
    with mirror({"a.gz": DATA}) as server:
        for _ in range(2):
            fetch(one_of(server, "a.gz", DATA), tmp_path, lambda _: None)
        assert len(server.asked) == 1


def test_fetch__of_another_file_than_its_authors_published(tmp_path: Path) -> None:
    with (
        mirror({"a.gz": DATA}) as server,
        pytest.raises(IntakeError, match="not the file its authors published") as caught,
    ):
        fetch(one_of(server, "a.gz", DATA, md5="0" * 32), tmp_path, lambda _: None)
    assert caught.value.code == "checksum_mismatch"
    assert list(tmp_path.iterdir()) == []


def test_fetch__says_which_name_nobody_knows_and_when_there_is_no_network(tmp_path: Path) -> None:
    with mirror({}) as server:
        wanted = one_of(server, "unicorn.npy", DATA)
        with pytest.raises(IntakeError, match=r"answered 404 for unicorn\.npy; check its name"):
            fetch(wanted, tmp_path, lambda _: None)
    with pytest.raises(IntakeError, match="cannot be reached from here; download") as caught:
        fetch(wanted, tmp_path, lambda _: None)
    assert caught.value.code == "no_network"


def test_fetch__cuts_the_drawings_it_needs_out_of_a_large_file(tmp_path: Path) -> None:
    drawings = np.random.default_rng(0).integers(0, 255, (500, 784), np.uint8)
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (500, 784), }"
    start = b"\x93NUMPY\x01\x00" + (70).to_bytes(2, "little") + header.ljust(69) + b"\n"
    with mirror({"apple.npy": start + drawings.tobytes()}) as server:
        part = Part(server.url("apple.npy"), "apple.npy", 80 + 20 * 784, num_drawings=20)
        fetch(PublicSet("q", "Q", "", "", (part,)), tmp_path, lambda _: None)
    np.testing.assert_array_equal(np.load(tmp_path / "apple.npy"), drawings[:20])


@pytest.mark.parametrize("key", ["fashion-mnist", "kmnist", "mnist"])
def test_fetch__brings_the_names_of_classes_with_it(tmp_path: Path, key: str) -> None:
    published = find_set(key)
    labels = np.arange(20, dtype=np.uint8) % 10
    pictures = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    files = {each.name: gzip.compress(idx(pictures if "idx3" in each.name else labels))
             for each in published.parts}  # fmt: skip
    with mirror(files) as server:
        parts = tuple(Part(server.url(name), name, len(data)) for name, data in files.items())
        fetch(replace(published, parts=parts), tmp_path / "upload", lambda _: None)
    taken = bring(tmp_path / "upload")
    names = published.class_names or tuple("0123456789")
    assert (taken.class_names, len(set(names))) == ([names[label] for label in labels] * 2, 10)
    assert taken.is_held_out == [True] * 20 + [False] * 20


def test_find_set__takes_words_as_people_write_them() -> None:
    found = find_set("quickdraw", ["Apple", " alarm  clock ", "apple"], 100)
    assert [part.name for part in found.parts] == [
        "full_numpy_bitmap_apple.npy", "full_numpy_bitmap_alarm clock.npy",
    ]  # fmt: skip
    assert found.parts[1].url.endswith("/alarm%20clock.npy")
    assert all(part.url.startswith("https://") for each in SETS for part in each.parts)


@pytest.mark.parametrize(
    ("key", "words", "count"),
    [("imagenet", [], 1), ("quickdraw", [], 1), ("quickdraw", ["../etc"], 1),
     ("quickdraw", "cat", 1), ("quickdraw", ["cat"], 0),
     ("quickdraw", ["cat"], 10**6), ("quickdraw", ["cat"], True)],
)  # fmt: skip
def test_find_set__refuses_what_it_does_not_know(key: str, words: object, count: object) -> None:
    with pytest.raises(InvalidInputError):
        find_set(key, words, count)
