"""When a frame may leave: soon after a gesture, then rarely enough that training hardly notices."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class FramePacer:
    """Decides when training may spend time on a frame. The only part of `ml` that asks a clock.

    Frames never change what is learned, so neither does the clock.
    """

    def __init__(
        self, now: Callable[[], float], min_gap_s: float = 0.15, max_share: float = 0.12
    ) -> None:
        """Make a pacer.

        Args:
            now: A monotonic clock in seconds, such as `time.monotonic`.
            min_gap_s: Least time between two frames (or a snapshot and a frame).
            max_share: Largest part of the elapsed time that frames may cost, the first one aside.
        """
        self._now = now
        self._min_gap_s = min_gap_s
        self._max_share = max_share
        self._started_s = now()
        self._last_sent_s: float | None = None
        self._spent_s = 0.0
        self._last_chunk_s = 0.0

    def start(self) -> None:
        """Begin a run: elapsed time counts from here and the next frame is the first."""
        self._started_s = self._now()
        self._last_sent_s = None
        self._spent_s = self._last_chunk_s = 0.0

    @property
    def share(self) -> float:
        """Part of the elapsed time spent on frames after the first."""
        return self._spent_s / max(self._now() - self._started_s, 1e-9)

    @property
    def is_awaited(self) -> bool:
        """Whether nothing has left since the run began, and may."""
        return self._last_sent_s is None and self._max_share > 0

    def may_work(self) -> bool:
        """Return whether a chunk of embedding for a frame may be computed now."""
        if self._last_sent_s is None:
            return self._max_share > 0
        now = self._now()
        if now - self._last_sent_s < self._min_gap_s:
            return False
        elapsed_s = now - self._started_s + self._last_chunk_s
        return self._spent_s + self._last_chunk_s <= self._max_share * elapsed_s

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count the time of the body as spent on frames."""
        before = self._now()
        yield
        self._last_chunk_s = self._now() - before
        if self._last_sent_s is not None:
            self._spent_s += self._last_chunk_s

    def sent(self) -> None:
        """Note that a frame, or a snapshot that is drawn as one, leaves now."""
        self._last_sent_s = self._now()
