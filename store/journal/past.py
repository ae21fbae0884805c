"""The events of a journal as a sequence, of which only the newest are in memory.

A journal may have a million events. The fold of it stands on few of the old ones (an undo of
something said long ago, whose move was overridden), so those are read when they are asked for.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, overload

from store.records import Event

TAIL: Final = 2000
"""Newest events that stay in memory where older ones can be read."""
PAGE: Final = 250
"""Old events read at once."""
PAGES: Final = 64
"""Pages of old events kept."""
EVENT_BYTES: Final = 1500
"""An event without its samples takes about this much memory."""
Reader = Callable[[int, int], list[Event]]
"""Returns the events after the first seq up to the second, oldest first."""


class Past(Sequence[Event]):
    """Every event so far; the first has seq 1 and is item 0."""

    def __init__(self, num_before: int = 0, read: Reader | None = None) -> None:
        """Make the past of a journal.

        Args:
            num_before: Events that are there already, to be read when asked for.
            read: Reads old events; without it all stay in memory.
        """
        self._num_before = num_before
        self._read = read
        self._tail: list[Event] = []
        self._pages: OrderedDict[int, list[Event]] = OrderedDict()
        self.num_bytes = 0
        """About how much memory the newest events take."""

    def append(self, event: Event) -> None:
        """Add the next event."""
        self._tail.append(event)
        self.num_bytes += _bytes_of(event)
        if self._read is not None and len(self._tail) > 2 * TAIL:
            gone = self._tail[:-TAIL]
            self.num_bytes -= sum(map(_bytes_of, gone))
            self._num_before += len(gone)
            self._tail = self._tail[-TAIL:]

    def between(self, start: int, stop: int | None = None) -> Iterator[Event]:
        """Yield the items from `start` on and before `stop`, reading ahead page by page."""
        stop = len(self) if stop is None else min(stop, len(self))
        while start < min(stop, self._num_before):
            until = min(stop, self._num_before, start + 2 * PAGE)
            yield from self._fetch(start, until)
            start = until
        for at in range(start, stop):
            yield self._tail[at - self._num_before]

    def __len__(self) -> int:
        return self._num_before + len(self._tail)

    def __iter__(self) -> Iterator[Event]:
        return self.between(0)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return list(self.between(start, stop))[::step]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        if at >= self._num_before:
            return self._tail[at - self._num_before]
        page, offset = divmod(at, PAGE)
        return self._page(page)[offset]

    def _page(self, page: int) -> list[Event]:
        if (found := self._pages.pop(page, None)) is None:
            found = self._fetch(page * PAGE, min((page + 1) * PAGE, self._num_before))
        if len(found) == PAGE:  # one that is not whole yet grows
            self._pages[page] = found
        while len(self._pages) > PAGES:
            self._pages.popitem(last=False)
        return found

    def _fetch(self, start: int, stop: int) -> list[Event]:
        assert self._read is not None
        return self._read(start, stop)


def _bytes_of(event: Event) -> int:
    return EVENT_BYTES + len(event.samples) + len(event.targets)
