"""What each event of a journal did when it was said, of which only the newest are in memory whole.

Of older ones a process keeps a few bytes each, which samples changed and from what to what: telling
that anew would mean to fold the journal again. The rest is read from the journal when asked for.
"""

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import unpack_ids
from store.journal.deeds import Deed, pack_deed, unpack_deeds
from store.journal.past import Reader
from store.records import Event, ProjectState

TAIL: Final = 500
"""Newest lines that stay in memory whole; more than twice as many never do."""
TAIL_BYTES: Final = 2**22
"""Memory that these may take; twice as much until some go."""
PAGE: Final = 100
"""Lines that leave memory, and are read again, at once; the newest so many stay always."""
PAGES: Final = 10
"""Pages of old lines kept at most, as they were read: their samples packed."""
PAGES_BYTES: Final = 2**22
"""Memory that these may take; the one in use is kept however large it is."""
LINE_BYTES: Final = 1500
"""A line without its samples takes about this much memory."""


@dataclass(frozen=True, eq=False)
class Line:
    """One event, and what it did when it was said."""

    event: Event
    """Its `samples` and `targets` are empty here."""
    chosen: NDArray[np.uint32]
    """Samples it was said of, ascending, shape (n,); none for most verbs."""
    changed: NDArray[np.uint32]
    """Samples whose annotation it changed, ascending, shape (m,)."""
    before: NDArray[np.int16]
    """class_index, NO_CLASS or UNSURE of each until then, shape (m,)."""
    after: NDArray[np.int16]
    """The same from then on, shape (m,)."""
    was: tuple[tuple[int, int], ...]
    """What those samples were until then and how many of them, most first."""

    @property
    def num_bytes(self) -> int:
        """Memory it takes: what is the same for all samples is kept once."""
        ids = self.chosen.nbytes + (0 if self.changed is self.chosen else self.changed.nbytes)
        return (
            LINE_BYTES
            + ids
            + sum(each.nbytes for each in (self.before, self.after) if each.strides != (0,))
        )

    def is_of(self, sample: int) -> bool:
        """Whether it was said of a sample, or changed it."""
        return any(
            at < len(ids) and ids[at] == sample
            for ids in (self.chosen, self.changed)
            for at in [int(np.searchsorted(ids, sample))]
        )


