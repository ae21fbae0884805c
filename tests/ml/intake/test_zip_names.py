"""Names in zip files that do not say how they are written."""

import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.ml.intake.brought import bring, check_told, png

UNSURE = "Names in the archive may be wrong"


def zip_of(path: Path, names: Sequence[str], encoding: str) -> Path:
    """Pack two pictures for each class, its name written in an encoding that nothing tells."""
    return zip_with(path, [name.encode(encoding) for name in names])


def zip_with(path: Path, names: Sequence[bytes]) -> Path:
    """Pack two pictures for each class, of whose name nothing tells how it is written."""
    held = {f"{i:0{len(name)}}": name for i, name in enumerate(names, 1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for i, place in enumerate(held):
            archive.writestr(f"{place}/x.png", png(i))
            archive.writestr(f"{place}/y.png", png(100 + i))
    data = path.read_bytes()
    for place, name in held.items():
        for file in ("x.png", "y.png"):
            data = data.replace(f"{place}/{file}".encode(), name + f"/{file}".encode())
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "names", "told"),
    [
        ("utf-8", ["猫", "犬"], None),
        ("utf-8", ["Bär", "кот"], None),
        ("cp437", ["Bär", "Vögel"], None),
        ("cp932", ["猫", "犬"], "Shift-JIS (cp932)"),
        ("cp932", ["テスト", "表", "ソース"], "Shift-JIS (cp932)"),
        ("cp932", ["写真A", "写真B"], "Shift-JIS (cp932)"),
        ("latin-1", ["Äpfel", "Übung"], "Latin-1 (cp1252)"),
        ("gbk", ["自行车B", "飞机"], "GBK"),
        ("gbk", ["猫", "自行车"], "GBK"),
        ("latin-1", ["Bär", "Vögel", "Café"], "Latin-1 (cp1252)"),
        ("big5", ["貓咪", "飛機"], "Big5"),
        ("cp866", ["кошка", "Собака"], "Cyrillic of DOS (cp866)"),
        ("cp1251", ["кошка", "Собака"], "Cyrillic (cp1251)"),
    ],
)
def test_names__are_read_in_the_one_way_that_makes_words(
    tmp_path: Path, encoding: str, names: list[str], told: str | None
) -> None:
    taken = bring(zip_of(tmp_path / "x.zip", names, encoding))
    assert set(taken.class_names) == set(names)
    said = [f"Names in the archive: read as {told}, which it does not say."] if told else []
    assert [each for each in taken.outline.treatment if "archive" in each] == said


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("gbk", ["狗", "飞机"]),
        ("cp949", ["고양이", "개구리"]),
        ("cp437", ["öl", "brot"]),
        ("iso8859-7", ["γάτα", "σκύλος"]),
    ],
)
def test_names_that_make_words_in_no_way_or_in_two__are_told(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    taken = bring(zip_of(tmp_path / "x.zip", names, encoding))
    (told,) = (each for each in taken.outline.treatment if each.startswith(UNSURE))
    check_told(told)
    assert set(taken.class_names) == {name.encode(encoding).decode("cp437") for name in names}


@pytest.mark.parametrize(
    ("others", "encoding", "told"),
    [
        (["Café"], "latin-1", "Latin-1 (cp1252)"),
        (["Bär"], "cp437", None),
        (["狗", "自行车B"], "gbk", "GBK"),
        (["кошка", "Собака"], "cp866", "Cyrillic of DOS (cp866)"),
    ],
)
@pytest.mark.parametrize("plain", [["Füße", "Äpfel"], ["Übung"], ["Último", "кот"], ["犬"]])
def test_names_in_utf_8__are_read_so_beside_others(
    tmp_path: Path, plain: list[str], others: list[str], encoding: str, told: str | None
) -> None:
    names = [name.encode() for name in plain] + [name.encode(encoding) for name in others]
    taken = bring(zip_with(tmp_path / "x.zip", names))
    assert set(taken.class_names) == {*plain, *others}
    said = f"Names in the archive that are no UTF-8: read as {told}, which it does not say."
    assert [e for e in taken.outline.treatment if "archive" in e] == ([said] if told else [])


def test_a_name_in_no_way_to_be_read__spoils_no_other(tmp_path: Path) -> None:
    odd = "été".encode("latin-1")
    taken = bring(zip_with(tmp_path / "x.zip", ["Füße".encode(), "Äpfel".encode(), odd]))
    assert set(taken.class_names) == {"Füße", "Äpfel", odd.decode("cp437")}
    (told,) = (each for each in taken.outline.treatment if each.startswith(UNSURE))
    assert f"({odd.decode('cp437')!r})" in told


def test_a_name_that_looks_like_utf_8__is_read_as_the_page_of_all(tmp_path: Path) -> None:
    assert "猫".encode("gbk") == "è".encode()
    taken = bring(zip_of(tmp_path / "x.zip", ["猫", "自行车B"], "gbk"))
    assert set(taken.class_names) == {"猫", "自行车B"}
    assert any("read as GBK" in each for each in taken.outline.treatment)


def test_a_path__may_be_written_in_two_ways(tmp_path: Path) -> None:
    name = "Füße/".encode() + "Café".encode("latin-1")
    taken = bring(zip_with(tmp_path / "x.zip", [name, "Füße/Brot".encode()]))
    assert set(taken.class_names) == {"Café", "Brot"}


def packed_twice(path: Path, name: str, said: str, is_its_own: bool) -> Path:
    """Pack a picture in a class whose name an extra field says as well, for it or for another."""
    raw, text = f"set/{name}/x.png".encode("cp932"), f"set/{said}/x.png".encode()
    checksum = zlib.crc32(raw if is_its_own else b"before it was renamed")
    place = b"p" * len(raw)
    info = zipfile.ZipInfo(place.decode())
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(text), 1, checksum) + text
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, png(1))
        archive.writestr("set/cat/x.png", png(2))
    path.write_bytes(path.read_bytes().replace(place, raw))
    return path


def test_a_name_that_stands_there_in_unicode__is_taken(tmp_path: Path) -> None:
    taken = bring(
        packed_twice(tmp_path / "x.zip", "öl".encode("cp437").decode("cp932"), "öl", True)
    )
    assert (taken.class_names, taken.outline.treatment) == (["cat", "öl"], ())


def test_a_name_in_unicode_that_stands_for_another__is_not_taken(tmp_path: Path) -> None:
    taken = bring(packed_twice(tmp_path / "x.zip", "猫A", "犬", False))
    assert taken.class_names == ["cat", "猫A"]
    assert "Shift-JIS" in taken.outline.treatment[0]
