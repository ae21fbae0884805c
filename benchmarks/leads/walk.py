"""A simulated person who walks *Look here next*: looks at what the page shows, names or rejects.

Always the first open lead of the first tab that has one, as `J` leads to it. A rejection is
remembered as the page remembers it (assets/insight/leads.mjs). The person knows the truth of the
pictures they look at, and of no other (docs/learning.md, 11).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.insight.leads import (
    Kind,
    Lead,
    Outlook,
    ambiguous_leads,
    group_leads,
    wrong_leads,
)
from ml.records import NO_CLASS

NUM_TYPICAL: Final = 12
"""Pictures on the card of a group, as `pages.api.leads` sends them."""
NUM_IN_SIGHT: Final = 15
"""Pictures of the selection in sight below it in a window of 1440 by 900: three rows of five."""
LEAST_ALIKE: Final = 1 / 3
"""Share of one class among the pictures from which a group is named, strangers left out: five of
fifteen, the smallest lasso of `benchmarks.annotator`. With less it is rejected."""

Tab = Callable[[Outlook, NDArray[np.int16]], Sequence[Lead]]
TABS: Final[tuple[tuple[Kind, Tab], ...]] = (
    ("group", lambda outlook, annotation: group_leads(outlook, annotation, no_pause)),
    ("ambiguous", ambiguous_leads),
    ("wrong", lambda outlook, annotation: wrong_leads(outlook, annotation, no_pause)),
)
"""In the order of the page; outliers are no gesture's worth: accepting one names nothing."""


@dataclass(frozen=True, eq=False)
class Said:
    """What the person said of one lead."""

    ids: NDArray[np.int64]
    """Samples named, shape (num_named,); none where the lead was rejected."""
    class_index: int
    """The class they get; NO_CLASS where the lead was rejected."""
    num_looked: int
    """Pictures looked at."""
    num_left_out: int = 0
    """Pictures clicked out of the selection before it was named."""


class Walker:
    """One simulated person; they err about nothing they look at, so that no seed is needed."""

    def __init__(self, truth: NDArray[np.int16]) -> None:
        """Make a person who sees the classes `truth`, shape (n,), when they look."""
        self._truth = truth
        self._rejected: set[tuple[Kind, int, int]] = set()

    def answer_next(
        self, outlook: Outlook, annotation: NDArray[np.int16], confidence: NDArray[np.float32]
    ) -> Said | None:
        """Answer the first open lead; None where no tab has one.

        Args:
            outlook: Of the map as it is now.
            annotation: Classes given so far, negative for none, shape (n,).
            confidence: Of the map's predictions, shape (n,): by it the gallery puts those first
                that the network is least sure of.
        """
        for kind, leads_of in TABS:
            for lead in leads_of(outlook, annotation):
                if key_of(lead) in self._rejected:
                    continue
                said = self._of_group(lead, confidence) if kind == "group" else self._of_one(lead)
                if len(said.ids) == 0:
                    self._rejected.add(key_of(lead))
                return said
        return None

    def _of_group(self, lead: Lead, confidence: NDArray[np.float32]) -> Said:
        """Name a group what most of its pictures show, the strangers in sight clicked out."""
        in_sight = in_gallery(lead.members, confidence)[:NUM_IN_SIGHT]
        seen = np.union1d(lead.members[:NUM_TYPICAL], in_sight)
        classes, counts = np.unique(self._truth[seen], return_counts=True)
        if counts.max() < LEAST_ALIKE * len(seen):
            return Said(seen[:0], NO_CLASS, len(seen))
        class_index = int(classes[counts.argmax()])
        strangers = in_sight[self._truth[in_sight] != class_index]
        ids = np.setdiff1d(lead.members, strangers)
        return Said(ids, class_index, len(seen), len(strangers))

    def _of_one(self, lead: Lead) -> Said:
        """Name a sample what it is; where it is named so already, its name is right."""
        class_index = int(self._truth[lead.sample])
        if lead.kind == "wrong" and class_index == lead.rival:
            return Said(lead.members[:0], NO_CLASS, 1)
        return Said(lead.members, class_index, 1)


def key_of(lead: Lead) -> tuple[Kind, int, int]:
    """Return what a rejection is remembered by: a name that is changed may be doubted anew."""
    return lead.kind, lead.sample, lead.rival if lead.kind == "wrong" else NO_CLASS


def in_gallery(members: NDArray[np.int64], confidence: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return a selection in the gallery's order, the least sure first, equal ones by number."""
    ids = np.sort(members)
    steps = np.round(255 * confidence[ids])  # a frame has a byte for each
    return ids[np.argsort(steps, kind="stable")]


def no_pause() -> None:
    """Go on."""