class Lines(Sequence[Line]):
    """Every line so far, oldest first; that of event `seq` is item `seq - 1`."""

    def __init__(self, num_samples: int, read: Reader) -> None:
        """Make the lines of a journal without events, whose old events `read` reads again."""
        self._old = _Old(num_samples, read)
        self._num_before = 0
        """Lines that are not among the newest ones."""
        self._newest: list[Line] = []
        self._newest_bytes = 0

    @property
    def num_bytes(self) -> int:
        """About how much memory they take."""
        return self._newest_bytes + self._old.num_bytes

    def copy(self) -> "Lines":
        """Return the lines so far, which later ones leave as they are; what is old is shared."""
        copy = Lines.__new__(Lines)
        copy._old, copy._num_before = self._old, self._num_before
        copy._newest, copy._newest_bytes = list(self._newest), self._newest_bytes
        return copy

    def append(self, line: Line) -> None:
        """Add the next line; to be called on the lines themselves, never on a copy."""
        self._newest.append(line)
        self._newest_bytes += line.num_bytes
        if len(self._newest) > 2 * TAIL or self._newest_bytes > 2 * TAIL_BYTES:
            self._let_go()

    def _let_go(self) -> None:
        """Keep the newest lines alone that `TAIL` and `TAIL_BYTES` allow, but for whole pages."""
        while len(self._newest) >= 2 * PAGE and (
            len(self._newest) > TAIL or self._newest_bytes > TAIL_BYTES
        ):
            self._old.put(self._newest[:PAGE])
            self._newest_bytes -= sum(line.num_bytes for line in self._newest[:PAGE])
            self._newest = self._newest[PAGE:]
            self._num_before += PAGE

    def __len__(self) -> int:
        return self._num_before + len(self._newest)

    def __iter__(self) -> Iterator[Line]:
        return (self[at] for at in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        if at >= self._num_before:
            return self._newest[at - self._num_before]
        return self._old.line(at)


class _Old:
    """Lines that left memory; several threads may read them while others leave."""

    def __init__(self, num_samples: int, read: Reader) -> None:
        self._num_samples = num_samples
        self._read = read
        self._deeds: list[bytes] = []
        """By page, what its lines did, packed."""
        self._deeds_bytes = 0
        self._pages: OrderedDict[int, list[tuple[Event, Deed]]] = OrderedDict()
        self._pages_bytes = 0
        self._lock = threading.Lock()

    @property
    def num_bytes(self) -> int:
        return self._deeds_bytes + self._pages_bytes

    def put(self, lines: Sequence[Line]) -> None:
        """Take in the next page."""
        deeds = b"".join(
            pack_deed(line.chosen, line.changed, line.before, line.after, self._num_samples)
            for line in lines
        )
        self._deeds.append(zlib.compress(deeds, 1))
        self._deeds_bytes += len(self._deeds[-1])

    def line(self, at: int) -> Line:
        """Return the line that is item `at`."""
        page, offset = divmod(at, PAGE)
        event, deed = self._page(page)[offset]
        chosen = _chosen(event, self._num_samples)
        return _line(event, chosen, *deed.of(chosen, self._num_samples))

    def _page(self, page: int) -> list[tuple[Event, Deed]]:
        with self._lock:
            if (found := self._pages.get(page)) is not None:
                self._pages.move_to_end(page)
                return found
        # which takes its time: whoever reads another page meanwhile need not wait
        events = self._read(page * PAGE, (page + 1) * PAGE)
        deeds = unpack_deeds(zlib.decompress(self._deeds[page]))
        found = list(zip(events, deeds, strict=True))
        with self._lock:
            if page not in self._pages:
                self._pages[page] = found
                self._pages_bytes += _bytes_of(found)
            while len(self._pages) > 1 and self._are_too_many():
                self._pages_bytes -= _bytes_of(self._pages.popitem(last=False)[1])
        return found

    def _are_too_many(self) -> bool:
        return len(self._pages) > PAGES or self._pages_bytes > PAGES_BYTES


def _bytes_of(page: Sequence[tuple[Event, Deed]]) -> int:
    return sum(
        LINE_BYTES + len(event.samples) + len(event.targets) + deed.num_bytes
        for event, deed in page
    )


def line_of(event: Event, before: ProjectState, after: ProjectState) -> Line:
    """Return what an event did to the state before it."""
    chosen = _chosen(event, before.annotation.size)
    changed = np.flatnonzero(before.annotation != after.annotation).astype(np.uint32)
    was, now = before.annotation[changed], after.annotation[changed]
    return _line(event, chosen, changed, _once(was), _once(now))


def _line(
    event: Event,
    chosen: NDArray[np.uint32],
    changed: NDArray[np.uint32],
    before: NDArray[np.int16],
    after: NDArray[np.int16],
) -> Line:
    slim = Event(
        event.project_id, event.seq, event.verb, event.author, event.author_id,
        event.created_at, b"", event.values,
    )  # fmt: skip
    return Line(
        slim, chosen, chosen if np.array_equal(changed, chosen) else changed,
        before, after, _counted(before),
    )  # fmt: skip


def _counted(before: NDArray[np.int16]) -> tuple[tuple[int, int], ...]:
    """Return the different values and how often each is there, most first."""
    if len(before) and before.strides == (0,):
        return ((int(before[0]), len(before)),)
    found, counts = np.unique(before, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return tuple((int(found[at]), int(counts[at])) for at in order)


def _chosen(event: Event, num_samples: int) -> NDArray[np.uint32]:
    """Return the samples an event was said of, ascending, shape (n,)."""
    if not event.samples:
        return np.zeros(0, np.uint32)
    return unpack_ids(event.samples, num_samples).astype(np.uint32, copy=False)


def _once(values: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the same values, kept once where they are all the same."""
    if not len(values) or (values != values[0]).any():
        return values
    return np.broadcast_to(values[:1].copy(), values.shape)
