"""`python app.py export PROJECT --what replay`, `film` or `report`: what people take with them."""

import argparse
import re
import sys
from pathlib import Path
from typing import Final, get_args

from ml.errors import InvalidInputError
from pages.commands.terminal import show
from store.files.drafts import draft_of
from store.opening import Store
from store.records import Project
from store.takeaway.forecast import name_of
from store.takeaway.making import make
from store.takeaway.wish import FilmForm, Place, Theme, Wish

_PLACE: Final = re.compile(r"(\d{1,9})(?::(\d{1,9}(?:\.\d+)?))?")


def add_takeaway_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of what people take with them."""
    more = parser.add_argument_group("replay, film and report")
    add = more.add_argument
    usual = Wish()
    add("--from", dest="since", metavar="RUN[:EPOCH]", help="where it begins (the beginning)")
    add("--to", dest="until", metavar="RUN[:EPOCH]", help="where it ends (the end)")
    add("--film", choices=get_args(FilmForm), default=usual.form, help="form of a film (mp4)")
    add("--width", type=int, default=usual.width, help=f"of a film, pixels ({usual.width})")
    add("--fps", type=int, default=usual.fps, help=f"pictures a second of a film ({usual.fps})")
    add(
        "--theme",
        choices=get_args(Theme),
        default=usual.theme,
        help="of a film or a figure (light)",
    )
    add("--no-captions", action="store_true", help="leave the gestures out of a film")


def take_along(store: Store, project: Project, flags: argparse.Namespace) -> None:
    """Write one file and say where, and what to know of it; half a file never has its name.

    Raises:
        LodemapError: in one sentence, whatever stands in the way.
        OSError: the folder cannot be written.
    """
    wish = wish_of(flags)
    folder = Path(flags.out).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name_of(project, wish)
    with draft_of(path) as draft:
        notes = make(store, project.project_id, wish, draft, lambda _share: None)
    show(notes)
    sys.stdout.write(f"{path}\n")


def wish_of(flags: argparse.Namespace) -> Wish:
    """Return what the flags wish for.

    Raises:
        InvalidInputError: one breaks a rule.
    """
    return Wish(
        kind=flags.what, since=place_of(flags.since), until=place_of(flags.until),
        form=flags.film, width=flags.width, fps=flags.fps, theme=flags.theme,
        captions=not flags.no_captions,
    )  # fmt: skip


def place_of(text: str | None) -> Place | None:
    """Read a place such as "2" or "2:7.5"."""
    if text is None:
        return None
    match = _PLACE.fullmatch(text)
    if match is None:
        raise InvalidInputError(
            f"'{text[:40]}' is no place: write a run's number, or run:epoch such as 2:7; the "
            "pretraining is 0."
        )
    return Place(int(match[1]), None if match[2] is None else float(match[2]))
