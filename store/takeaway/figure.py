"""One snapshot's map as a figure, without a browser: PNG, or SVG in which each point is a mark.

The page saves what is seen there (assets/mappage/figure.mjs); this one shows the whole map, framed
as a film frames it, with title, names and legend.
"""

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.wording import many
from store.opening import Store
from store.records import ClassInfo
from store.snapshots.seen import SeenSnapshot, living_predictions
from store.takeaway.discs import Marks
from store.takeaway.eye import Eye, Room, frame_points
from store.takeaway.inks import Inks, read_inks
from store.takeaway.looks import Spoken, marks_of, shown_class, speakers
from store.takeaway.picture import MOST_NAMES, MOST_ROWS, Painter, Picture
from store.takeaway.wish import Theme

FORMS: Final = ("png", "svg")
WIDTH: Final = 1600
HEIGHT: Final = 1080
MOST_MARKS: Final = 20_000
"""Points that are marks of their own in an SVG; more are one picture in it (as in figure.mjs)."""
FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


@dataclass(frozen=True, eq=False)
class Figure:
    """What a figure shows; lengths are pixels."""

    title: str
    subtitle: str
    classes: tuple[ClassInfo, ...]
    embedding: NDArray[np.float32]
    """Shape (num_samples, latent_dim)."""
    marks: Marks
    spoken: Sequence[tuple[Spoken, str]]
    """Which points say where the name of a class stands; the largest class first."""
    eye: Eye
    painter: Painter
    inks: Inks

    def picture(self) -> Picture:
        """Return it as pixels, (height, width, 3) uint8."""
        paper = self.painter.paper(self.title, self.subtitle, [], self.classes)
        self.painter.points(paper, self.eye, self.embedding, self.marks)
        return paper

    def names(self) -> Iterator[tuple[str, float, float]]:
        """Yield names of classes and where they stand."""
        for each, name in self.spoken[:MOST_NAMES]:
            (x, y) = self.eye.pixels(np.median(self.embedding[each.ids], axis=0)[None])[0][0]
            if np.isfinite([x, y]).all():
                yield name, float(x), float(y)


def draw_figure(store: Store, seen: SeenSnapshot, form: str, theme: Theme = "light") -> bytes:
    """Return a snapshot's map as a file.

    Args:
        store: where the project is.
        seen: the snapshot.
        form: one of `FORMS`.
        theme: light or dark.

    Raises:
        NotFoundError: the data set's files are gone.
    """
    figure = _figure(store, seen, theme)
    if form == "svg":
        return "\n".join(_svg(figure)).encode()
    picture = figure.picture()
    figure.painter.names(picture, figure.eye, figure.embedding, figure.spoken)
    return _png(picture)


def _figure(store: Store, seen: SeenSnapshot, theme: Theme) -> Figure:
    state = store.journal.state(seen.project.project_id)
    z = seen.frame.embedding  # (num_samples, latent_dim)
    class_of = shown_class(
        state.annotation, living_predictions(seen.frame.prediction, state, len(z))
    )
    inks = read_inks(theme)
    painter = Painter((WIDTH, HEIGHT), inks)
    unit = painter.unit
    room = Room(24 * unit, 56 * unit, WIDTH - 238 * unit, HEIGHT - 80 * unit)
    eye = Eye(frame_points(z, room), room)
    is_held_out = np.asarray(store.datasets.samples(seen.project.dataset_id).is_held_out)
    called = {info.class_index: info.name for info in state.classes}
    spoken = [(s, called.get(s.class_index, "")) for s in speakers(class_of, state.annotation)]
    return Figure(
        title=seen.project.name,
        subtitle=f"run {seen.run.number}, epoch {seen.epoch}, {many(len(z), 'sample')}",
        classes=tuple(state.classes),
        embedding=z,
        marks=marks_of(class_of, is_held_out, state.classes, inks),
        spoken=[pair for pair in spoken if pair[1]],
        eye=eye,
        painter=painter,
        inks=inks,
    )


