"""Files: whole or not at all, named by the program only, checked when asked."""

import errno
import hashlib
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from ml.errors import InvalidInputError
from store.errors import (
    ArtifactDamagedError,
    ArtifactMissingError,
    DiskFullError,
    StoreUnavailableError,
)
from store.files.artifacts import Artifacts
from tests.memory import peak_of
from tests.other_disk import other_disk


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(str(tmp_path / "artifacts"), tmp_path / "fetched")


@pytest.mark.parametrize("durable", [True, False])
def test_write__then_read(artifacts: Artifacts, tmp_path: Path, durable: bool) -> None:
    sha256 = artifacts.write("runs/a/1.frame", b"bytes", durable)
    assert sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert artifacts.read("runs/a/1.frame", sha256) == b"bytes"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["1.frame"]


@pytest.mark.parametrize(
    "name",
    ["", "../x", "a/../../x", "/etc/passwd", "a//b", "a\\b", ".hidden", "a/.b", "A", "a b", "a\0b",
     "%2e%2e/x", "a/b/c/d/e/f", "x" * 300, "ä", "a/", "a\n"],
)  # fmt: skip
def test_names__confined(artifacts: Artifacts, name: str) -> None:
    for call in (artifacts.read, artifacts.exists, artifacts.remove, artifacts.local_path):
        with pytest.raises(InvalidInputError):
            call(name)
    with pytest.raises(InvalidInputError):
        artifacts.write(name, b"x", True)


def test_read__a_flipped_bit_is_found(artifacts: Artifacts, tmp_path: Path) -> None:
    sha256 = artifacts.write("weights", b"\x00" * 100, True)
    (tmp_path / "artifacts" / "weights").write_bytes(b"\x00" * 99 + b"\x01")
    with pytest.raises(ArtifactDamagedError):
        artifacts.read("weights", sha256)


def test_read__missing(artifacts: Artifacts) -> None:
    with pytest.raises(ArtifactMissingError):
        artifacts.read("runs/none")
    with pytest.raises(ArtifactMissingError):
        artifacts.local_path("runs/none")


def test_remove__takes_the_empty_folder_too(artifacts: Artifacts, tmp_path: Path) -> None:
    artifacts.write("runs/a/1", b"x", False)
    artifacts.write("runs/a/2", b"x", False)
    artifacts.remove("runs/a/1")
    assert artifacts.exists("runs/a/2")
    artifacts.remove("runs/a/2")
    artifacts.remove("runs/a/2")
    assert not (tmp_path / "artifacts" / "runs" / "a").exists()


