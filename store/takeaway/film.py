"""A session as a film: MP4 that plays everywhere, or GIF. Pictures leave as they are drawn."""

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from ml.errors import LodemapError
from store.errors import DiskFullError
from store.opening import Store
from store.takeaway.inks import Inks
from store.takeaway.looks import EDGE
from store.takeaway.picture import Picture
from store.takeaway.replay import Tell
from store.takeaway.scenes import Scenes, film_notes
from store.takeaway.session import Session
from store.takeaway.wish import Wish

QUALITY: Final = {
    "preset": "veryfast", "crf": "23", "profile": "high", "maxrate": "12M", "bufsize": "24M",
}  # fmt: skip
"""Of libx264: points stay clean, and a chat still takes it."""
SHADES: Final = 12
"""Steps of each colour towards the paper in the 256 colours of a GIF; classes have two towards ink
besides, for the rings of named points."""


class FilmError(LodemapError):
    """The film cannot be written."""

    code = "film"
    status = 503


def write_film(store: Store, session: Session, wish: Wish, path: Path, tell: Tell) -> list[str]:
    """Write a film; return what whoever gets it should know.

    Args:
        store: Where the session is from.
        session: What is shown.
        wish: Form, size, theme, captions.
        path: The file.
        tell: Hears how much is done; it may raise, and then a part of the file is left behind.

    Raises:
        DiskFullError: no room.
        FilmError: the file cannot be written otherwise.
        ArtifactMissingError: a frame's file is gone.
    """
    scenes = Scenes(store, session, wish)
    try:
        encode(scenes.pictures(tell), wish, scenes.painter.inks, path)
    except av.FFmpegError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFullError("The disk is full; the film was not kept. Make room, or choose a "
                                "smaller width.") from error  # fmt: skip
        raise FilmError(f"The film cannot be written: {error.strerror}.") from error
    return film_notes(session, wish, scenes.painter.missing)


def encode(pictures: Iterator[Picture], wish: Wish, inks: Inks, path: Path) -> None:
    """Write pictures of equal size, (height, width, 3) uint8, as the wish's form."""
    options = {"movflags": "+faststart"} if wish.form == "mp4" else {"loop": "0"}
    with av.open(str(path), "w", format=wish.form, options=options) as container:
        stream = container.add_stream(
            "libx264" if wish.form == "mp4" else "gif", rate=wish.fps,
            options=QUALITY if wish.form == "mp4" else {},
        )  # fmt: skip
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = wish.size
        stream.pix_fmt = "yuv420p" if wish.form == "mp4" else "pal8"
        colors = palette(inks)
        for nth, picture in enumerate(pictures):
            frame = _plain(picture) if wish.form == "mp4" else _indexed(picture, colors)
            frame.pts = nth
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _plain(picture: Picture) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def _indexed(picture: Picture, colors: NDArray[np.uint8]) -> av.VideoFrame:
    paint = Image.new("P", (1, 1))
    paint.putpalette(colors[:, 1:].tobytes())
    indices = Image.fromarray(picture).quantize(palette=paint, dither=Image.Dither.NONE)
    pair: Any = (np.asarray(indices).copy(), colors)  # its stubs know plain arrays only
    return av.VideoFrame.from_ndarray(pair, format="pal8")


def palette(inks: Inks) -> NDArray[np.uint8]:
    """Return the 256 colours of a GIF as alpha, red, green, blue, shape (256, 4)."""
    paper = np.array(inks.of["map"], float)
    names = ("ink", "ink2", "ink3", "accent", "hover", "line2", "surface")
    base = np.array([*inks.classes, *(inks.of[name] for name in names)], float)  # (19, 3)
    steps = np.linspace(1, 0.05, SHADES)[:, None, None]
    shades = (paper + (base - paper) * steps).reshape(-1, 3)
    ink, edge = np.array(inks.of["ink"], float), EDGE[inks.theme]
    classes = np.array(inks.classes, float)
    rings = np.vstack([classes + (ink - classes) * share for share in (edge / 2, edge)])
    grown = np.vstack([paper[None], shades, rings, np.repeat(paper[None], 256, axis=0)])[:256]
    return np.column_stack([np.full(256, 255), np.rint(grown)]).astype(np.uint8)
