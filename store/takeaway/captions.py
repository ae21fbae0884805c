"""The gestures of a project as captions: who did what, in one short sentence each.

Only what stands is told: a gesture that was taken back is not part of the session that led to the
map. What somebody says of several classes in a row is one caption.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from store.journal.deed_words import WORDS, fill
from store.journal.history import Told
from store.journal.learned import Learned
from store.journal.lines import Line
from store.journal.switches import gestures_that_count
from store.names import present_name, present_names
from store.records import ClassInfo, Event
from store.takeaway.shots import Block

MOST_CLASSES: Final = 3
"""Classes a caption names before it counts the rest."""


class Said(NamedTuple):
    """One thing that somebody said."""

    after_run: str | None
    """Id of the run it followed; None before any."""
    line: Line


@dataclass(frozen=True)
class Caption:
    """What somebody did between two runs."""

    seq: int
    """The last event it tells of."""
    after_run: str | None
    """Id of the run it followed; None before any."""
    author: str
    """Display name at the time; of who was a guest then, the name given since."""
    at: datetime
    """When it was said."""
    text: str
    """ "Ada named 42 samples “clock”"."""


def said_of(told: Told, blocks: Sequence[Block]) -> Iterator[Said]:
    """Yield what people said that stands, oldest first, with the run it came after.

    An Update whose run has no epoch, be it that it waits or was stopped before, is no place on the
    line: what was said after it came after the run before.

    Args:
        told: What happened.
        blocks: The runs on the line that have an epoch, oldest first.
    """
    first_run = next((b.run.run_id for b in blocks if b.run.kind == "pretrain"), None)
    learned = Learned(told.state, first_run, {block.run.run_id for block in blocks})
    for line in reversed([*gestures_that_count(reversed(told.lines), told.state)]):
        yield Said(learned.run_before(line.event.seq), line)


def captions_of(said: Iterable[Said], classes: Sequence[ClassInfo]) -> list[Caption]:
    """Return what was said as captions, with the names that the classes have."""
    names = {info.class_index: info.name for info in classes}
    said = [*said]
    events = [each.line.event for each in said]
    people = present_names((event.author_id, event.author) for event in events)
    groups = groupby(said, key=lambda each: (each.after_run, each.line.event.author_id,
                                             _kind(each.line)))  # fmt: skip
    return [_caption(key[0], [each.line for each in group], names, people) for key, group in groups]


def _kind(line: Line) -> object:
    """Return what neighbours must share to be told together; other verbs stand alone."""
    verb = line.event.verb
    return verb if verb in ("annotate", "move", "pin", "clear", "mark_unsure") else line.event.seq


def _caption(
    after_run: str | None, lines: Sequence[Line], names: dict[int, str], people: dict[str, str]
) -> Caption:
    event = lines[-1].event
    did = _named(lines, names) if event.verb == "annotate" else _did(lines, names)
    author = present_name(event.author, event.author_id, people) or "Somebody"
    return Caption(event.seq, after_run, author, event.created_at, f"{author} {did}")


def _named(lines: Sequence[Line], names: dict[int, str]) -> str:
    """Return "named 42 samples “clock”, 30 “bus” and 12 of other classes"."""
    counts: dict[int, int] = {}
    for line in lines:
        index = int(line.event.values.get("class_index", -1))
        counts[index] = counts.get(index, 0) + len(line.chosen)
    most = sorted(counts.items(), key=lambda pair: -pair[1])
    told = [f"{count:,} {_quoted(names.get(i))}" for i, count in most[:MOST_CLASSES]]
    told[0] = _quoted(names.get(most[0][0]))
    if rest := sum(count for _, count in most[MOST_CLASSES:]):
        told.append(f"{rest:,} of other classes")
    classes = f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]
    return fill(WORDS["annotate"].did, lines[-1].event, most[0][1], classes)


def _did(lines: Sequence[Line], names: dict[int, str]) -> str:
    event = lines[-1].event
    words = WORDS[event.verb]
    return fill(
        words.told or words.did,
        event,
        sum(len(line.chosen) for line in lines),
        _quoted(names.get(_index(event, "class_index"))),
        into=_quoted(names.get(_index(event, "into"))),
        new_name=_quoted(event.values.get("name")),
    )


def _index(event: Event, field: str) -> int:
    value = event.values.get(field)
    return int(value) if isinstance(value, int) else -1


def _quoted(name: object) -> str:
    return f"“{name}”" if name else "a class"
