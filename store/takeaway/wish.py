"""What somebody wants to take along: one of three kinds, from where to where, and how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

from store.takeaway.errors import BadWishError

Kind = Literal["replay", "film", "report"]
Theme = Literal["light", "dark"]
FilmForm = Literal["mp4", "gif"]
KINDS: Final = get_args(Kind)
WIDTHS: Final = (320, 1920)
"""Smallest and largest width of a film, in pixels."""
MOST_GIF_WIDTH: Final = 1080
"""A GIF of more pixels takes hundreds of megabytes."""
FPS: Final = (5, 50)
"""Fewest and most pictures a second: a GIF counts in hundredths of a second."""


@dataclass(frozen=True)
class Place:
    """A place on the project's line."""

    run: int
    """Number of the run; 0 is the pretraining."""
    epoch: float | None = None
    """Epoch of it; None for its beginning where a range starts, for its end where one ends."""


@dataclass(frozen=True)
class Wish:
    """What to make; every value is checked when it is made."""

    kind: Kind = "replay"
    since: Place | None = None
    """Where it begins; None for the beginning of the line."""
    until: Place | None = None
    """Where it ends; None for the end of the line."""
    form: FilmForm = "mp4"
    """Of a film."""
    width: int = 1280
    """Of a film, pixels; its height follows, 16 to 9."""
    fps: int = 25
    """Pictures a second of a film."""
    theme: Theme = "light"
    """Of a film; a page follows the reader's system, and a report is for paper."""
    captions: bool = True
    """Whether a film tells the gestures."""

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            BadWishError: one breaks a rule; the sentence says which.
        """
        for name, allowed in (("kind", KINDS), ("form", get_args(FilmForm)),
                              ("theme", get_args(Theme))):  # fmt: skip
            if getattr(self, name) not in allowed:
                raise BadWishError(f"{name} must be one of {', '.join(allowed)}.")
        _check_whole("width", self.width, WIDTHS, "pixels")
        _check_whole("fps", self.fps, FPS, "pictures a second")
        if type(self.captions) is not bool:
            raise BadWishError("captions must be true or false.")
        if self.kind == "film" and self.form == "gif" and self.width > MOST_GIF_WIDTH:
            raise BadWishError(
                f"A GIF may be at most {MOST_GIF_WIDTH} pixels wide; choose MP4 for "
                f"{self.width:,} pixels."
            )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a film in pixels, both even, as H.264 wants them."""
        return self.width // 2 * 2, round(self.width * 9 / 32) * 2

    @property
    def suffix(self) -> str:
        """How its file ends, without the dot."""
        return self.form if self.kind == "film" else "html"

    @property
    def media_type(self) -> str:
        """What its file is."""
        return {"mp4": "video/mp4", "gif": "image/gif"}.get(self.suffix, "text/html; charset=utf-8")

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON primitives; `from_json` reads them."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("since", "until"):
            place = plain[name]
            plain[name] = None if place is None else {"run": place.run, "epoch": place.epoch}
        return plain

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Wish":
        """Read what a client sent.

        Raises:
            BadWishError: it is of another form, or breaks a rule.
        """
        known = {each.name for each in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise BadWishError(f"There is no choice called '{str(unknown[0])[:40]}'.")
        places = {name: _place(name, values.get(name)) for name in ("since", "until")}
        return cls(**{**values, **places})


def _place(name: str, value: object) -> Place | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) - {"run", "epoch"}:
        raise BadWishError(f"{name} names a place by run and epoch.")
    run, epoch = value.get("run"), value.get("epoch")
    if type(run) is not int or not 0 <= run < 10**9:
        raise BadWishError(f"{name} names a run by its number; the pretraining is 0.")
    if epoch is not None and (type(epoch) not in (int, float) or not 0 <= epoch < 10**9):
        raise BadWishError(f"The epoch of {name} must be a number from 0 on.")
    return Place(run, None if epoch is None else float(epoch))


def _check_whole(name: str, value: object, limits: tuple[int, int], unit: str) -> None:
    low, high = limits
    if type(value) is not int or not low <= value <= high:
        raise BadWishError(f"{name} must be a whole number from {low} to {high:,} {unit}.")