def _png(picture: Picture) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def _svg(figure: Figure) -> Iterator[str]:
    inks, unit = figure.inks, figure.painter.unit
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}">'
    )
    yield f"<title>{escape(figure.title)}, {escape(figure.subtitle)}</title>"
    if len(figure.embedding) > MOST_MARKS:
        yield from _as_picture(figure)
    else:
        yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{inks.hex("map")}"/>'
        title, subtitle = figure.painter.heading(figure.title, figure.subtitle)
        yield _text(title, 24 * unit, 35 * unit, 20 * unit, inks.hex("ink"), "600")
        yield _text(subtitle, WIDTH - 24 * unit, 35 * unit, 13 * unit, inks.hex("ink3"),
                    end=True)  # fmt: skip
        yield from _points(figure)
        yield from _legend(figure)
    halo = f'stroke="{inks.hex("map")}" stroke-width="{4 * unit:.1f}" paint-order="stroke"'
    for name, x, y in figure.names():
        shown = figure.painter.name_on_map(name)
        yield (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{15 * unit:.1f}" font-weight="600" '
            f'text-anchor="middle" fill="{inks.hex("ink")}" {halo}>{escape(shown)}</text>'
        )
    yield "</svg>"


def _as_picture(figure: Figure) -> Iterator[str]:
    data = base64.b64encode(_png(figure.picture())).decode()
    yield f'<image href="data:image/png;base64,{data}" width="{WIDTH}" height="{HEIGHT}"/>'


def _points(figure: Figure) -> Iterator[str]:
    place, near = figure.eye.pixels(figure.embedding)
    crowd = max(1.0, len(place) / 2500)
    radius = max(1.6, 6.4 * crowd**-0.19) / 2 * figure.painter.unit
    size = np.clip(np.nan_to_num(near, nan=1), 0.55, 2.2) * radius
    order = np.argsort(np.nan_to_num(near) if figure.embedding.shape[1] == 3 else figure.marks.rank)
    for i in order[np.isfinite(place[order]).all(axis=1)]:
        yield _mark(figure.marks, int(i), (float(place[i, 0]), float(place[i, 1])), float(size[i]))


def _mark(marks: Marks, i: int, at: tuple[float, float], radius: float) -> str:
    """Return one point: disc, square or triangle, hollow where it is held out."""
    (x, y), color = at, "#{:02x}{:02x}{:02x}".format(*marks.color[i])
    part = f'{marks.opacity[i]:.2f}"'
    ink = f'fill="{color}" fill-opacity="{part}'
    if marks.is_ring[i]:
        ink = f'fill="none" stroke="{color}" stroke-opacity="{part}'
    if marks.shape[i] == 1:
        side = 1.8 * radius
        return (
            f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" '
            f'height="{side:.1f}" {ink}/>'
        )
    if marks.shape[i] == 2:
        corners = [(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
        path = " ".join(f"{x + u * radius:.1f},{y + v * radius:.1f}" for u, v in corners)
        return f'<polygon points="{path}" {ink}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {ink}/>'


def _legend(figure: Figure) -> Iterator[str]:
    living = [info for info in figure.classes if info.merged_into is None]
    shown, unit = living[:MOST_ROWS], figure.painter.unit
    of_class = np.array([info.class_index for info in shown], np.int16)
    marks = marks_of(of_class, np.zeros(len(shown), np.bool_), figure.classes, figure.inks)
    left, top, step = WIDTH - 190 * unit, 74 * unit, 21 * unit
    for nth, info in enumerate(shown):
        yield _mark(marks, nth, (left, top + nth * step), 4.6 * unit)
        at = (left + 14 * unit, top + nth * step + 4.5 * unit)
        yield _text(
            figure.painter.name_in_legend(info.name), *at, 13 * unit, figure.inks.hex("ink2")
        )
    if more := len(living) - len(shown):
        at = (left + 14 * unit, top + len(shown) * step + 4.5 * unit)
        yield _text(f"and {more} more", *at, 13 * unit, figure.inks.hex("ink3"))


def _text(
    words: str, x: float, y: float, size: float, fill: str, weight: str = "400", end: bool = False
) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" font-weight="{weight}" '
        f'fill="{fill}"{anchor}>{escape(words)}</text>'
    )
