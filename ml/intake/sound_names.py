"""What the paths of recordings say of their classes, and of who is held out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ml.intake.members import common_folder

TRAINING: Final = frozenset({"train", "training"})
HELD_OUT: Final = frozenset({"test", "testing", "val", "valid", "validation", "dev", "eval"})
"""Folders, and values of a `split` column, with samples that are held out."""
NAMED: Final = re.compile(r"([^_]+)_[^_].*_\d+")
"""`<class>_<speaker>_<index>`, as in the Free Spoken Digit Dataset."""
MOST_NAMED: Final = 100
"""Classes that names of files may tell of."""
FEWEST_EACH: Final = 2
"""Files that each class told by names has."""


@dataclass(frozen=True)
class Names:
    """What is known of recordings before they are opened, in their order."""

    sample_ids: tuple[str, ...]
    """Paths without the folder that all lie in."""
    class_names: tuple[str | None, ...]
    is_held_out: tuple[bool, ...] | None
    """None where no folder tells."""
    told: tuple[str, ...]
    """Sentences that say where that comes from."""


def read_names(paths: Sequence[str]) -> Names:
    """Return what paths with `/` say."""
    root = len(common_folder(paths))
    ids = [path[root:] for path in paths]
    folders = [each.split("/")[:-1] for each in ids]
    tops = {parts[0].casefold() if parts else "" for parts in folders}
    has_split = bool(tops & TRAINING and tops & HELD_OUT and tops <= TRAINING | HELD_OUT)
    held_out = tuple(parts[0].casefold() in HELD_OUT for parts in folders) if has_split else None
    inner = [parts[has_split:] for parts in folders]
    told: tuple[str, ...] = ("Folders say which samples are held out.",) if has_split else ()
    classes: list[str | None] = [parts[-1] if parts else None for parts in inner]
    if any(classes):
        return Names(tuple(ids), tuple(classes), held_out, (*told, "Classes come from folders."))
    firsts = _first_parts(ids)
    if firsts:
        told += (f"Classes are the first part of the names, as in {ids[0].rpartition('/')[2]}.",)
    return Names(tuple(ids), tuple(firsts or classes), held_out, told)


def _first_parts(ids: Sequence[str]) -> list[str]:
    """Return the class in each name, nothing unless all names have that form and agree on some."""
    found = [NAMED.fullmatch(each.rpartition("/")[2].rpartition(".")[0]) for each in ids]
    firsts = [match[1] for match in found if match]
    counts = Counter(firsts)
    is_told = len(firsts) == len(ids) and 2 <= len(counts) <= MOST_NAMED
    return firsts if is_told and min(counts.values()) >= FEWEST_EACH else []
