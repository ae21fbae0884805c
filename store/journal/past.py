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
TAIL_BYTES: Final = 2**25
"""Memory that these may take."""
SLACK: Final = 0.25
"""So much more of either is kept until some go."""
LEAST: Final = 200
"""Newest events that stay however large they are: the last ones may not be committed yet."""
PAGE: Final = 250
"""Old events read at once."""
PAGES: Final = 64
"""Pages of old events kept at most."""
PAGES_BYTES: Final = 2**25
"""Memory that these may take; the one in use is kept however large it is."""
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
        self.num_before = num_before
        """Events that are not in memory."""
        self._read = read
        self._tail: list[Event] = []
        self._pages: OrderedDict[int, list[Event]] = OrderedDict()
        self._tail_bytes = self._pages_bytes = 0

    @property
    def num_bytes(self) -> int:
        """About how much memory the newest events take, and the old ones that are kept."""
        return self._tail_bytes + self._pages_bytes

    @property
    def newest(self) -> Event | None:
        """The last event, None where it is not in memory."""
        return self._tail[-1] if self._tail else None

    def copy(self) -> "Past":
        """Return the same past, to be told on otherwise; what is in memory is shared."""
        copy = Past(self.num_before, self._read)
        copy._tail, copy._pages = list(self._tail), self._pages.copy()
        copy._tail_bytes, copy._pages_bytes = self._tail_bytes, self._pages_bytes
        return copy

    def amend(self, event: Event) -> None:
        """Put another event in the place of the newest one."""
        self._tail_bytes += _bytes_of(event) - _bytes_of(self._tail[-1])
        self._tail[-1] = event

    def append(self, event: Event) -> None:
        """Add the next event."""
        self._tail.append(event)
        self._tail_bytes += _bytes_of(event)
        most, most_bytes = (1 + SLACK) * TAIL, (1 + SLACK) * TAIL_BYTES
        is_large = self._tail_bytes > most_bytes and len(self._tail) > LEAST
        if self._read is not None and (len(self._tail) > most or is_large):
            self._let_go()

    def _let_go(self) -> None:
        """Keep the newest events alone that `TAIL` and `TAIL_BYTES` allow."""
        sizes = list(map(_bytes_of, self._tail))
        num_gone = max(0, len(sizes) - TAIL)
        num_bytes = sum(sizes[num_gone:])
        while num_bytes > TAIL_BYTES and len(sizes) - num_gone > LEAST:
            num_bytes -= sizes[num_gone]
            num_gone += 1
        self._tail_bytes = num_bytes
        self.num_before += num_gone
        self._tail = self._tail[num_gone:]

    def between(self, start: int, stop: int | None = None) -> Iterator[Event]:
        """Yield the items from `start` on and before `stop`, reading ahead page by page."""
        stop = len(self) if stop is None else min(stop, len(self))
        while start < min(stop, self.num_before):
            until = min(stop, self.num_before, start + 2 * PAGE)
            yield from self._fetch(start, until)
            start = until
        for at in range(start, stop):
            yield self._tail[at - self.num_before]

    def __len__(self) -> int:
        return self.num_before + len(self._tail)

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
        if at >= self.num_before:
            return self._tail[at - self.num_before]
        page, offset = divmod(at, PAGE)
        return self._page(page)[offset]

    def _page(self, page: int) -> list[Event]:
        if (found := self._pages.pop(page, None)) is None:
            found = self._fetch(page * PAGE, min((page + 1) * PAGE, self.num_before))
            self._pages_bytes += sum(map(_bytes_of, found)) if len(found) == PAGE else 0
        if len(found) == PAGE:  # one that is not whole yet grows
            self._pages[page] = found
        while len(self._pages) > 1 and self._are_too_many():
            self._pages_bytes -= sum(map(_bytes_of, self._pages.popitem(last=False)[1]))
        return found

    def _are_too_many(self) -> bool:
        return len(self._pages) > PAGES or self._pages_bytes > PAGES_BYTES

    def _fetch(self, start: int, stop: int) -> list[Event]:
        assert self._read is not None
        return self._read(start, stop)


def _bytes_of(event: Event) -> int:
    return EVENT_BYTES + len(event.samples) + len(event.targets)
