"""A few work, a few wait, and nobody else."""

import threading

from tasks.short_line import ShortLine
from tests.pages.web import wait_until


def test_line__that_is_full_sends_away_at_once() -> None:
    line, got = ShortLine(1, 1), list[bool]()
    assert line.take(0)
    waiting = threading.Thread(target=lambda: got.append(line.take(20)))
    waiting.start()
    wait_until(lambda: line._places._value == 0, "somebody in line")
    assert not line.take(3600), "at once, or this would never end"
    assert got == []
    line.end()
    waiting.join(20)
    assert got == [True]
    line.end()
    assert line.take(0)


def test_line__whoever_waited_too_long_leaves_their_place() -> None:
    line = ShortLine(1, 1)
    assert line.take(0)
    assert not line.take(0.01)
    assert not line.take(0.01)
    line.end()
    assert line.take(0)
