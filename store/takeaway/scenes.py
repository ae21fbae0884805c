"""The pictures of a film, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from store.opening import Store
from store.takeaway.discs import Marks
from store.takeaway.eye import TURN_PER_S, Eye, Framing, even_out, frame_points, mix
from store.takeaway.inks import read_inks
from store.takeaway.looks import Spoken, marks_of, shown_class, speakers
from store.takeaway.picture import Painter, Picture, Stretch
from store.takeaway.reel import Reel
from store.takeaway.replay import Tell, subtitle
from store.takeaway.session import Session, annotations
from store.takeaway.wish import Wish

LONGEST_S: Final = {"mp4": 120.0, "gif": 30.0}
"""A longer session goes by faster."""
MOST_FRAMES: Final = 2000
"""Frames a film reads; nobody sees more."""
LOOKING: Final = 0.05
"""Share of the work that goes into looking at all frames first."""


@dataclass(frozen=True)
class Pacing:
    """How a session becomes pictures."""

    num_pictures: int
    faster: float
    """How many times faster than the replay it goes by."""
    length_s: float


def pace(session: Session, wish: Wish) -> Pacing:
    """Return how many pictures a film has and how fast it goes by."""
    faster = max(1.0, session.length_s / LONGEST_S[wish.form])
    num_pictures = max(2, int(np.ceil(session.length_s / faster * wish.fps)))
    return Pacing(num_pictures, faster, num_pictures / wish.fps)


def film_notes(session: Session, wish: Wish, missing: set[str]) -> list[str]:
    """Return what whoever gets a film should know."""
    said = []
    pacing = pace(session, wish)
    if pacing.faster >= 1.05:
        said.append(f"It goes by {pacing.faster:.1f} times as fast as the replay, to last "
                    f"{pacing.length_s:.0f} s.")  # fmt: skip
    if len(session.shots) < session.num_shots:
        said.append(f"It is drawn from {len(session.shots):,} of {session.num_shots:,} frames.")
    if missing:
        some = " ".join(sorted(missing)[:8])
        said.append(f"No font on the server has {len(missing):,} of the letters ({some}); they "
                    "stand as ? in the film. Install a font such as Noto Sans CJK.")  # fmt: skip
    return said


@dataclass
class _Look:
    """Names and colours that hold from one beat to another."""

    key: tuple[int, int] = (-2, -2)
    marks: Marks | None = None
    spoken: Sequence[tuple[Spoken, str]] = field(default_factory=tuple)


class Scenes:
    """Draws a session."""

    def __init__(self, store: Store, session: Session, wish: Wish) -> None:
        self._session = session
        self._wish = wish
        self._reel = Reel(store, session)
        self.painter = Painter(wish.size, read_inks(wish.theme))
        self._is_held_out = np.asarray(
            store.datasets.samples(session.dataset.dataset_id).is_held_out
        )
        self._names = {c.class_index: c.name for c in session.told.state.classes}
        self._annotations = annotations(store, session)
        self._told = -2
        self._named: NDArray[np.int16] = np.zeros(0, np.int16)
        self._look = _Look()

    def pictures(self, tell: Tell) -> Iterator[Picture]:
        """Yield every picture, (height, width, 3) each; it is drawn over by the next.

        Args:
            tell: Hears how much is done, 0 to 1.

        Raises:
            ArtifactMissingError: a frame's file is gone.
        """
        pacing = pace(self._session, self._wish)
        framings = self._framings(tell)
        paper = self.painter.paper(
            self._session.project.name,
            subtitle(self._session),
            self._stretches(),
            self._session.told.state.classes,
        )
        picture = paper.copy()
        for nth in range(pacing.num_pictures):
            tell(LOOKING + (1 - LOOKING) * nth / pacing.num_pictures)
            picture[:] = paper
            at_s = min(self._session.length_s, nth / self._wish.fps * pacing.faster)
            self._draw(picture, at_s, framings)
            yield picture

    def _framings(self, tell: Tell) -> list[Framing]:
        found = []
        for shot in range(len(self._session.shots)):
            tell(LOOKING * shot / len(self._session.shots))
            found.append(frame_points(self._reel.embedding(shot), self.painter.room))
        return even_out(found)

    def _draw(self, picture: Picture, at_s: float, framings: Sequence[Framing]) -> None:
        session = self._session
        k = session.beat_at(at_s)
        now, after = session.beats[k], session.beats[min(k + 1, len(session.beats) - 1)]
        is_moving = after.shot != now.shot
        share = min(1.0, (at_s - now.at_s) / (after.at_s - now.at_s)) if is_moving else 0.0
        embedding = self._reel.embedding(now.shot, share, after.shot)
        framing = mix(framings[now.shot], framings[after.shot], share)
        eye = Eye(framing, self.painter.room, at_s * TURN_PER_S)
        look = self._look_at(now.caption, now.shot)
        assert look.marks is not None
        self.painter.points(picture, eye, embedding, look.marks)
        self.painter.names(picture, eye, embedding, look.spoken)
        has_caption = self._wish.captions and now.caption >= 0
        text = session.captions[now.caption].text if has_caption else ""
        share_of_film = at_s / session.length_s
        self.painter.caption(picture, text, self._where(now.shot), share_of_film)

    def _look_at(self, caption: int, shot: int) -> _Look:
        """Return names and colours; captions only ever go on."""
        if self._look.key == (caption, shot):
            return self._look
        while self._told < caption:
            self._named = next(self._annotations)
            self._told = -1 if self._told == -2 else self._told + 1
        class_of = shown_class(self._named, self._reel.prediction(shot))
        classes, inks = self._session.told.state.classes, self.painter.inks
        spoken = [(s, self._names.get(s.class_index, "")) for s in speakers(class_of, self._named)]
        marks = marks_of(class_of, self._is_held_out, classes, inks, self._named >= 0)
        self._look = _Look((caption, shot), marks, [pair for pair in spoken if pair[1]])
        return self._look

    def _where(self, shot: int) -> str:
        seen = self._session.shots[shot]
        epoch = seen.row.epoch
        return (
            f"{seen.block.title}, epoch {epoch:.0f}"
            if epoch == int(epoch)
            else (f"{seen.block.title}, epoch {epoch:.1f}")
        )

    def _stretches(self) -> list[Stretch]:
        session, found = self._session, list[Stretch]()
        ends = [beat.at_s for beat in session.beats[1:]] + [session.length_s]
        for beat, end_s in zip(session.beats, ends, strict=True):
            title = session.shots[beat.shot].block.title
            start, end = beat.at_s / session.length_s, end_s / session.length_s
            if found and found[-1].title == title:
                start = found.pop().start
            found.append(Stretch(title, start, end))
        return found
