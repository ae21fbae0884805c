"""Who said each event: four bytes an event, so that nobody reads an old one for a name."""

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Author(NamedTuple):
    """Whoever said an event, as they were called then."""

    author_id: str
    name: str


class Authors:
    """Of the events of a journal, from the first on."""

    def __init__(
        self, people: Sequence[Author] = (), numbers: NDArray[np.uint32] | None = None
    ) -> None:
        """Take who speaks, and by event which of them it was, shape (num_events,)."""
        self.people = list(people)
        self._number_of = {person: number for number, person in enumerate(self.people)}
        self._numbers = array("I", [] if numbers is None else numbers.tolist())

    def append(self, author_id: str, name: str) -> None:
        """Note who said the next event."""
        person = Author(author_id, name)
        number = self._number_of.setdefault(person, len(self.people))
        if number == len(self.people):
            self.people.append(person)
        self._numbers.append(number)

    def of(self, seq: int) -> Author:
        """Return who said event `seq`, from 1."""
        return self.people[self._numbers[seq - 1]]

    @property
    def numbers(self) -> NDArray[np.uint32]:
        """By event, which of `people` said it, shape (num_events,)."""
        return np.array(self._numbers, np.uint32)

    @property
    def num_bytes(self) -> int:
        """About how much memory it takes."""
        return len(self._numbers) * self._numbers.itemsize + 200 * len(self.people)

    def copy(self) -> "Authors":
        """Return the same, to go on with otherwise."""
        return Authors(self.people, self.numbers)
