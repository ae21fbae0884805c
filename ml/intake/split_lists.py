"""Lists of the files that are held out, such as Speech Commands' `testing_list.txt`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ml.intake.finding import FileIndex
from ml.intake.folders import Places
from ml.intake.members import Member, shown
from ml.intake.naming import is_held_out_word
from ml.intake.sources import Source
from ml.intake.table_rows import folder_of

MOST_BYTES: Final = 50_000_000
WORD: Final = re.compile(r"[a-z0-9]+")


def with_lists(
    places: Places, source: Source, files: Sequence[Member]
) -> tuple[Places, tuple[str, ...]]:
    """Return places with the split that lists tell where nothing else does, and a sentence on it.

    A list is a text file whose name has a word such as "testing" or "validation", and whose lines
    name files, most of them.
    """
    lists = [member for member in source.members if _may_be(member)]
    if places.is_held_out is not None or not lists:
        return places, ()
    index = FileIndex([member.name for member in files])
    held_out: set[int] = set()
    used = []
    for member in lists:
        found = _named(member, index)
        held_out |= found
        used += [member.name.rpartition("/")[2]] if found else []
    if not held_out:
        return places, ()
    split = [i in held_out for i in range(len(files))]
    told = f"Held out are the files that {' and '.join(map(shown, used))} list."
    return replace(places, is_held_out=split), (told,)


def _may_be(member: Member) -> bool:
    words = WORD.findall(member.name.rpartition("/")[2].lower())
    return (member.suffix == ".txt" and any(map(is_held_out_word, words))
            and member.num_bytes <= MOST_BYTES)  # fmt: skip


def _named(member: Member, index: FileIndex) -> set[int]:
    """Return the files that a list names; none where most of its lines name none."""
    lines = member.read().decode("utf-8", "replace").splitlines()
    filled = [line.strip() for line in lines if line.strip()]
    matches = (index.find(line, folder_of(member)) for line in filled)
    found = {match.at for match in matches if match is not None}
    return found if 2 * len(found) > len(filled) else set()
