"""What the names in a zip file say, where it does not tell how they are written.

APPNOTE allows the code page of DOS (cp437) and flagged UTF-8 only. Tools write UTF-8 without the
flag, or the code page of the machine they ran on.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Final

from ml.intake.members import shown

UTF_8: Final = 0x800
"""Bit of a member's flags (PKWARE APPNOTE 4.4.4)."""
UNICODE_PATH: Final = 0x7075
"""Extra field with the name in UTF-8 and a checksum of the one it stands for (APPNOTE 4.6.9)."""
DOS: Final = "cp437"
MOST_SHOWN: Final = 2
"""Names that a sentence shows."""
CASED: Final = re.compile(r"[^\W\d_]+")
CYRILLIC: Final = re.compile(r"[А-Яа-яЁё]+")
LATIN: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ]+")
BESIDE_LETTER: Final = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
KANA: Final = re.compile("[ぁ-んァ-ヶー々]")
HANGUL: Final = re.compile("[가-힣]")


def names_of(infos: Sequence[zipfile.ZipInfo]) -> tuple[list[str], tuple[str, ...]]:
    """Return the names of members, with `/`, and what is to be told of how they were read.

    Of files and folders whose names do not say how they are written those in UTF-8 are read so,
    each by itself, and the others alike: by the one code page in which all make usual words, else
    as DOS would, and that is told. A page of two bytes a letter in which the UTF-8 ones make usual
    words too is theirs as well: in such pages two letters often look like UTF-8.

    Args:
        infos: members of an archive; Python has read their names as cp437 where nothing is said.
    """
    said = [_said(info) for info in infos]
    parts = {part for info, name in zip(infos, said, strict=True) if name is None
             for part in _parts(info)}  # fmt: skip
    encodings, told = _encodings_of({part for part in parts if not part.isascii()})
    names = ["/".join(part.decode(encodings.get(part, "ascii")) for part in _parts(info))
             if name is None else name
             for info, name in zip(infos, said, strict=True)]  # fmt: skip
    return [name.replace("\\", "/") for name in names], told


def _parts(info: zipfile.ZipInfo) -> list[bytes]:
    return info.orig_filename.encode(DOS).split(b"/")


def _said(info: zipfile.ZipInfo) -> str | None:
    """Return a name that is ASCII, flagged or doubled in UTF-8; None for others."""
    name = info.orig_filename
    if info.flag_bits & UTF_8 or name.isascii():
        return name
    return _unicode_path(info.extra, zlib.crc32(name.encode(DOS))) if info.extra else None


def _unicode_path(extra: bytes, checksum: int) -> str | None:
    """Return the name in an extra field, None without one or where the checksum is another's."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        data, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(data) == size > 5 and data[0] == 1:
            try:
                name = data[5:].decode("utf-8")
            except UnicodeError:
                return None
            return name if int.from_bytes(data[1:5], "little") == checksum else None
    return None


def _encodings_of(names: set[bytes]) -> tuple[dict[bytes, str], tuple[str, ...]]:
    """Return the encoding of each name of a file or folder, and a sentence where it is a guess."""
    plain = {name for name in names if _decoded(name, "utf-8") is not None}
    others = names - plain
    if not others:
        return dict.fromkeys(names, "utf-8"), ()
    fitting = [page for page in PAGES if _are_usual(others, page)]
    shared = [page for page in fitting if _are_usual(plain, page)]
    if len(shared) == 1 and PAGES[shared[0]][1] is _has_two_bytes:
        fitting, plain = shared, set()
    page = fitting[0] if len(fitting) == 1 else DOS
    encodings = dict.fromkeys(names, page) | dict.fromkeys(plain, "utf-8")
    if fitting == [DOS]:
        return encodings, ()
    if len(fitting) == 1:
        which = "in the archive that are no UTF-8" if plain else "in the archive"
        return encodings, (f"Names {which}: read as {PAGES[page][0]}, which it does not say.",)
    some = ", ".join(f"'{shown(name.decode(DOS), 40)}'" for name in sorted(others)[:MOST_SHOWN])
    return encodings, ("Names in the archive may be wrong, as it does not say how they are written "
                       f"({some}): pack it again with names in UTF-8.",)  # fmt: skip


def _decoded(name: bytes, encoding: str) -> str | None:
    try:
        return name.decode(encoding)
    except UnicodeError:
        return None


def _are_usual(names: set[bytes], page: str) -> bool:
    texts = (_decoded(name, page) for name in names)
    return all(text is not None and PAGES[page][1](text, page) for text in texts)


def _has_two_bytes(text: str, page: str) -> bool:
    """Whether all that is no ASCII are letters of the page's everyday part.

    In Big5 none of them may stand beside an ASCII letter: capitals with accents make such pairs.
    """
    is_apart = page != "big5" or not BESIDE_LETTER.search(text)
    return is_apart and all(
        _is_everyday(letter, letter.encode(page), page) for letter in text if not letter.isascii()
    )


def _is_everyday(letter: str, code: bytes, page: str) -> bool:
    if len(code) != 2:
        return False
    if page == "cp932":  # kana, and level 1 of JIS X 0208
        return bool(KANA.match(letter)) or b"\x88\x9f" <= code <= b"\x98\x72"
    if page == "cp949":  # KS X 1001
        return bool(HANGUL.match(letter)) and code[0] <= 0xC8 and code[1] >= 0xA1
    if page == "big5":  # level 1
        return b"\xa4\x40" <= code <= b"\xc6\x7e"
    return b"\xb0\xa1" <= code <= b"\xd7\xf9" and code[1] >= 0xA1  # level 1 of GB 2312


def _is_cyrillic(text: str, page: str) -> bool:  # noqa: ARG001 (as `_has_two_bytes`)
    is_all = all(letter.isascii() or CYRILLIC.match(letter) for letter in text)
    return is_all and not BESIDE_LETTER.search(text) and _has_usual_case(text)


def _is_latin(text: str, page: str) -> bool:  # noqa: ARG001 (as `_has_two_bytes`)
    """Whether words have Latin letters only, at most half of them with accents."""
    words = CASED.findall(text)
    is_all = all(letter.isascii() or LATIN.match(letter) for letter in text)
    few = all(2 * sum(not letter.isascii() for letter in word) <= len(word) for word in words)
    return is_all and few and _has_usual_case(text)


def _has_usual_case(text: str) -> bool:
    words = [word for word in CASED.findall(text) if not word.isascii()]
    return all(word in (word.lower(), word.capitalize()) for word in words)


PAGES: Final[dict[str, tuple[str, Callable[[str, str], bool]]]] = {
    DOS: ("cp437", _is_latin),
    "cp1252": ("Latin-1 (cp1252)", _is_latin),
    "cp932": ("Shift-JIS (cp932)", _has_two_bytes),
    "gbk": ("GBK", _has_two_bytes),
    "big5": ("Big5", _has_two_bytes),
    "cp949": ("Korean (cp949)", _has_two_bytes),
    "cp866": ("Cyrillic of DOS (cp866)", _is_cyrillic),
    "cp1251": ("Cyrillic (cp1251)", _is_cyrillic),
}
"""Code pages, what a sentence calls them, and whether a name makes usual words in one."""
