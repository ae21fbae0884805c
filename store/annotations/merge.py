"""What annotations from a file would change in a project, and the gestures that change it.

A file is merged through the journal like anybody's work: one `annotate` for each class, all parts
of the first, so that one undo takes the file back. What somebody else said already is a conflict,
and people choose whose word stands.
`store.annotations.plan.plan_merge` makes a `Merge`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import pack_ids
from ml.records import UNSURE
from store.records import Gesture

Choice = Literal["keep", "replace"]
"""What happens to annotations that stand where a file says otherwise."""


@dataclass(frozen=True, eq=False)
class Share:
    """What a file gives one class."""

    class_index: int | None
    """None for a class still to be made, UNSURE for what is marked as unsure."""
    class_name: str
    added: NDArray[np.int64]
    """Samples nobody has annotated, ascending."""
    replacing: NDArray[np.int64]
    """Samples that somebody has annotated otherwise, ascending."""


@dataclass(frozen=True)
class Conflict:
    """A sample of which a file says something else than what stands."""

    sample: int
    """Index in the data set."""
    sample_id: str
    was: str
    """Name of its class, or `UNSURE_WORD`."""
    becomes: str
    by: str
    """Display name of whoever said what stands; "" where nobody can be found."""
    at: datetime | None
    """When, UTC."""


@dataclass(frozen=True)
class Disagreement:
    """A sample that a file gives several classes; it is left out."""

    sample_id: str
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Merge:
    """What a file would change, as of one journal position; a value, nothing is done yet."""

    seq: int
    """The journal position."""
    sha256: str
    """Of the file."""
    num_samples: int
    """In the data set."""
    shares: tuple[Share, ...]
    """Classes in their order, those to be made last; only those with something to change."""
    num_same: int
    """Samples of which the file says what stands."""
    conflicts: tuple[Conflict, ...]
    disagreements: tuple[Disagreement, ...]
    unknown_ids: tuple[str, ...]
    """Ids that no sample of the data set has, each once, in the order of the file."""
    bad_names: tuple[str, ...]
    """A sentence for each class name that no class can have, the first one for all that are -1
    together; their rows are left out."""

    @property
    def new_classes(self) -> tuple[str, ...]:
        """Names of classes that would be made."""
        return tuple(share.class_name for share in self.shares if share.class_index is None)

    @property
    def num_added(self) -> int:
        """Samples that get their first annotation."""
        return sum(len(share.added) for share in self.shares)


def to_gestures(merge: Merge, conflicts: Choice) -> list[Gesture]:
    """Return the gestures that make a merge come true, one for each class.

    Their keys depend on the file, the journal position and what they say, so that sending a merge
    twice writes it once, while the same file may be merged again after an undo.

    Args:
        merge: what is to happen.
        conflicts: `keep` what stands, or `replace` it.
    """
    gestures = []
    for share in merge.shares:
        ids = share.added
        if conflicts == "replace":
            ids = np.union1d(share.added, share.replacing)
        if not len(ids):
            continue
        samples = pack_ids(ids, merge.num_samples)
        said = f"{merge.sha256} {merge.seq} {share.class_name}".encode()
        key = f"file-{hashlib.sha256(said + samples).hexdigest()[:40]}"
        if share.class_index == UNSURE:
            gestures.append(Gesture("mark_unsure", key, samples))
        elif share.class_index is None:
            new = {"new_class": {"name": share.class_name}}
            gestures.append(Gesture("annotate", key, samples, new))
        else:
            index = {"class_index": share.class_index}
            gestures.append(Gesture("annotate", key, samples, index))
    return gestures
