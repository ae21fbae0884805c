"""What clients saw while something broke, and what was found afterwards: values, no behaviour.

A history is checked by `invariants.py`, as Jepsen does: what was acknowledged must be there, what
was refused must not, and a client that got no answer does not know.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["acknowledged", "refused", "unknown"]


@dataclass(frozen=True)
class Said:
    """A gesture, as its client knows it in the end."""

    key: str
    outcome: Outcome
    seq: int | None = None
    """Where the journal has it, of one that was acknowledged."""
    at_s: float = 0.0
    """When the answer came, monotonic."""


@dataclass(frozen=True)
class Look:
    """A browser's look at the project."""

    reader: str
    at_s: float
    seq: int
    seqs: tuple[int, ...]
    """People's gestures that it was shown."""
    digest: str
    """Of the annotations after event `seq`."""


@dataclass(frozen=True)
class Line:
    """A row of the journal."""

    seq: int
    key: str
    is_shown: bool = True
    """Whether browsers list it: the program's own events and updates are not."""


@dataclass(frozen=True)
class Epoch:
    """A row of `snapshot`, and what its file holds."""

    run_id: str
    epoch: int
    attempt: int
    sha256: str
    found: str
    """sha256 of the file, empty where there is none."""


@dataclass(frozen=True)
class Drawn:
    """A row of `frame`."""

    run_id: str
    n: int
    attempt: int


@dataclass(frozen=True)
class Standing:
    """A run as it is in the end."""

    run_id: str
    state: str
    first_epoch: int
    """0, or 1 with a parent."""
    last_epoch: int
    attempt: int
    has_live_lease: bool = False


@dataclass(frozen=True)
class Draft:
    """A file that somebody began and nobody ended."""

    name: str
    written_s: float
    """When it was last written to, monotonic."""
    is_left: bool = False
    """Whether it is still there when all are removed that nobody can be writing."""


@dataclass(frozen=True)
class Facts:
    """What database, disk and process table say."""

    lines: Sequence[Line] = ()
    runs: Sequence[Standing] = ()
    epochs: Sequence[Epoch] = ()
    drawn: Sequence[Drawn] = ()
    orphans: Sequence[str] = ()
    """Processes of this data directory that nobody started here and nobody ends."""
    drafts: Sequence[Draft] = ()
    """Files that are only half written, though nobody writes any more."""


@dataclass
class History:
    """What clients and readers told, from any thread."""

    said: list[Said] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    readers: set[str] = field(default_factory=set)
    """Who looks, also where nothing was ever seen."""
    faulted_at: list[float] = field(default_factory=list)
    """When something was broken, monotonic."""
    stumbles: list[str] = field(default_factory=list)
    """Answers that no client should get, whatever breaks, with who got them."""
    outages: list[tuple[float, float]] = field(default_factory=list)
    """From when to when something that browsers look at was away for longer than a moment."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, outcome: Outcome, seq: int | None = None) -> None:
        """Note how a gesture ended."""
        with self._lock:
            self.said.append(Said(key, outcome, seq, time.monotonic()))

    def saw(self, look: Look) -> None:
        """Note a look."""
        with self._lock:
            self.looks.append(look)

    def expect(self, reader: str) -> None:
        """Note that somebody looks from now on."""
        with self._lock:
            self.readers.add(reader)

    def fault(self) -> None:
        """Note that something breaks now."""
        with self._lock:
            self.faulted_at.append(time.monotonic())

    def mended(self) -> None:
        """Note that what broke last is there again."""
        with self._lock:
            self.outages.append((self.faulted_at[-1], time.monotonic()))

    def stumble(self, client: str, status: int) -> None:
        """Note an answer that is no answer."""
        with self._lock:
            self.stumbles.append(f"{client} was answered {status}")

    @property
    def num_acknowledged(self) -> int:
        return sum(said.outcome == "acknowledged" for said in self.said)
