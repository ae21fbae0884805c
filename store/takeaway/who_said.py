"""Who did what in a session, each sample counted once for each person and deed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.records import NO_CLASS
from store.journal.deed_words import WORDS
from store.takeaway.session import Session

SAID: Final[Mapping[str, str]] = {
    verb: words.counted for verb, words in WORDS.items() if words.counted
}
"""Verbs whose samples are counted for each person."""


@dataclass(frozen=True)
class PersonSaid:
    """What one person did, as far as it stands."""

    author: str
    num_gestures: int
    samples: Mapping[str, int]
    """Samples by the words of `SAID`, however often each was chosen."""
    num_renamed: int
    """Samples this person gave a name and then another."""


def people_of(session: Session) -> list[PersonSaid]:
    """Return who did what in the range, whoever did most first."""
    tallies: dict[str, _Tally] = {}
    for seq in session.seqs:
        line = session.told.lines[seq - 1]
        event = line.event
        if event.verb not in SAID:
            continue
        tally = tallies.setdefault(event.author_id, _Tally(session.dataset.num_samples))
        tally.hear(event.author, SAID[event.verb], line.chosen)
        if event.verb == "annotate":
            tally.name(line.chosen, int(event.values["class_index"]))
    return sorted((tally.said() for tally in tallies.values()), key=lambda each: -each.num_gestures)


class _Tally:
    """What one person did so far."""

    def __init__(self, num_samples: int) -> None:
        self._author = ""
        self._num_gestures = 0
        self._ids: dict[str, set[int]] = {}
        self._given = np.full(num_samples, NO_CLASS, np.int16)
        self._is_renamed = np.zeros(num_samples, np.bool_)

    def hear(self, author: str, word: str, chosen: NDArray[np.uint32]) -> None:
        """Count a gesture; `chosen` are its samples, shape (num_chosen,)."""
        self._author = author
        self._num_gestures += 1
        self._ids.setdefault(word, set()).update(chosen.tolist())

    def name(self, chosen: NDArray[np.uint32], class_index: int) -> None:
        """Note that samples, shape (num_chosen,), were given a class."""
        given = self._given[chosen]
        self._is_renamed[chosen] |= (given >= 0) & (given != class_index)
        self._given[chosen] = class_index

    def said(self) -> PersonSaid:
        """Return it all."""
        samples = {word: len(ids) for word, ids in self._ids.items()}
        return PersonSaid(self._author, self._num_gestures, samples, int(self._is_renamed.sum()))
