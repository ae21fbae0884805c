"""A session as a value: frames, gestures and names, on one line of time.

A *beat* is a moment of the replay: a frame is reached, or somebody does something while the map
holds still. Between two beats points move evenly from the one's frame to the other's. The film and
the page play the same beats.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.records import NO_CLASS
from store.annotations.changes import changes_until
from store.journal.history import Told
from store.opening import Store
from store.records import Dataset, Project
from store.takeaway.captions import Caption, Said, captions_of, said_of
from store.takeaway.shots import Block, Shot, between, lay_line, list_shots, thin
from store.takeaway.wish import Wish

EPOCH_S: Final = 0.25
"""How long an epoch takes in a replay."""
PAUSE_S: Final = 0.3
"""The map holds still before somebody speaks."""
CAPTION_S: Final = 1.5
"""And as long as one reads a caption."""
END_S: Final = 1.5
MOST_AT_ONCE: Final = 5
"""Captions between two runs; the rest are counted."""


class Beat(NamedTuple):
    """A moment of the replay."""

    at_s: float
    shot: int
    """Index of the frame on screen."""
    caption: int
    """Index of the newest caption; -1 before any."""


@dataclass(frozen=True, eq=False)
class Session:
    """What is replayed."""

    project: Project
    dataset: Dataset
    told: Told
    blocks: Sequence[Block]
    """Every run of the line."""
    shots: Sequence[Shot]
    """The frames that are kept, oldest first."""
    num_shots: int
    """Frames that the range has."""
    before_seq: int
    """Journal position at the beginning: the last event that was said before the range."""
    seqs: Sequence[int]
    """Events of the range that people said and that stand, oldest first."""
    gestures: Sequence[Caption]
    """The same in sentences."""
    captions: Sequence[Caption]
    """The same as it is shown: between two runs some are counted only."""
    beats: Sequence[Beat]
    """In order of time; the first at 0."""
    is_to_end: bool
    """Whether it ends where the line ends, and not before."""

    @property
    def authors(self) -> Sequence[tuple[str, str]]:
        """author_id and name at the time of whoever said something in the range, oldest first."""
        events = [self.told.lines[seq - 1].event for seq in self.seqs]
        return [(event.author_id, event.author) for event in events]

    @property
    def passed(self) -> Sequence[Block]:
        """The runs of the range."""
        first, last = (self.blocks.index(self.shots[at].block) for at in (0, -1))
        return self.blocks[first : last + 1]

    @property
    def is_from_start(self) -> bool:
        """Whether it begins with the line's first run."""
        return self.shots[0].block is self.blocks[0]

    @property
    def is_whole(self) -> bool:
        """Whether it is about all of the line."""
        return self.is_from_start and self.is_to_end

    @property
    def end_seq(self) -> int:
        """Journal position where it ends."""
        if self.is_to_end:
            return self.told.state.seq
        return max(self.shots[-1].block.run.journal_seq, *self.seqs[-1:])

    @property
    def length_s(self) -> float:
        """How long it plays."""
        return self.beats[-1].at_s + END_S

    def beat_at(self, at_s: float) -> int:
        """Return the index of the beat that a moment belongs to."""
        return max(0, bisect_right(self.beats, at_s, key=lambda beat: beat.at_s) - 1)


def read_session(store: Store, project_id: str, wish: Wish, most_shots: int) -> Session:
    """Read what a wish is about.

    Args:
        store: Where the project is.
        project_id: Which.
        wish: From where to where.
        most_shots: Frames to keep at most.

    Raises:
        NotFoundError: no such project.
        NothingToTakeError: it has no map yet.
        BadWishError: the range cannot be.
    """
    project = store.projects.get(project_id)
    blocks = lay_line(store, project)
    every = list_shots(store, blocks)
    asked = between(every, blocks, wish.since, wish.until)
    shots = thin(asked, most_shots)
    told = store.history.of(project_id)
    before_seq, said = _within(told, blocks, every, asked)
    gestures = captions_of(said, told.state.classes)
    beats, shown = lay_beats(shots, _where_seen(gestures, blocks, shots))
    return Session(project, store.datasets.get(project.dataset_id), told, blocks, shots,
                   len(asked), before_seq, [each.line.event.seq for each in said], gestures,
                   shown, beats, asked[-1] is every[-1])  # fmt: skip


