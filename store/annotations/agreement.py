"""Who gave which class to which sample, where people differ, and what of that is settled.

People see each other's names on the map, so what is measured is not a blind test; docs/review.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.measures.agreement import MISSING
from ml.records import NO_CLASS
from store.journal.history import Told
from store.names import present_name
from store.records import ClassInfo

MOST_PEOPLE: Final = 20
"""People who are compared: those who named most."""


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody who named samples."""

    author_id: str
    author: str
    """Display name when they last named something; the one given since where they had none."""
    given: NDArray[np.int16]
    """The living class they last gave to each sample or MISSING, shape (num_samples,)."""


@dataclass(frozen=True, eq=False)
class Judgements:
    """What everybody says of the samples, as far as it stands."""

    people: Sequence[Person]
    """Those who named most first, at most MOST_PEOPLE."""
    differing: NDArray[np.int64]
    """Samples to which people gave different classes and nobody settled it since, ascending."""
    num_settled: int
    """Samples of which that was settled."""

    @property
    def ratings(self) -> NDArray[np.int16]:
        """Class by person and sample or MISSING, shape (people, num_samples)."""
        return np.stack([person.given for person in self.people])


def judgements_of(told: Told) -> Judgements:
    """Read off the standing events who gave which class.

    A class given with `settles` decides what others said; it is nobody's own judgement. Whoever
    clears a sample or marks it as unsure takes their judgement back.
    """
    num_samples = told.state.annotation.size
    given: dict[str, NDArray[np.int16]] = {}
    names: dict[str, str] = {}
    rated_at, settled_at = np.zeros((2, num_samples), np.int64)
    for line in told.lines:
        event = line.event
        if not told.state.stands(event):
            continue
        if event.verb == "reset":
            given.clear()
        if event.verb not in ("annotate", "move", "clear", "mark_unsure"):
            continue
        if event.verb == "move" and "class_index" not in event.values:
            continue
        class_index = int(event.values.get("class_index", NO_CLASS))
        if event.values.get("settles"):
            settled_at[line.chosen] = event.seq
            continue
        mine = given.setdefault(event.author_id, np.full(num_samples, MISSING, np.int16))
        mine[line.chosen] = class_index
        names[event.author_id] = event.author
        rated_at[line.chosen] = event.seq
    called = {who: present_name(name, who, told.names) for who, name in names.items()}
    people = _ranked(given, called, told.state.classes)
    is_open, is_settled = _differing(people, num_samples, rated_at, settled_at)
    return Judgements(people, np.flatnonzero(is_open), int(is_settled.sum()))


def _ranked(
    given: dict[str, NDArray[np.int16]], names: dict[str, str], classes: Sequence[ClassInfo]
) -> list[Person]:
    """Return the people with the classes that live today."""
    living = np.arange(-1, 1 + max((info.class_index for info in classes), default=-1))
    for info in classes:
        if info.merged_into is not None:
            living[1 + info.class_index] = info.merged_into
    people = [
        Person(author_id, names[author_id], living[1 + mine.astype(np.int64)].astype(np.int16))
        for author_id, mine in given.items()
        if (mine >= 0).any()
    ]
    return sorted(people, key=lambda p: -int((p.given >= 0).sum()))[:MOST_PEOPLE]


def _differing(
    people: Sequence[Person],
    num_samples: int,
    rated_at: NDArray[np.int64],
    settled_at: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which samples got different classes: still open, and settled, (num_samples,) each."""
    low = np.full(num_samples, np.iinfo(np.int16).max, np.int16)
    high = np.full(num_samples, MISSING, np.int16)
    for person in people:
        is_given = person.given >= 0
        low[is_given] = np.minimum(low, person.given)[is_given]
        high = np.maximum(high, person.given)
    differs = (high >= 0) & (low != high)
    return differs & (settled_at < rated_at), differs & (settled_at >= rated_at)
