"""What the paths of recordings say of their classes, and of who is held out."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from ml.intake.folders import Places, places_of
from ml.intake.naming import class_name

NAMED: Final = re.compile(r"([^_]+)_[^_].*_\d+")
"""`<class>_<speaker>_<index>`, as in the Free Spoken Digit Dataset."""
MOST_NAMED: Final = 100
"""Classes that names of files may tell of."""
FEWEST_EACH: Final = 2
"""Files that each class told by names has."""


class Names(NamedTuple):
    """What is known of recordings before they are opened, in their order."""

    places: Places
    told: tuple[str, ...]
    """Sentences that say where that comes from."""


def read_names(paths: Sequence[str]) -> Names:
    """Return what paths with `/` say: by folders, else by the names of the files."""
    places = places_of(paths)
    told = [*places.told]
    if places.is_held_out is not None:
        told.append("Folders say which samples are held out.")
    if any(places.class_names):
        return Names(places, (*told, "Classes come from folders."))
    firsts = _first_parts(places.sample_ids)
    if firsts:
        example = places.sample_ids[0].rpartition("/")[2]
        told.append(f"Classes are the first part of the names, as in {example}.")
        places = Places(places.sample_ids, firsts, places.is_held_out)
    return Names(places, tuple(told))


def _first_parts(ids: Sequence[str]) -> list[str | None]:
    """Return the class in each name, nothing unless all names have that form and agree on some."""
    found = [NAMED.fullmatch(each.rpartition("/")[2].rpartition(".")[0]) for each in ids]
    firsts = [class_name(match[1]) for match in found if match]
    counts = Counter(firsts)
    is_told = len(firsts) == len(ids) and 2 <= len(counts) <= MOST_NAMED
    return firsts if is_told and min(counts.values()) >= FEWEST_EACH else []