def _within(
    told: Told, blocks: Sequence[Block], every: Sequence[Shot], asked: Sequence[Shot]
) -> tuple[int, list[Said]]:
    """Return the position before a range, and what was said in it: after runs that end in it.

    Args:
        told: What happened.
        blocks: Every run of the line.
        every: Every frame of the line.
        asked: Those of the range.
    """
    order: dict[str | None, int] = {b.run.run_id: nth for nth, b in enumerate(blocks)}
    first, last = (order[shot.block.run.run_id] for shot in (asked[0], asked[-1]))
    first = first or -1  # what was said before any run goes with the first
    ends = {shot.block.run.run_id: shot for shot in every}
    if ends[asked[-1].block.run.run_id] is not asked[-1]:
        last -= 1  # that run goes on behind the range, and what was said after it lies there too
    before_seq, within = 0, list[Said]()
    for said in said_of(told, blocks):
        at = order.get(said.after_run, -1)
        if at < first:
            before_seq = said.line.event.seq
        elif at <= last:
            within.append(said)
    return before_seq, within


def _where_seen(
    captions: Sequence[Caption], blocks: Sequence[Block], shots: Sequence[Shot]
) -> list[Caption]:
    """Let captions of a run none of whose frames is kept follow the run before."""
    kept = {shot.block.run.run_id for shot in shots}
    seen: dict[str | None, str | None] = {None: None}
    last = None
    for block in blocks:
        last = block.run.run_id if block.run.run_id in kept else last
        seen[block.run.run_id] = last
    return [replace(caption, after_run=seen[caption.after_run]) for caption in captions]


def lay_beats(
    shots: Sequence[Shot], captions: Sequence[Caption]
) -> tuple[list[Beat], list[Caption]]:
    """Lay frames and captions on one line of time; return also the captions as they are shown."""
    by_run: dict[str | None, list[Caption]] = {}
    for caption in captions:
        by_run.setdefault(caption.after_run, []).append(caption)
    beats, shown, at_s = list[Beat](), list[Caption](), 0.0
    for nth, shot in enumerate(shots):
        at_s += EPOCH_S * _epochs(shots[nth - 1], shot) if nth else 0.0
        beats.append(Beat(at_s, nth, len(shown) - 1))
        is_last = nth + 1 == len(shots) or shots[nth + 1].block is not shot.block
        said = by_run.pop(None, []) if nth == 0 else []
        said += by_run.pop(shot.block.run.run_id, []) if is_last else []
        at_s += PAUSE_S if said else 0.0
        for caption in _few(said):
            shown.append(caption)
            beats.append(Beat(at_s, nth, len(shown) - 1))
            at_s += CAPTION_S
        if said and nth + 1 < len(shots):
            beats.append(Beat(at_s, nth, len(shown) - 1))
    return beats, shown


def _epochs(before: Shot, shot: Shot) -> float:
    """Return how many epochs lie between two frames; a new run's first step is as long as one."""
    return max(shot.pos - before.pos, 0.1 if shot.block is before.block else 1.0)


def _few(captions: Sequence[Caption]) -> list[Caption]:
    """Keep the captions that fit between two runs; the last one counts those that do not."""
    if len(captions) <= MOST_AT_ONCE:
        return list(captions)
    kept, rest = captions[: MOST_AT_ONCE - 1], captions[MOST_AT_ONCE - 1 :]
    people = sorted({caption.author for caption in rest})
    who = people[0] if len(people) == 1 else f"{len(people)} people"
    last = rest[-1]
    text = f"{who} did {len(rest):,} more things"
    return [*kept, Caption(last.seq, last.after_run, who, last.at, text)]


def annotations(store: Store, session: Session) -> Iterator[NDArray[np.int16]]:
    """Yield what was named before the first caption, and after each, (num_samples,).

    Like captions it knows only what stands: a name that was taken back was never there. It is one
    array that goes on changing: copy what is to be kept.
    """
    num_samples, told = session.dataset.num_samples, session.told
    named = np.full(num_samples, NO_CLASS, np.int16)
    changes = changes_until(store, session.project, num_samples, told.state.seq)
    change = next(changes, None)
    for seq in [session.before_seq, *(caption.seq for caption in session.captions)]:
        while change is not None and change.event.seq <= seq:
            named[change.ids] = change.after
            change = next(changes, None)
        yield named
