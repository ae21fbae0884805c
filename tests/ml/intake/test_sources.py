import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from ml.intake.errors import IntakeError
from ml.intake.members import common_folder, shown
from ml.intake.sources import open_source
from tests.ml.intake.brought import make_folder, make_zip, refused

FILES = {"root/b/2.png": b"22", "root/a/1.png": b"1", "root/a/10.png": b"333"}
NAMES = ["root/a/1.png", "root/a/10.png", "root/b/2.png"]


def test_folder_and_zip__are_the_same_members(tmp_path: Path) -> None:
    folder = open_source(make_folder(tmp_path / "x", FILES), "x")
    packed = open_source(make_zip(tmp_path / "x.zip", FILES), "x.zip")
    assert [m.name for m in folder.members] == [m.name for m in packed.members] == NAMES
    assert [m.read() for m in folder.members] == [m.read() for m in packed.members]
    assert [m.num_bytes for m in folder.members] == [m.num_bytes for m in packed.members]
    assert [m.path is None for m in packed.members] == [True] * 3


def test_a_single_file__is_its_own_member(tmp_path: Path) -> None:
    source = open_source(make_folder(tmp_path, {"1.png": b"data"}) / "1.png", "mine.png")
    assert [(m.name, m.suffix, m.read(2)) for m in source.members] == [("mine.png", ".png", b"da")]
    assert source.member("mine.png") is source.members[0]
    assert source.member("other.png") is None


def test_leftovers__are_passed_over(tmp_path: Path) -> None:
    left = {"__MACOSX/a/._1.png": b"", ".git/x": b"", "a/Thumbs.db": b"", "a/desktop.ini": b"",
            "a/.DS_Store": b""}  # fmt: skip
    for source in (
        open_source(make_folder(tmp_path / "x", FILES | left), "x"),
        open_source(make_zip(tmp_path / "x.zip", FILES | left), "x.zip"),
    ):
        assert [m.name for m in source.members] == NAMES


def test_links_out_of_a_folder__are_left_out_and_told(tmp_path: Path) -> None:
    make_folder(tmp_path, {"secret.png": b"s", "x/1.png": b"1"})
    os.symlink(tmp_path / "secret.png", tmp_path / "x" / "out.png")
    os.symlink(tmp_path, tmp_path / "x" / "up")
    os.symlink("1.png", tmp_path / "x" / "same.png")
    os.symlink("gone.png", tmp_path / "x" / "to_nothing.png")
    os.mkfifo(tmp_path / "x" / "pipe.png")
    source = open_source(tmp_path / "x", "x")
    assert [m.name for m in source.members] == ["1.png", "same.png"]
    assert {r.sample_id: r.code for r in source.rejections} == dict.fromkeys(
        ("out.png", "pipe.png", "to_nothing.png", "up"), "unsafe_path"
    )
    told = {r.sample_id: r.message for r in source.rejections}
    assert told["to_nothing.png"].endswith("is a link to nothing; put the file itself there.")


@pytest.mark.parametrize("name", ["x.tar", "x.zip", "x.tar.gz"])
def test_tar__is_refused_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with tarfile.open(path, "w:gz" if name.endswith("gz") else "w") as archive:
        archive.addfile(tarfile.TarInfo("a.png"), io.BytesIO())
    with pytest.raises(IntakeError, match="pack it as a zip") as error:
        open_source(path, name)
    assert refused(error) == ("format_not_allowed", 415)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.npz", b"", "corrupt_archive"),
        ("x.png", b"", "empty"),
        ("x.npz", b"no zip at all", "corrupt_archive"),
        ("x.zip", b"PK\x03\x04 cut", "corrupt_archive"),
    ],
)
def test_files_that_are_nothing__are_refused(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(IntakeError) as error:
        open_source(make_folder(tmp_path, {name: data}) / name, name)
    assert refused(error) == (code, 422)


def test_nothing_in_it__is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    make_zip(tmp_path / "x.zip", {".hidden": b""})
    for name in ("x", "x.zip"):
        with pytest.raises(IntakeError) as error:
            open_source(tmp_path / name, name)
        assert refused(error) == ("empty", 422)


def test_only_an_archive_in_an_archive__says_so(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="unpack it first") as error:
        open_source(make_zip(tmp_path / "x.zip", {"y.zip": b"PK"}), "x.zip")
    assert refused(error) == ("nested_archive", 422)


def test_members__seek_and_fill_buffers_where_packed(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a": bytes(range(256)) * 1000}, zipfile.ZIP_DEFLATED)
    with open_source(path, "x.zip").members[0].open() as stream:
        stream.seek(256 * 900 + 7)
        assert stream.read(2) == b"\x07\x08"
        stream.seek(3)
        buffer = bytearray(4)
        assert stream.readinto(buffer) == 4  # type: ignore[attr-defined]
        assert (bytes(buffer), stream.tell()) == (b"\x03\x04\x05\x06", 7)


def test_common_folder__is_the_deepest_one() -> None:
    assert common_folder(NAMES) == "root/"
    assert common_folder(["a/b/1", "a/b/c/2"]) == "a/b/"
    assert common_folder(["ab/1", "a/2"]) == ""
    assert common_folder(["1", "2"]) == common_folder([]) == ""
    for sign in "-. (":
        assert common_folder(["ab/1", f"ab{sign}c/2", "ab/c/3"]) == ""
        assert common_folder(["s/ab/1", f"s/ab{sign}c/2", "s/ab/c/3"]) == "s/"


def test_names__that_are_no_utf8_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with open(os.path.join(os.fsencode(tmp_path), b"x", b"caf\xe9.png"), "wb"):
        pass
    assert [m.name for m in open_source(tmp_path / "x", "x").members] == ["caf�.png"]


def test_shown__keeps_sentences_in_one_line() -> None:
    assert shown("a\nb\u202e") == "a�b�"
    assert len(shown("x" * 500)) == 81
