import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake import members as limits
from ml.intake.errors import IntakeError
from ml.intake.sources import Source, open_source
from tests.ml.intake.brought import check_told, make_zip, refused


def opened(path: Path) -> Source:
    return open_source(path, path.name)


@pytest.mark.parametrize("name", ["../../evil", "a/../../b", "/abs", "C:\\w", "c:/w", "\\\\host"])
def test_paths_that_lead_outside__are_refused(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.png": b"1", name: b"2"})
    with pytest.raises(IntakeError) as error:
        opened(path)
    assert refused(error) == ("unsafe_path", 422)


def test_links__are_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.png")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(IntakeError) as error:
        opened(tmp_path / "x.zip")
    assert refused(error) == ("link_in_archive", 422)


def test_encrypted_members__are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.png": b"1"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(IntakeError) as error:
        opened(path)
    assert refused(error) == ("encrypted", 422)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_occur_twice__are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("é.png", b"1")
        archive.writestr("é.png", b"2")
    with pytest.raises(IntakeError) as error:
        opened(tmp_path / "x.zip")
    assert refused(error) == ("duplicate_name", 422)


def test_too_many_members__are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_MEMBERS", 20)
    path = make_zip(tmp_path / "x.zip", {f"{i}.png": b"" for i in range(21)})
    with pytest.raises(IntakeError) as error:
        opened(path)
    assert refused(error) == ("too_many_files", 413)


def test_bombs__are_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.npy": bytes(40 << 20)})
    with pytest.raises(IntakeError) as error:
        opened(path)
    assert refused(error) == ("bomb", 413)
    assert "limit is 100x" in str(error.value)


def test_small_archives_that_grow_much__are_fine(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.npy": bytes(1 << 20)})
    assert opened(path).members[0].num_bytes == 1 << 20


def test_sizes_that_lie__give_no_more_than_they_say(tmp_path: Path) -> None:
    """The only way past the sum of declared sizes; zipfile stops at what was declared."""
    path = make_zip(tmp_path / "x.zip", {"a.npy": bytes(1 << 20)})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 1 << 20), struct.pack("<I", 100)))
    with pytest.raises(IntakeError) as error:
        opened(path).members[0].read()
    assert refused(error) == ("corrupt_archive", 422)


def test_archives_within__are_left_out_and_told(tmp_path: Path) -> None:
    source = opened(
        make_zip(tmp_path / "x.zip", {"a.png": b"1", "b/more.zip": b"PK", "c.tar": b""})
    )
    assert [member.name for member in source.members] == ["a.png"]
    assert [(r.sample_id, r.code) for r in source.rejections] == [
        ("b/more.zip", "nested_archive"),
        ("c.tar", "nested_archive"),
    ]


def test_names__in_any_script_and_form_become_nfc(tmp_path: Path) -> None:
    names = ["Ǝ/猫.png", "ÅÄÖ/кот.png", "قط/é.png"]
    source = opened(make_zip(tmp_path / "x.zip", {f"e\u0301/{name}": b"1" for name in names}))
    assert sorted(f"\u00e9/{name}" for name in names) == [member.name for member in source.members]


def test_names__in_utf8_without_the_flag_are_read_right(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"猫.png": b"1"})
    data = bytearray(path.read_bytes())
    data[7] &= ~8
    data[data.index(b"PK\x01\x02") + 9] &= ~8
    path.write_bytes(data)
    assert opened(path).members[0].name == "猫.png"


@settings(max_examples=150)
@given(st.data())
def test_damaged_archives__give_bytes_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("zip") / "x.zip"
    valid = bytearray(make_zip(path, {"a/1.png": b"abc" * 50, "b.png": b"xyz"}).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        valid[data.draw(st.integers(0, len(valid) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(valid[: data.draw(st.integers(0, len(valid)))])
    try:
        for member in opened(path).members:
            assert len(member.read()) <= member.num_bytes
    except IntakeError as error:
        check_told(error.sentence)