def test_write__finds_its_folder_gone_and_makes_it_again(
    artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts.write("runs/b/1", b"x", True)
    mkdir = Path.mkdir
    removed: list[Path] = []

    def taken_away(path: Path, parents: bool = False, exist_ok: bool = False) -> None:
        """Another process removes the empty folder right after it was made."""
        mkdir(path, parents=parents, exist_ok=exist_ok)
        if not removed:
            path.rmdir()
            removed.append(path)

    monkeypatch.setattr(Path, "mkdir", taken_away)
    artifacts.write("runs/a/1", b"x", True)
    assert (artifacts.read("runs/a/1"), len(removed)) == (b"x", 1)


def test_remove__when_another_took_the_empty_folder(
    artifacts: Artifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts.write("runs/a/1", b"x", False)

    def unlink_both(_: object, path: str) -> None:
        os.unlink(path)
        os.rmdir(os.path.dirname(path))

    monkeypatch.setattr(LocalFileSystem, "rm_file", unlink_both)
    artifacts.remove("runs/a/1")
    assert list((tmp_path / "artifacts" / "runs").iterdir()) == []


def test_write__disk_full_leaves_nothing(
    artifacts: Artifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts.write("weights", b"old", True)

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(DiskFullError, match="not saved"):
        artifacts.write("weights", b"new", True)
    assert artifacts.read("weights") == b"old"
    assert len(list((tmp_path / "artifacts").iterdir())) == 1


def test_add_file__and_write__into_a_folder_that_others_take_away(
    artifacts: Artifacts, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    ended = threading.Event()

    def take_away() -> None:
        while not ended.is_set():
            artifacts.write("sets/a/other", b"y", False)
            artifacts.remove("sets/a/other")

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(take_away)
        try:
            for n in range(300):
                artifacts.add_file("sets/a/linked", source)
                artifacts.write("sets/a/written", b"z", durable=n % 2 == 0)
                assert artifacts.read("sets/a/linked") + artifacts.read("sets/a/written") == b"xz"
                artifacts.remove("sets/a/linked")
                artifacts.remove("sets/a/written")
        finally:
            ended.set()
        other.result()
    with pytest.raises(FileNotFoundError):
        artifacts.add_file("sets/a/linked", tmp_path / "nothing")


def test_check_room__counts_only_what_must_be_copied(
    artifacts: Artifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1000)
    monkeypatch.setattr("store.files.disk.SPARE_BYTES", 2**60)  # as if the disk were full
    artifacts.check_room([file])
    other = other_disk(tmp_path)
    with tempfile.NamedTemporaryFile(dir=other) as elsewhere:
        elsewhere.write(b"x" * 2_000_000)
        elsewhere.flush()
        with pytest.raises(DiskFullError, match=r"needs 2\.0 MB, and 0\.0 MB are free"):
            artifacts.check_room([Path(elsewhere.name)])
        Artifacts("memory://lodemap-room", tmp_path).check_room([Path(elsewhere.name)])


def test_remote__is_read_and_fetched_once(tmp_path: Path) -> None:
    artifacts = Artifacts("memory://lodemap-test", tmp_path / "fetched")
    sha256 = artifacts.write("datasets/a/images.npy", b"abc", True)
    assert artifacts.read("datasets/a/images.npy", sha256) == b"abc"
    path = artifacts.local_path("datasets/a/images.npy")
    assert path.read_bytes() == b"abc"
    assert artifacts.local_path("datasets/a/images.npy") == path
    artifacts.remove("datasets/a/images.npy")
    assert not artifacts.exists("datasets/a/images.npy")
    assert not path.exists()
    with pytest.raises(ArtifactMissingError):
        artifacts.local_path("datasets/a/images.npy")
    assert [each for each in (tmp_path / "fetched").rglob("*") if each.is_file()] == []


def test_remote__is_fetched_without_being_held_in_memory(tmp_path: Path) -> None:
    artifacts = Artifacts("memory://lodemap-large", tmp_path / "fetched")
    size = 64 * 2**20
    artifacts.write("sets/images.npy", bytes(size), False)
    try:
        peak, path = peak_of(lambda: artifacts.local_path("sets/images.npy"))
        num_bytes = path.stat().st_size
    finally:
        artifacts.remove("sets/images.npy")
    assert path.parent == tmp_path / "fetched" / "sets"
    assert (num_bytes, peak < size / 4) == (size, True)


def test_fetched__keeps_what_was_used_last_within_its_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "fetched"
    artifacts = Artifacts("memory://lodemap-bounded", folder, fetched_bytes=250)
    hour_ago = time.time() - 3600
    for n in range(3):
        artifacts.write(f"sets/{n}", bytes(100), False)
        os.utime(artifacts.local_path(f"sets/{n}"), (hour_ago + n, hour_ago + n))
    (folder / "sets" / ".3.killed.tmp").write_bytes(b"x")
    os.utime(folder / "sets" / ".3.killed.tmp", (hour_ago - 1, hour_ago - 1))
    artifacts.local_path("sets/0")  # in use again
    artifacts.write("sets/3", bytes(100), False)
    artifacts.local_path("sets/3")
    assert sorted(path.name for path in (folder / "sets").iterdir()) == ["0", "3"]
    artifacts.write("sets/4", bytes(100), False)
    artifacts.local_path("sets/4")
    assert len(list((folder / "sets").iterdir())) == 3, "what is in use stays"


def test_remove_drafts__takes_what_killed_processes_left_and_nothing_younger(
    artifacts: Artifacts, tmp_path: Path
) -> None:
    artifacts.write("runs/a/1", b"x", True)
    folder = tmp_path / "artifacts" / "runs" / "a"
    left, young = folder / ".1.left.tmp", folder / ".1.young.tmp"
    for draft in (left, young):
        draft.write_bytes(b"half")
    os.utime(left, (0, 0))
    assert artifacts.remove_drafts() == 1
    assert sorted(path.name for path in folder.iterdir()) == [young.name, "1"]
    assert artifacts.remove_drafts() == 0


def test_failing_disk__is_said_in_a_sentence(
    artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts.write("weights", b"old", True)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(StoreUnavailableError, match=r"Input/output error.*not saved"):
            artifacts.write("weights", b"new", True)
    assert artifacts.read("weights") == b"old"
    monkeypatch.setattr(artifacts._fs, "cat_file", fail)
    with pytest.raises(ArtifactDamagedError, match="cannot be read"):
        artifacts.read("weights")
